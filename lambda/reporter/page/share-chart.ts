import { scaleLinear } from 'd3-scale';
import { escapeHtml } from '../../mail/escape';
import { svg, px } from './svg';

/** Part of a bar. */
export interface Part {
  title: string;
  value: number;
  /** Names the colour. */
  className: string;
}

const HEIGHT = 14;
const WIDTH = 400;

/** A bar whose parts are shares of one whole. */
export function shareBar(parts: readonly Part[], label: string, whole = parts.reduce((sum, { value }) => sum + value, 0)): string {
  const x = scaleLinear([0, Math.max(1, whole)], [0, WIDTH]);
  let from = 0;
  const bars = parts.map(({ value, className }) => {
    const begin = x(from);
    from += value;
    return svg('rect', { x: px(begin), y: 0, width: px(x(from) - begin), height: HEIGHT, class: className });
  });
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', class: 'share', role: 'img', 'aria-label': label },
    svg('rect', { x: 0, y: 0, width: WIDTH, height: HEIGHT, class: 'f-rest', opacity: 0.35 }),
    ...bars,
  );
}

/** The colours of a chart with their words and numbers. */
export function legend(parts: readonly Part[], show: (value: number) => string): string {
  const square = (className: string): string =>
    svg('svg', { viewBox: '0 0 10 10', 'aria-hidden': 'true' }, svg('rect', { width: 10, height: 10, rx: 2, class: className }));
  const items = parts.map(({ title, value, className }) => `<li>${square(className)}${escapeHtml(title)} <b>${show(value)}</b></li>`);
  return `<ul class="legend">${items.join('')}</ul>`;
}
