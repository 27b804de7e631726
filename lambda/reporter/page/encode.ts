import { clean } from '../../mail/escape';
import type { ColumnData, PageData, Preset, ViewData } from '../../../page/view-data';

/** A column by what it takes from a row. */
export interface Column<Row> extends Omit<ColumnData, 'data' | 'values'> {
  of: (row: Row) => string | number | null;
}

/** A table as the page carries it: column by column, and words that repeat by their numbers, so that fifty thousand keys are few megabytes. */
export function encodeView<Row>(
  about: { id: string; title: string; note?: string; presets?: Preset[]; sort: string },
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): ViewData {
  const { note = '', presets = [], ...rest } = about;
  return {
    ...rest,
    note,
    presets,
    rows: rows.length,
    columns: columns.map(({ of, ...column }) => ({ ...column, ...encodeColumn(column, rows.map(of)) })),
  };
}

function encodeColumn(
  { kind, facet }: Pick<ColumnData, 'kind' | 'facet'>,
  data: (string | number | null)[],
): Pick<ColumnData, 'data' | 'values'> {
  if (kind !== 'text') return { data };
  const numbers = new Map<string, number>();
  const words = data.map((value) => (typeof value === 'string' ? clean(value) : value));
  const byNumber = words.map((value) => {
    if (typeof value !== 'string') return null;
    const known = numbers.get(value) ?? numbers.size;
    numbers.set(value, known);
    return known;
  });
  return facet === true || numbers.size <= data.length / 2 ? { data: byNumber, values: [...numbers.keys()] } : { data: words };
}

/** JSON that no browser takes for the end of its element, and no old one for the end of a line. */
const safeJson = (value: unknown): string =>
  JSON.stringify(value)
    .replaceAll('<', String.raw`\u003c`)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);

/** The page's data as JSON that is safe within an element, column by column. */
export function* jsonOf({ views, ...about }: PageData): Generator<string> {
  yield `${safeJson(about).slice(0, -1)},"views":[`;
  for (const [at, { columns, ...view }] of views.entries()) {
    yield `${at > 0 ? ',' : ''}${safeJson(view).slice(0, -1)},"columns":[`;
    for (const [number, column] of columns.entries()) yield `${number > 0 ? ',' : ''}${safeJson(column)}`;
    yield ']}';
  }
  yield ']}';
}
