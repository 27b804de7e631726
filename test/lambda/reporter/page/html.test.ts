import { number, percent, twin } from '../../../../lambda/reporter/page/html';

it.each([
  [0, 0, '–'],
  [0, 7, '0 %'],
  [7, 7, '100 %'],
  [1, 2, '50 %'],
  [1, 3, '33.3 %'],
  [2, 3, '66.7 %'],
  [9_999, 10_000, '99.9 %'],
  [1, 10_000, '0.1 %'],
  [9_994, 10_000, '99.9 %'],
])('%s of %s is %s', (part, whole, expected) => {
  expect(percent(part, whole)).toBe(expected);
});

it.each([
  [0, '0'],
  [999, '999'],
  [1_234_567, '1,234,567'],
])('%s is read as %s', (value, expected) => {
  expect(number(value)).toBe(expected);
});

describe('the table beside a chart', () => {
  it('has a head, and a name for each row', () => {
    const html = twin('Keys', ['Day', 'Keys'], [['1 Dec', 1_200]]);
    expect(html).toContain('<tr><th scope="col">Day</th><th scope="col" class="number">Keys</th></tr>');
    expect(html).toContain('<tr><th scope="row">1 Dec</th><td class="number">1,200</td></tr>');
    expect(html).toContain('<caption class="unseen">Keys</caption>');
    expect(html).toContain('aria-label="Keys"');
  });

  it('shows hostile text as text, wherever it stands', () => {
    const evil = '"><img src=x onerror=alert(1)>\u202e';
    const html = twin(evil, ['Day', evil], [[evil, evil]]);
    expect(html).not.toMatch(/<img|"">|\u202e/);
    expect(html.match(/&quot;&gt;&lt;img src=x onerror=alert\(1\)&gt;/g)).toHaveLength(5);
  });

  it('is an empty table without rows', () => {
    expect(twin('Keys', ['Day'], [])).toContain('<tbody></tbody>');
  });
});
