import { knownPaths, lookUp, outward, type Scope } from '../../../lambda/mail/template-scope';

const data: Scope = { values: [{ title: 'T', list: [{ name: 'a' }, { name: 'b' }], deep: { er: 1 } }] };
const inList: Scope = { values: [{ name: 'a', only: 1 }, { name: 'b' }], parent: data };
const inner: Scope = { values: [{ x: 1 }], parent: inList };

describe('a path', () => {
  it.each<[string, Scope, string[], unknown[] | undefined]>([
    ['a value', data, ['title'], ['T']],
    ['a value further in', data, ['deep', 'er'], [1]],
    ['every element of a list', inList, ['name'], ['a', 'b']],
    ['the place itself', inList, [], [...inList.values]],
    ['nothing when one element lacks it', inList, ['only'], undefined],
    ['nothing when it is not there', data, ['missing', 'er'], undefined],
    ['nothing of what every object inherits', data, ['constructor'], undefined],
    ['nothing inside of a list or a text', data, ['list', 'length'], undefined],
  ])('stands for %s', (_, scope, parts, expected) => {
    expect(lookUp(scope, parts)).toEqual(expected);
  });
});

it('leads outwards as far as there are places', () => {
  expect([0, 1, 2, 3].map((depth) => outward(inner, depth))).toEqual([inner, inList, data, undefined]);
});

it('is suggested as a template would write it, from the inside to the outside', () => {
  expect(knownPaths(data)).toEqual(['title', 'list', 'deep', 'deep.er']);
  expect(knownPaths(inner)).toEqual(['this.x', '../name', '../only', '../../title', '../../list', '../../deep', '../../deep.er']);
});
