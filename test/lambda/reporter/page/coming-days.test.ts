import { ComingDays, DAYS_AHEAD, type ComingDay } from '../../../../lambda/reporter/page/coming-days';

const TODAY = 20_000;

function daysOf(...steps: [step: string | null, inDays: number | null][]): readonly ComingDay[] {
  const coming = new ComingDays(TODAY);
  for (const [step, inDays] of steps) coming.add({ step, on: inDays === null ? null : TODAY + inDays });
  return coming.days;
}

it('are today and thirty more', () => {
  const days = daysOf();
  expect(days.map(({ day }) => day)).toEqual(Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => TODAY + ahead));
  expect(days.every(({ all }) => all === 0)).toBe(true);
});

it.each<[string, string | null, number | null, number[]]>([
  ['today is on it', 'rotate', 0, [0]],
  ['overdue is due today', 'disable', -40, [0]],
  ['the last day is on it', 'delete', 30, [30]],
  ['the day after is not', 'delete', 31, []],
  ['a step without a day is not', 'rotate', null, []],
  ['a day without a step is not', null, 3, []],
  ['a step of a newer version is not', 'archive', 3, []],
])('%s', (_, step, inDays, expected) => {
  expect(daysOf([step, inDays]).flatMap(({ all }, at) => (all > 0 ? [at] : []))).toEqual(expected);
});

it('count each step by itself and all together', () => {
  expect(daysOf(['rotate', 2], ['rotate', 2], ['delete', 2])[2]).toEqual({
    day: TODAY + 2,
    counts: { rotate: 2, disable: 0, delete: 1 },
    all: 3,
  });
});
