import { escapeHtml } from '../../mail/escape';

/** A table beside a chart: the same numbers, for whoever reads instead of looks. */
export function twin(title: string, head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = (row: readonly (string | number)[]): string =>
    row.map((value, at) => (at === 0 ? `<th scope="row">${text(value)}</th>` : `<td class="number">${text(value)}</td>`)).join('');
  const heads = head.map((name, at) => `<th scope="col"${at === 0 ? '' : ' class="number"'}>${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('');
  const table = `<table><caption class="unseen">${escapeHtml(title)}</caption><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table>`;
  return `<details><summary>As a table</summary><div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}">${table}</div></details>`;
}

/** A number as people read it. */
export const number = (value: number): string => value.toLocaleString('en-US');
const text = (value: string | number): string => (typeof value === 'number' ? number(value) : escapeHtml(value));

/** A share as people read it: never 100 % or 0 % when it is not. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '–';
  const exact = (100 * part) / whole;
  const shown = Math.round(exact * 10) / 10;
  if (part !== whole && shown >= 100) return '99.9 %';
  if (part !== 0 && shown <= 0) return '0.1 %';
  return `${Number.isInteger(shown) ? shown : shown.toFixed(1)} %`;
}
