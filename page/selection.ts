import { TextIndex } from './text-index';
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
  private index: TextIndex | undefined;
  private readonly ordered = new Map<string, Uint32Array>();

  constructor(private readonly view: ViewData) {}

  /** Row numbers; a filter by a column that the view does not have is none. */
  of({ search, where, sort }: Pick<Selection, 'search' | 'where' | 'sort'>): Uint32Array {
    const words = wordsOf(search);
    const filters = Object.entries(where).flatMap(([id, value]) => {
      const column = this.column(id);
      return column ? [filterOf(column, value)] : [];
    });
    const all = this.order(sort === '' ? this.view.sort : sort);
    if (words.length === 0 && filters.length === 0) return all;
    const found = words.length > 0 ? this.texts().find(words) : undefined;
    return all.filter((row) => (found === undefined || found[row] === 1) && filters.every((accepts) => accepts(row)));
  }

  private column(id: string): ColumnData | undefined {
    return this.view.columns.find((column) => column.id === id);
  }

  /** Makes what a search needs, so that the first one is as quick as the next. */
  prepare(): void {
    this.texts();
  }

  private texts(): TextIndex {
    this.index ??= new TextIndex(this.view);
    return this.index;
  }

  private order(sort: string): Uint32Array {
    const known = this.ordered.get(sort);
    if (known) return known;
    const column = this.column(sort.replace(/^-/, ''));
    const { rows } = this.view;
    const order = column ? sorted(column, rows, sort.startsWith('-')) : Uint32Array.from({ length: rows }, (_, row) => row);
    this.ordered.set(sort, order);
    return order;
  }
}

const wordsOf = (search: string): string[] =>
  search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

/**
 * Rows in the order of a column: each distinct value is compared once, and rows are sorted as numbers made of their value's place and their
 * own. Whatever the direction, rows without a value come last.
 */
function sorted(column: ColumnData, rows: number, descending: boolean): Uint32Array {
  const values = Array.from({ length: rows }, (_, row) => {
    const value = valueAt(column, row);
    return typeof value === 'string' ? value.toLowerCase() : value;
  });
  const distinct = [...new Set(values)]
    .flatMap((value) => (value === null || value === '' ? [] : [value]))
    .sort((a, b) => (a < b ? -1 : 1));
  const places = new Map(distinct.map((value, place) => [value, descending ? distinct.length - place : place]));
  const last = distinct.length + 1;
  const numbers = Float64Array.from(values, (value, row) => ((value === null ? last : places.get(value)) ?? last) * rows + row);
  return Uint32Array.from(numbers.sort(), (number) => number % rows);
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
