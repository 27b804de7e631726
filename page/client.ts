import { csvLine } from './csv';
import { readSelection, Rows, writeSelection, type Selection } from './selection';
import { dayText, textAt, valueAt, type ColumnData, type PageData, type ViewData } from './view-data';

const PAGE_ROWS = 50;
/** A printed view has no more rows; the whole is in the download. */
const PRINTED_ROWS = 1_000;
/** So long nobody has typed when the address is written: browsers let a page do it some hundred times in half a minute. */
const TYPED_MS = 300;
/** So long the first table has to be drawn, before what a search needs is made. */
const READ_MS = 50;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/** An element with properties and content; text is never read as HTML. */
function make<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Readonly<Record<string, string>> = {},
  ...content: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

const searchField = byId('search') as HTMLInputElement;
const data = JSON.parse(byId('data').textContent) as PageData;
const rowsOf = new Map(data.views.map((view) => [view.id, new Rows(view)]));
let selection: Selection = readSelection(location.hash, data.views);
let printing = false;

const number = (value: number): string => value.toLocaleString('en-US');
const column = (view: ViewData, id: string): ColumnData | undefined => view.columns.find((one) => one.id === id);
const current = (): ViewData | undefined => data.views.find(({ id }) => id === selection.view);

/** `21 Nov 2026`. */
function shownDay(day: number): string {
  const [year = '', month = '', date = ''] = dayText(day).split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? ''} ${year}`;
}

function shown(one: ColumnData, row: number): string {
  const value = valueAt(one, row);
  if (value === null) return '';
  if (typeof value === 'number') return one.kind === 'day' ? shownDay(value) : number(value);
  return value;
}

/** Where a change of the selection leads; what is filtered otherwise begins on its first page. */
function go(change: Partial<Selection>): void {
  selection = { ...selection, page: 0, ...change };
  history.pushState(null, '', writeSelection(selection));
  show();
}

/** Where controls are drawn anew. */
const REDRAWN = ['filters', 'presets', 'table', 'pager'].map(byId);

/** Gives what brings the keyboard back, after they were, to the same control or to the first one of its place. */
function keepFocus(): () => void {
  const at = document.activeElement;
  const place = REDRAWN.find((one) => one.contains(at));
  const name = at?.getAttribute('data-control');
  return () => {
    const controls = [...(place?.querySelectorAll<HTMLElement>('a, select, button:enabled') ?? [])];
    const same = controls.find((one) => one.getAttribute('data-control') === name);
    if (place) (same ?? controls[0] ?? searchField).focus({ preventScroll: true });
  };
}

function show(): void {
  const view = current();
  const rows = view && rowsOf.get(view.id)?.of(selection);
  if (!view || !rows) return;
  const bringBack = keepFocus();
  for (const link of document.querySelectorAll('#views a')) {
    const isCurrent = link.getAttribute('href') === `#view=${view.id}`;
    if (isCurrent) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  byId('view-title').textContent = view.title;
  byId('view-note').textContent = view.note;
  if (document.activeElement !== searchField) searchField.value = selection.search;
  byId('filters').replaceChildren(...filters(view));
  byId('presets').replaceChildren(...presets(view));
  const pages = Math.max(1, Math.ceil(rows.length / PAGE_ROWS));
  const page = Math.min(selection.page, pages - 1);
  const begin = printing ? 0 : page * PAGE_ROWS;
  const visible = rows.slice(begin, begin + (printing ? PRINTED_ROWS : PAGE_ROWS));
  byId('count').textContent = countText(rows.length, view.rows, begin, visible.length);
  byId('table').replaceChildren(table(view, visible));
  byId('pager').replaceChildren(...(pages > 1 && !printing ? pager(page, pages) : []));
  bringBack();
}

function countText(found: number, all: number, begin: number, visible: number): string {
  const total = found === all ? number(all) : `${number(found)} of ${number(all)}`;
  const which = visible === found ? '' : `, ${number(begin + 1)} to ${number(begin + visible)} shown`;
  return `${total} ${all === 1 ? 'row' : 'rows'}${which}`;
}

function filters(view: ViewData): Node[] {
  const facets = view.columns.filter(
    ({ facet, values, id }) => facet && values && (values.length > 1 || selection.where[id] !== undefined),
  );
  const made = facets.map((one) => {
    const select = make('select', { id: `filter-${one.id}`, 'data-control': one.id }, make('option', { value: '' }, `All`));
    for (const value of (one.values ?? []).toSorted()) select.append(make('option', { value }, value));
    select.value = selection.where[one.id] ?? '';
    select.addEventListener('change', () => {
      const others = without(one.id);
      go({ where: select.value === '' ? others : { ...others, [one.id]: select.value } });
    });
    return make('label', { class: 'filter' }, make('span', {}, one.title), select);
  });
  const others = Object.entries(selection.where).flatMap(([id, value]) => {
    const one = column(view, id);
    return one && !facets.includes(one) ? [chip(one, value)] : [];
  });
  const isFiltered = selection.search !== '' || Object.keys(selection.where).length > 0;
  return [...made, ordering(view), ...others, ...(isFiltered ? [clearing()] : [])];
}

/** The order, for phones, on which the heads of the table are not there. */
function ordering(view: ViewData): HTMLLabelElement {
  const select = make('select', { id: 'order', 'data-control': '-order' });
  for (const { id, title, hidden } of view.columns) {
    if (hidden) continue;
    select.append(make('option', { value: id }, `${title}, rising`), make('option', { value: `-${id}` }, `${title}, falling`));
  }
  select.value = selection.sort === '' ? view.sort : selection.sort;
  select.addEventListener('change', () => {
    go({ sort: select.value });
  });
  return make('label', { class: 'filter order' }, make('span', {}, 'Order'), select);
}

const without = (id: string): Record<string, string> => Object.fromEntries(Object.entries(selection.where).filter(([name]) => name !== id));

function chip(one: ColumnData, value: string): HTMLButtonElement {
  const text = value.startsWith('..') ? `until ${value.slice(2)}` : value;
  const button = make('button', { type: 'button', class: 'chip', title: 'Remove this filter' }, `${one.title}: ${text} ×`);
  button.addEventListener('click', () => {
    go({ where: without(one.id) });
  });
  return button;
}

function clearing(): HTMLButtonElement {
  const button = make('button', { type: 'button', class: 'quiet' }, 'Clear all');
  button.addEventListener('click', () => {
    searchField.value = '';
    go({ search: '', where: {} });
  });
  return button;
}

function presets(view: ViewData): Node[] {
  return view.presets.map(({ title, where }) => {
    const hash = writeSelection({ view: view.id, search: '', where, sort: '', page: 0 });
    const isCurrent = JSON.stringify(where) === JSON.stringify(selection.where);
    return make('a', { href: hash, class: 'preset', 'data-control': title, ...(isCurrent && { 'aria-current': 'true' }) }, title);
  });
}

function table(view: ViewData, rows: Uint32Array): HTMLElement {
  if (rows.length === 0) {
    return make('p', { class: 'empty' }, view.rows === 0 ? 'Nothing to list here.' : 'No row matches. Clear the search or a filter.');
  }
  const columns = view.columns.filter(({ hidden }) => !hidden);
  const sorted = selection.sort === '' ? view.sort : selection.sort;
  const head = make('tr');
  for (const one of columns) {
    const direction = sorted === one.id ? 'ascending' : sorted === `-${one.id}` ? 'descending' : 'none';
    const button = make(
      'button',
      { type: 'button', 'data-control': one.id },
      one.title,
      make('span', { class: 'arrow', 'aria-hidden': 'true' }),
    );
    button.addEventListener('click', () => {
      go({ sort: direction === 'ascending' ? `-${one.id}` : one.id });
    });
    head.append(make('th', { scope: 'col', 'aria-sort': direction, 'data-column': one.id, class: one.kind }, button));
  }
  const body = make('tbody');
  for (const row of rows) body.append(make('tr', {}, ...columns.map((one) => cell(view, one, row))));
  return make('table', { class: `rows ${view.id}` }, make('caption', { class: 'unseen' }, view.title), make('thead', {}, head), body);
}

function cell(view: ViewData, one: ColumnData, row: number): HTMLTableCellElement {
  const text = shown(one, row);
  const below = one.below === undefined ? undefined : column(view, one.below);
  const small = below ? shown(below, row) : '';
  const content: (Node | string)[] = [text === '' && small === '' ? '–' : mark(one, text)];
  if (small !== '') content.push(make('small', {}, small));
  return make('td', { 'data-title': one.title, class: one.kind }, make('div', {}, ...content));
}

/** Words that say how things stand are coloured; they are words all the same. */
const MARKS: Readonly<Record<string, string>> = {
  'over policy': 'bad',
  failed: 'bad',
  new: 'bad',
  silent: 'bad',
  unreadable: 'bad',
  'not dispatched': 'bad',
  'lapsing soon': 'warn',
  'does nothing': 'warn',
  'no end readable': 'warn',
  lapsed: 'warn',
  'used after its successor': 'warn',
  'nobody fetched it': 'warn',
  partial: 'warn',
  'within policy': 'good',
  succeeded: 'good',
  done: 'good',
};

function mark(one: ColumnData, text: string): Node | string {
  const kind = MARKS[text];
  if (kind !== undefined && one.facet) return make('span', { class: `mark ${kind}` }, text);
  return /^A[KS]IA[A-Z0-9]{12,}$/.test(text) ? make('code', {}, text) : text;
}

function pager(page: number, pages: number): Node[] {
  const button = (text: string, to: number, name: string): HTMLButtonElement => {
    const made = make(
      'button',
      { type: 'button', 'aria-label': name, 'data-control': name, ...(to < 0 || to >= pages ? { disabled: '' } : {}) },
      text,
    );
    made.addEventListener('click', () => {
      go({ page: to });
      byId('view-title').scrollIntoView({ block: 'start' });
    });
    return made;
  };
  return [
    button('« First', page === 0 ? -1 : 0, 'First page'),
    button('‹ Previous', page - 1, 'Previous page'),
    make('span', {}, `Page ${number(page + 1)} of ${number(pages)}`),
    button('Next ›', page + 1, 'Next page'),
    button('Last »', page === pages - 1 ? -1 : pages - 1, 'Last page'),
  ];
}

/** What is filtered, with every column, as a file. */
function download(): void {
  const view = current();
  if (!view) return;
  const lines = [csvLine(view.columns.map(({ title }) => title))];
  for (const row of rowsOf.get(view.id)?.of(selection) ?? []) lines.push(csvLine(view.columns.map((one) => textAt(one, row))));
  // Spreadsheets take a file without the mark for one of their own country's characters.
  const url = URL.createObjectURL(new Blob(['\ufeff', ...lines], { type: 'text/csv;charset=utf-8' }));
  const link = make('a', { href: url, download: `${data.name}-${view.id}.csv` });
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

function follow(): void {
  selection = readSelection(location.hash, data.views);
  searchField.value = selection.search;
  show();
}

let typed: ReturnType<typeof setTimeout> | undefined;
searchField.addEventListener('input', () => {
  selection = { ...selection, search: searchField.value, page: 0 };
  show();
  clearTimeout(typed);
  typed = setTimeout(() => {
    history.replaceState(null, '', writeSelection(selection));
  }, TYPED_MS);
});
byId('download').addEventListener('click', download);
addEventListener('hashchange', () => {
  follow();
  if (location.hash.length > 1) byId('explore').scrollIntoView({ block: 'start' });
});
addEventListener('popstate', follow);
addEventListener('beforeprint', () => {
  printing = true;
  show();
});
addEventListener('afterprint', () => {
  printing = false;
  show();
});
byId('explore').hidden = false;
follow();
setTimeout(() => {
  for (const rows of rowsOf.values()) rows.prepare();
}, READ_MS);
if (location.hash.length > 1) byId('explore').scrollIntoView({ block: 'start' });
