import { px, svg } from '../../../../lambda/reporter/page/svg';

it.each([
  ['nothing but a name', svg('g', {}), '<g></g>'],
  ['attributes in their order', svg('rect', { x: 0, y: 1.5, class: 'f-bad' }), '<rect x="0" y="1.5" class="f-bad"></rect>'],
  ['content as it is, one after another', svg('g', {}, svg('a', {}), svg('b', {}), 'x'), '<g><a></a><b></b>x</g>'],
  [
    'a value that would end its attribute',
    svg('g', { 'aria-label': `"><script>'&` }),
    '<g aria-label="&quot;&gt;&lt;script&gt;&#39;&amp;"></g>',
  ],
  ['a value of several lines in one', svg('g', { 'aria-label': 'a\n\u202eb' }), '<g aria-label="a b"></g>'],
])('writes %s', (_, written, expected) => {
  expect(written).toBe(expected);
});

it.each([
  [0, 0],
  [1.04, 1],
  [1.05, 1.1],
  [133.333_333, 133.3],
  [-2.26, -2.3],
])('%d is drawn at %d', (value, expected) => {
  expect(px(value)).toBe(expected);
});
