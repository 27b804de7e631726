import { needsTwoSecrets } from '../../../lambda/shared/in-turn';

it.each([
  ['10m', true],
  ['19m', true],
  ['20m', false],
  ['90d', false],
  ['soon', false],
])('keys of %s take two secrets: %s', (rotate, two) => {
  expect(needsTwoSecrets(rotate)).toBe(two);
});
