import { scaleLinear } from 'd3-scale';
import { area, line } from 'd3-shape';
import type { HistoryDay } from '../../runs/history';
import { showDay } from '../../mail/words';
import { svg, px } from './svg';

const WIDTH = 620;
const HEIGHT = 290;
const MARGIN = { top: 10, right: 12, bottom: 26, left: 56 };
const TICKS = 4;

/** Keys over time as an area, those over the policy as a line. */
export function trendChart(days: readonly HistoryDay[], label: string): string {
  const [first] = days;
  const last = days.at(-1);
  if (!first || !last) return '';
  const at = (day: HistoryDay): number => Date.parse(`${day.day}T00:00:00Z`);
  const x = scaleLinear([at(first), at(last)], [MARGIN.left, WIDTH - MARGIN.right]);
  const most = Math.max(1, ...days.map(({ keys }) => keys));
  const y = scaleLinear([0, most], [HEIGHT - MARGIN.bottom, MARGIN.top]).nice(TICKS);
  const keys = area<HistoryDay>()
    .x((day) => px(x(at(day))))
    .y0(px(y(0)))
    .y1((day) => px(y(day.keys)));
  const drawn = (value: (day: HistoryDay) => number): string =>
    line<HistoryDay>()
      .x((day) => px(x(at(day))))
      .y((day) => px(y(value(day))))(days) ?? '';
  const rows = y
    .ticks(TICKS)
    .filter((tick) => Number.isInteger(tick))
    .flatMap((tick) => [
      svg('line', { x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: px(y(tick)), y2: px(y(tick)), class: 'grid' }),
      svg('text', { x: MARGIN.left - 8, y: px(y(tick)) + 4, 'text-anchor': 'end' }, tick.toLocaleString('en-US')),
    ]);
  const ends = [
    svg('text', { x: MARGIN.left, y: HEIGHT - 6 }, showDay(first.day)),
    svg('text', { x: WIDTH - MARGIN.right, y: HEIGHT - 6, 'text-anchor': 'end' }, showDay(last.day)),
  ];
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    ...rows,
    svg('path', { d: keys(days) ?? '', class: 'area' }),
    svg('path', { d: drawn((day) => day.keys), class: 'stroke' }),
    svg('path', { d: drawn((day) => day.over), class: 'stroke over' }),
    ...ends,
  );
}
