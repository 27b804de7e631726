import { dayOf } from '../../../../lambda/reporter/page/day-of';

it.each([
  ['2026-11-21', 20_778],
  ['2026-11-21T23:59:59.999Z', 20_778],
  ['never', null],
  ['', null],
  [null, null],
  [undefined, null],
])('the day of %s is %s', (iso, day) => {
  expect(dayOf(iso)).toBe(day);
});
