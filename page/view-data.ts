/** A column as the page carries it: `day` is days since 1970-01-01 (UTC). */
export interface ColumnData {
  id: string;
  title: string;
  kind: 'text' | 'day' | 'number';
  /** Shown in small print below the value of this column. */
  below?: string;
  /** It can be filtered by value. */
  facet?: true;
  /** It is in small print below another column, or in downloads only. */
  hidden?: true;
  /** Its values by number, where they repeat. */
  values?: string[];
  /** One for each row: the value, its number in `values`, or nothing. */
  data: (string | number | null)[];
}

/** A filter that the page offers by name. */
export interface Preset {
  title: string;
  /** Values by column. */
  where: Record<string, string>;
}

/** One table of the page. */
export interface ViewData {
  id: string;
  title: string;
  /** What is to be known about it, in one sentence; empty when nothing is. */
  note: string;
  rows: number;
  presets: Preset[];
  /** The column that it is sorted by at first. */
  sort: string;
  columns: ColumnData[];
}

/** Everything that the page's script works with. */
export interface PageData {
  /** Begins the names of downloads. */
  name: string;
  views: ViewData[];
}

const DAY_MS = 86_400_000;

/** Fifty thousand keys have some hundred days. */
const days = new Map<number, string>();

/** A day as people and spreadsheets read it, `2026-11-21`. */
export function dayText(day: number): string {
  const known = days.get(day) ?? new Date(day * DAY_MS).toISOString().slice(0, 10);
  days.set(day, known);
  return known;
}

/** The value of a row: text as it is shown, days and numbers as they are. */
export function valueAt(column: ColumnData, row: number): string | number | null {
  const value = column.data[row] ?? null;
  return column.values && typeof value === 'number' ? (column.values[value] ?? null) : value;
}

/** The value of a row as text. */
export function textAt(column: ColumnData, row: number): string {
  const value = valueAt(column, row);
  if (value === null) return '';
  return column.kind === 'day' && typeof value === 'number' ? dayText(value) : String(value);
}
