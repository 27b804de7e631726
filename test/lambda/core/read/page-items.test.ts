import { pageItems } from '../../../../lambda/core/read/page-items';

it.each([
  ['an empty list', {}, []],
  ['a list that is complete', { IsTruncated: false }, ['a']],
  ['a list that goes on', { IsTruncated: true, Marker: 'm' }, ['a', 'b']],
  ['a list with a marker that nobody needs', { Marker: 'm' }, ['a']],
])('gives the items of %s', (_, page, items) => {
  expect(pageItems('ListUsers', page, items)).toEqual(items);
});

it('refuses an answer without a list, naming the operation', () => {
  expect(() => pageItems('ListUsers', {}, undefined)).toThrow('IAM answered ListUsers without the list that was asked for');
});

it.each([undefined, ''])('refuses a list that is cut off with the marker %j', (Marker) => {
  const cut = () => pageItems('ListUsers', { IsTruncated: true, Marker }, ['a']);
  expect(cut).toThrow('IAM cut its answer to ListUsers off without saying where it goes on');
});
