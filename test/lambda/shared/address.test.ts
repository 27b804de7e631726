import { isPlausibleAddress } from '../../../lambda/shared/address';

it.each(['owner@example.com', 'a.b+c@mail.example.co.uk', "o'hara@example.com"])('takes %s for an address', (text) => {
  expect(isPlausibleAddress(text)).toBe(true);
});

it.each([
  ['nothing', ''],
  ['a name', 'Alice'],
  ['an address with a name', 'Alice <alice@example.com>'],
  ['two addresses', 'a@example.com,b@example.com'],
  ['no domain', 'alice@'],
  ['a line break', 'alice@example.com\nBcc: x@example.com'],
  ['blanks around it', ' alice@example.com '],
  ['more than 320 characters', `${'a'.repeat(310)}@example.com`],
])('never %s', (_, text) => {
  expect(isPlausibleAddress(text)).toBe(false);
});
