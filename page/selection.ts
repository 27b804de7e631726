import { textAt, valueAt, type ColumnData, type ViewData } from './view-data';

/** What of a view is to be seen, as the page's address says it. */
export interface Selection {
  view: string;
  /** Words that all occur in a row. */
  search: string;
  /** Values by column. */
  where: Record<string, string>;
  /** The column, with `-` before it for the other direction; the view's own when empty. */
  sort: string;
  /** From 0. */
  page: number;
}

const RESERVED = new Set(['view', 'search', 'sort', 'page']);

/** Reads `#account=111122223333` and its like; what is no page or view is the first. */
export function readSelection(hash: string, views: readonly Pick<ViewData, 'id'>[]): Selection {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const view = views.find(({ id }) => id === given.get('view')) ?? views[0];
  const page = Number(given.get('page') ?? '1');
  return {
    view: view?.id ?? '',
    search: given.get('search') ?? '',
    where: Object.fromEntries([...given].filter(([name, value]) => !RESERVED.has(name) && value !== '')),
    sort: given.get('sort') ?? '',
    page: Number.isInteger(page) && page > 0 ? page - 1 : 0,
  };
}

/** The address of a selection, without what goes without saying. */
export function writeSelection({ view, search, where, sort, page }: Selection): string {
  const given = new URLSearchParams({ view, ...where });
  if (search !== '') given.set('search', search);
  if (sort !== '') given.set('sort', sort);
  if (page > 0) given.set('page', String(page + 1));
  return `#${given.toString()}`;
}

/** The rows of a view that a selection shows, all pages, in order. */
export class Rows {
  private haystacks: string[] | undefined;
  private readonly ordered = new Map<string, Uint32Array>();

  constructor(private readonly view: ViewData) {}

  /** Row numbers; a filter by a column that the view does not have is none. */
  of({ search, where, sort }: Pick<Selection, 'search' | 'where' | 'sort'>): number[] {
    const words = search
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const filters = Object.entries(where).flatMap(([id, value]) => {
      const column = this.column(id);
      return column ? [filterOf(column, value)] : [];
    });
    const texts = words.length > 0 ? this.texts() : [];
    const shown: number[] = [];
    for (const row of this.order(sort === '' ? this.view.sort : sort)) {
      if (filters.every((accepts) => accepts(row)) && words.every((word) => texts[row]?.includes(word) === true)) shown.push(row);
    }
    return shown;
  }

  private column(id: string): ColumnData | undefined {
    return this.view.columns.find((column) => column.id === id);
  }

  /** Makes what a search needs, so that the first one is as quick as the next. */
  prepare(): void {
    this.texts();
  }

  private texts(): string[] {
    this.haystacks ??= Array.from({ length: this.view.rows }, (_, row) =>
      this.view.columns
        .map((column) => textAt(column, row))
        .join('\n')
        .toLowerCase(),
    );
    return this.haystacks;
  }

  private order(sort: string): Uint32Array {
    const known = this.ordered.get(sort);
    if (known) return known;
    const column = this.column(sort.replace(/^-/, ''));
    const rows = Uint32Array.from({ length: this.view.rows }, (_, row) => row);
    if (column) {
      const direction = sort.startsWith('-') ? -1 : 1;
      const keys = Array.from({ length: this.view.rows }, (_, row) => sortKey(column, row));
      rows.sort((a, b) => compare(keys[a] ?? null, keys[b] ?? null, direction) || a - b);
    }
    this.ordered.set(sort, rows);
    return rows;
  }
}

function sortKey(column: ColumnData, row: number): string | number | null {
  const value = valueAt(column, row);
  return typeof value === 'string' ? value.toLowerCase() : value;
}

/** Whatever the direction, rows without a value come last. */
function compare(a: string | number | null, b: string | number | null, direction: number): number {
  if (a === b) return 0;
  if (a === null || a === '') return 1;
  if (b === null || b === '') return -1;
  return (a < b ? -1 : 1) * direction;
}

/** Values that repeat are compared by their numbers; a day may be given as the last one, `..2026-12-21`. */
function filterOf(column: ColumnData, wanted: string): (row: number) => boolean {
  if (column.kind === 'day' && wanted.startsWith('..')) {
    const last = Date.parse(wanted.slice(2)) / 86_400_000;
    return (row) => typeof column.data[row] === 'number' && column.data[row] <= last;
  }
  if (column.values) {
    const number = column.values.indexOf(wanted);
    return (row) => column.data[row] === number;
  }
  return (row) => textAt(column, row) === wanted;
}
