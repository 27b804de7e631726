import { calendar, calendarTwin } from '../../../../lambda/reporter/page/calendar';
import { ComingDays, DAYS_AHEAD, type ComingDay } from '../../../../lambda/reporter/page/coming-days';
import { NOW } from '../../../helpers/facts';

/** Saturday, 21 November 2026. */
const TODAY = Math.floor(NOW.getTime() / 86_400_000);

type Row = Parameters<ComingDays['add']>[0];

/** A key with this step in so many days. */
const row = (step: string, inDays: number): Row => ({ step, on: TODAY + inDays });
function daysOf(rows: readonly Row[], today = TODAY): readonly ComingDay[] {
  const coming = new ComingDays(today);
  for (const one of rows) coming.add(one);
  return coming.days;
}
const shown = (...rows: Row[]): string => calendar(daysOf(rows));
const cells = (html: string): string[] => [...html.matchAll(/<td[^>]*>.*?<\/td>/g)].map(([cell]) => cell);

describe('the calendar', () => {
  it.each([
    ['Monday', '2026-11-23', 0],
    ['Saturday', '2026-11-21', 5],
    ['Sunday', '2026-11-22', 6],
  ])('begins under %s on such a day', (_, date, before) => {
    const html = calendar(daysOf([], Date.parse(date) / 86_400_000));
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
  const html = calendarTwin(daysOf([row('rotate', 0), row('delete', 0)]));
  expect(html).toContain('<th scope="row">21 Nov 2026</th><td class="number">1</td><td class="number">0</td><td class="number">1</td>');
  expect(html.match(/<tr>/g)).toHaveLength(DAYS_AHEAD + 2);
});
