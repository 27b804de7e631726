import { encodeView, jsonOf, type Column } from '../../../../lambda/reporter/page/encode';
import { valueAt } from '../../../../page/view-data';

type Value = string | number | null;
const column = (more: Partial<Column<Value>> = {}): Column<Value> => ({ id: 'c', title: 'C', kind: 'text', of: (value) => value, ...more });
const viewOf = (title: string, rows: Value[]) => encodeView({ id: 'v', title, sort: 'c' }, [column(), column({ kind: 'number' })], rows);
const encoded = (rows: Value[], more: Partial<Column<Value>> = {}) => {
  const [found] = encodeView({ id: 'v', title: 'V', sort: 'c' }, [column(more)], rows).columns;
  return found!;
};

describe('a column', () => {
  it.each<[string, Value[], Partial<Column<Value>>, { data: Value[]; values?: string[] }]>([
    ['whose words repeat has them once', ['a', 'b', 'a', 'b'], {}, { data: [0, 1, 0, 1], values: ['a', 'b'] }],
    ['whose words hardly repeat has them as they are', ['a', 'b', 'c', 'a'], {}, { data: ['a', 'b', 'c', 'a'] }],
    ['that is filtered by has its words once in any case', ['a', 'b'], { facet: true }, { data: [0, 1], values: ['a', 'b'] }],
    ['keeps gaps', [null, 'a', null, 'a'], {}, { data: [null, 0, null, 0], values: ['a'] }],
    ['of numbers is as it is', [5, null, 5], { kind: 'number' }, { data: [5, null, 5] }],
    ['of days is as it is', [20_000, 20_000], { kind: 'day' }, { data: [20_000, 20_000] }],
    ['without rows is empty', [], {}, { data: [], values: [] }],
    ['has its text in one line', ['a\nb\u202e', 'c', 'd'], {}, { data: ['a b', 'c', 'd'] }],
  ])('%s', (_, rows, more, expected) => {
    const { data, values } = encoded(rows, more);
    expect({ data, ...(values && { values }) }).toEqual(expected);
  });

  it.each<[string, Value[]]>([
    ['repeated', ['x', 'y', 'x', null, 'x', 'y']],
    ['single', ['x', 'y', 'z', null]],
  ])('gives back what went in: %s', (_, rows) => {
    const found = encoded(rows);
    expect(rows.map((_value, row) => valueAt(found, row))).toEqual(rows);
  });

  it('keeps how it is shown, and not what makes it', () => {
    expect(encoded(['a', 'a'], { below: 'other', hidden: true })).toEqual({
      id: 'c',
      title: 'C',
      kind: 'text',
      below: 'other',
      hidden: true,
      data: [0, 0],
      values: ['a'],
    });
  });
});

it('is a view without note and presets when there are none', () => {
  expect(encodeView({ id: 'v', title: 'V', sort: 'c' }, [], ['a', 'b'])).toEqual({
    id: 'v',
    title: 'V',
    sort: 'c',
    note: '',
    presets: [],
    rows: 2,
    columns: [],
  });
});

it.each([
  ['the end of its element', '</script><!--'],
  ['line ends of old JavaScript', 'a\u2028b\u2029c'],
  ['a backslash before it', String.raw`\</script>\u003c`],
])('writes %s so that a browser reads the same text, and nothing else', (_, text) => {
  const data = { name: text, views: [viewOf(text, [text]), viewOf('empty', [])] };
  const json = [...jsonOf(data)].join('');
  expect(json).not.toMatch(/[<\u2028\u2029]/);
  expect(JSON.parse(json)).toEqual(data);
});

it('writes a page without tables', () => {
  expect(JSON.parse([...jsonOf({ name: 'n', views: [] })].join(''))).toEqual({ name: 'n', views: [] });
});
