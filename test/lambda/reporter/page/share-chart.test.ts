import { legend, shareBar } from '../../../../lambda/reporter/page/share-chart';

const part = (value: number, className = 'f-a', title = 'part') => ({ title, value, className });
/** Where each part begins and how wide it is; the first rectangle is the bar's ground. */
const drawn = (bar: string): number[][] =>
  [...bar.matchAll(/<rect x="([\d.]+)" y="0" width="([\d.]+)"/g)].slice(1).map(([, x, width]) => [Number(x), Number(width)]);

describe('a bar', () => {
  it.each<[string, string, number[][]]>([
    ['is empty without parts', shareBar([], 'none'), []],
    [
      'is empty where every part is',
      shareBar([part(0), part(0)], 'none'),
      [
        [0, 0],
        [0, 0],
      ],
    ],
    ['is filled by one part', shareBar([part(7)], 'all'), [[0, 400]]],
    [
      'shows parts one after another',
      shareBar([part(1), part(3)], 'two'),
      [
        [0, 100],
        [100, 300],
      ],
    ],
    [
      'leaves room where the whole is more',
      shareBar([part(1), part(1)], 'two', 8),
      [
        [0, 50],
        [50, 50],
      ],
    ],
    [
      'rounds to what is seen',
      shareBar([part(1), part(2)], 'two'),
      [
        [0, 133.3],
        [133.3, 266.7],
      ],
    ],
  ])('%s', (_, bar, expected) => {
    expect(drawn(bar)).toEqual(expected);
  });

  it('is an image with words for whoever does not see it, and each part has its colour', () => {
    const bar = shareBar([part(1, 'f-good'), part(1, 'f-bad')], '"><img>');
    expect(bar).toContain('role="img" aria-label="&quot;&gt;&lt;img&gt;"');
    expect([...bar.matchAll(/class="(f-\w+)"/g)].map(([, name]) => name)).toEqual(['f-rest', 'f-good', 'f-bad']);
  });
});

describe('a legend', () => {
  const shown = (value: number): string => `${value} keys`;

  it('names every part with its colour and its number, in their order', () => {
    const items = legend([part(1, 'f-good', 'within'), part(2, 'f-bad', 'over')], shown)
      .split('<li>')
      .slice(1);
    expect(items).toEqual([
      expect.stringMatching(/^<svg .*class="f-good".*<\/svg>within <b>1 keys<\/b><\/li>$/),
      expect.stringMatching(/^<svg .*class="f-bad".*<\/svg>over <b>2 keys<\/b><\/li><\/ul>$/),
    ]);
  });

  it('is an empty list without parts', () => {
    expect(legend([], shown)).toBe('<ul class="legend"></ul>');
  });

  it('shows a hostile title as text', () => {
    expect(legend([part(1, 'f-a', '<img src=x>')], shown)).toContain('&lt;img src=x&gt; <b>');
  });
});
