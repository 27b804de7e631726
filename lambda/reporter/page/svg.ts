import { escapeHtml } from '../../mail/escape';

/** An SVG element with attributes, whose values are escaped; content is SVG already. */
export function svg(name: string, attributes: Readonly<Record<string, string | number>>, ...content: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeHtml(String(value))}"`);
  return `<${name}${written.join('')}>${content.join('')}</${name}>`;
}

/** A number as SVG needs it: a tenth of a pixel is nothing anybody sees. */
export const px = (value: number): number => Math.round(value * 10) / 10;
