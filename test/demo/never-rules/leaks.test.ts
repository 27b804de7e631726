import { SecretKeys } from '../../../demo/never-rules/leaks';

const SECRET = 'abcdefghijklmnopqrstuvwxyz0123456789+/AB';

describe('secret access keys', () => {
  const secrets = new SecretKeys(SECRET, SECRET.toUpperCase());

  it.each([
    ['alone', SECRET],
    ['in a sentence', `the key is ${SECRET}.`],
    ['in JSON', JSON.stringify({ SecretAccessKey: SECRET })],
    ['between letters', `xx${SECRET}yy`],
    ['at the end of a long word', `${'z'.repeat(100)}${SECRET}`],
    ['after one that is unknown', `${'q'.repeat(40)} ${SECRET.toUpperCase()}`],
  ])('are found %s', (_, text) => {
    expect(secrets.areIn(text)).toBe(true);
  });

  it.each([
    ['shorter', SECRET.slice(1)],
    ['in other letters', SECRET.replace('a', 'A')],
    ['in two parts', `${SECRET.slice(0, 20)} ${SECRET.slice(20)}`],
    ['nothing', ''],
  ])('are not seen where there is none: %s', (_, text) => {
    expect(secrets.areIn(text)).toBe(false);
  });

  it.each(['short', `${SECRET}A`, `${SECRET.slice(1)}"`])('are refused when they could not be found: %s', (secret) => {
    expect(() => new SecretKeys(secret)).toThrow(`and one has ${secret.length}`);
  });
});
