import { trendChart } from '../../../../lambda/reporter/page/trend-chart';
import type { HistoryDay } from '../../../../lambda/runs/history';

const day = (date: string, keys: number, over = 0): HistoryDay => ({
  day: date,
  runId: `run-${date}`,
  dryRun: false,
  ...{ keys, active: keys, within: keys - over, over, exempt: 0 },
  ...{ rotated: 0, disabled: 0, deleted: 0 },
  ...{ failures: 0, blocked: 0, missing: 0 },
});
/** The points of a curve, left to right. */
const curve = (chart: string, name: string): number[][] => {
  const [, path = ''] = new RegExp(`<path d="([^"]*)" class="${name}"`).exec(chart) ?? [];
  return [...path.matchAll(/([\d.]+),([\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]);
};
const words = (chart: string): string[] => [...chart.matchAll(/<text [^>]*>([^<]*)</g)].map(([, text = '']) => text);

it('is nothing without days', () => {
  expect(trendChart([], 'none')).toBe('');
});

it('draws keys and those over the policy between the first and the last day, by their dates', () => {
  const chart = trendChart([day('2026-11-01', 100, 100), day('2026-11-02', 50), day('2026-11-05', 0)], 'keys');
  // 56 to 608 from left to right, 264 (no key) to 10 (the most) from bottom to top; the days from the 2nd to the 5th have no run.
  expect(curve(chart, 'stroke')).toEqual([
    [56, 10],
    [194, 137],
    [608, 264],
  ]);
  expect(curve(chart, 'stroke over')).toEqual([
    [56, 10],
    [194, 264],
    [608, 264],
  ]);
  expect(curve(chart, 'area')).toHaveLength(6);
});

it.each<[string, HistoryDay[], string[]]>([
  [
    'thousands',
    [day('2026-01-31', 4_000), day('2026-11-21', 3_900)],
    ['0', '1,000', '2,000', '3,000', '4,000', '31 Jan 2026', '21 Nov 2026'],
  ],
  ['no parts of keys', [day('2026-11-20', 1), day('2026-11-21', 1)], ['0', '1', '20 Nov 2026', '21 Nov 2026']],
  ['no keys at all', [day('2026-11-20', 0), day('2026-11-21', 0)], ['0', '1', '20 Nov 2026', '21 Nov 2026']],
])('names its lines and its ends: %s', (_, days, expected) => {
  expect(words(trendChart(days, 'keys'))).toEqual(expected);
});

it('draws a single day, which has neither a before nor an after', () => {
  const chart = trendChart([day('2026-11-21', 3, 1)], 'keys');
  expect(chart).not.toContain('NaN');
  expect(curve(chart, 'stroke')).toHaveLength(1);
});

it('is an image with words for whoever does not see it', () => {
  expect(trendChart([day('2026-11-21', 3)], '"><img>')).toContain('role="img" aria-label="&quot;&gt;&lt;img&gt;"');
});
