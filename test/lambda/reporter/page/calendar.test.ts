import { calendar, calendarTwin, comingDays, DAYS_AHEAD } from '../../../../lambda/reporter/page/calendar';
import type { KeyRow } from '../../../../lambda/reporter/page/key-table';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import { NOW } from '../../../helpers/facts';
import { inventoryOf, recordedKey, recordedUser } from './factories';

/** Saturday, 21 November 2026. */
const TODAY = Math.floor(NOW.getTime() / 86_400_000);

/** A key with this step in so many days; without a number, on no day. */
function row(step: string | null, inDays?: number): KeyRow {
  const table = new KeyTable(NOW);
  table.add({ id: '111111111111', name: 'One' }, inventoryOf(recordedUser('alice', [recordedKey(1)])));
  return { ...table.rows[0]!, step, on: inDays === undefined ? null : TODAY + inDays };
}
const shown = (...rows: KeyRow[]): string => calendar(comingDays(rows, TODAY));
const cells = (html: string): string[] => [...html.matchAll(/<td[^>]*>.*?<\/td>/g)].map(([cell]) => cell);

describe('the coming days', () => {
  it('are today and thirty more', () => {
    const days = comingDays([], TODAY);
    expect(days.map(({ day }) => day)).toEqual(Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => TODAY + ahead));
    expect(days.every(({ all }) => all === 0)).toBe(true);
  });

  it.each<[string, string | null, number | undefined, number[]]>([
    ['today is on it', 'rotate', 0, [0]],
    ['overdue is due today', 'disable', -40, [0]],
    ['the last day is on it', 'delete', 30, [30]],
    ['the day after is not', 'delete', 31, []],
    ['a step without a day is not', 'rotate', undefined, []],
    ['a day without a step is not', null, 3, []],
    ['a step of a newer version is not', 'archive', 3, []],
  ])('%s', (_, step, inDays, expected) => {
    const days = comingDays([row(step, inDays)], TODAY);
    expect(days.flatMap(({ all }, at) => (all > 0 ? [at] : []))).toEqual(expected);
  });

  it('count each step by itself and all together', () => {
    const days = comingDays([row('rotate', 2), row('rotate', 2), row('delete', 2)], TODAY);
    expect(days[2]).toEqual({ day: TODAY + 2, counts: { rotate: 2, disable: 0, delete: 1 }, all: 3 });
  });
});

describe('the calendar', () => {
  it.each([
    ['Monday', '2026-11-23', 0],
    ['Saturday', '2026-11-21', 5],
    ['Sunday', '2026-11-22', 6],
  ])('begins under %s on such a day', (_, date, before) => {
    const html = calendar(comingDays([], Date.parse(date) / 86_400_000));
    expect(cells(html).findIndex((cell) => cell.includes('today'))).toBe(before);
    expect(cells(html).length % 7).toBe(0);
  });

  it('leads to the keys of a day, and today to what is overdue, too', () => {
    const html = shown(row('rotate', -3), row('disable', 2));
    expect(html).toContain('href="#view=keys&amp;on=..2026-11-21&amp;sort=on" title="21 Nov 2026: 1 rotate"');
    expect(html).toContain('href="#view=keys&amp;on=2026-11-23&amp;sort=on" title="23 Nov 2026: 1 disable"');
    expect(html.match(/<a /g)).toHaveLength(2);
  });

  it('says in words what its colours say', () => {
    expect(shown(row('rotate', 4), row('rotate', 4), row('delete', 4))).toContain('<span class="unseen">: 2 rotate, 1 delete</span>');
  });

  it('is hottest on the day with most steps', () => {
    const html = shown(
      ...Array.from({ length: 8 }, () => row('rotate', 1)),
      ...Array.from({ length: 3 }, () => row('rotate', 2)),
      row('rotate', 3),
    );
    expect([...html.matchAll(/heat-(\d)/g)].map(([, heat]) => heat)).toEqual(['4', '2', '1']);
  });

  it('names the month where it begins', () => {
    expect([...shown().matchAll(/(\d+)<span class="month"> (\w+)/g)].map(([, date, month]) => `${date} ${month}`)).toEqual([
      '21 Nov',
      '1 Dec',
    ]);
  });

  it('is nothing without days', () => {
    expect(calendar([])).toBe('');
  });
});

it('has a table with the same numbers', () => {
  const html = calendarTwin(comingDays([row('rotate', 0), row('delete', 0)], TODAY));
  expect(html).toContain('<th scope="row">21 Nov 2026</th><td class="number">1</td><td class="number">0</td><td class="number">1</td>');
  expect(html.match(/<tr>/g)).toHaveLength(DAYS_AHEAD + 2);
});
