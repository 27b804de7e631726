import { readSettings } from '../../../lib/settings/read';
import { mistakesOf } from './mistakes';

const sender = 'key-rotation@example.org';

describe('the prefix of names', () => {
  it.each(['abc', 'a-b', 'key-rotation-2', 'a'.repeat(40), 'a-'.repeat(19) + 'ab'])('may be %s', (prefix) => {
    expect(readSettings({ sender, prefix }).prefix).toBe(prefix);
  });

  it.each([
    ['shorter than 3 characters', 'ab'],
    ['longer than 40 characters', 'a'.repeat(41)],
    ['longer than 40 characters with its dashes', 'a-'.repeat(20) + 'a'],
    ['begun by a digit', '1ab'],
    ['with two dashes in a row', 'a--b'],
    ['ended by a dash', 'abc-'],
    ['with capitals', 'Abc'],
  ])('is not %s', (_, prefix) => {
    expect(mistakesOf({ sender, prefix })[0]).toContain('must be 3 to 40 lower-case letters, digits and single dashes');
  });
});
