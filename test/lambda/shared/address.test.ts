import { addressList, addressOf, isPlausibleAddress } from '../../../lambda/shared/address';

it.each([
  'owner@example.com',
  'a.b+c@mail.example.co.uk',
  "o'hara@example.com",
  'r&d@acme.example',
  'aws=root@acme.example',
  '"r and d"@acme.example',
  '"r@d"@acme.example',
  '"a\\"b"@acme.example',
])('takes %s for an address, as it is', (text) => {
  expect(addressOf(text)).toBe(text);
});

it.each([
  ['info@bücher.example', 'info@xn--bcher-kva.example'],
  ['info@例え.テスト', 'info@xn--r8jz45g.xn--zckzah'],
])('takes %s for an address whose domain SES wants in ASCII', (text, expected) => {
  expect(addressOf(text)).toBe(expected);
});

it('takes a list apart at blanks and at what no address holds', () => {
  expect(addressList('  a@example.com b=c@example.com\td@example.com,e@example.com;f@example.com:g@example.com ')).toEqual(
    ['a', 'b=c', 'd', 'e', 'f', 'g'].map((name) => `${name}@example.com`),
  );
  expect(addressList(' ')).toEqual([]);
});

it.each([
  ['nothing', ''],
  ['a name', 'Alice'],
  ['an address with a name', 'Alice <alice@example.com>'],
  ['two addresses', 'a@example.com,b@example.com'],
  ['no domain', 'alice@'],
  ['a line break', 'alice@example.com\nBcc: x@example.com'],
  ['blanks around it', ' alice@example.com '],
  ['a blank without quotes', 'r and d@example.com'],
  ['an empty name in quotes', '""@example.com'],
  ['a quote within quotes', '"a"b"@example.com'],
  ['a line break within quotes', '"a\nBcc: x"@example.com'],
  ['a name beyond ASCII, which SES does not take', 'müller@example.com'],
  ['a number for a domain', 'alice@127.0.0.1'],
  ['an escaped domain', 'alice@ex%61mple.com'],
  ['a domain beyond ASCII that is none', 'alice@bücher..example'],
  ['more than 320 characters', `${'a'.repeat(310)}@example.com`],
])('never %s', (_, text) => {
  expect(isPlausibleAddress(text)).toBe(false);
});
