import type { AccountMemory, KeyMemory } from '../../../../lambda/rotator/memory/account-memory';
import { addressesInDoubt, withDelivery } from '../../../../lambda/rotator/memory/delivery';

const NOW = new Date('2027-01-06T02:00:00.000Z');
const AT = '2027-01-05T02:00:10.000Z';
const ON = '2027-01-15T00:00:00.000Z';
const ENDED = '1970-01-01T00:00:00.000Z';
const told = (by: string[] | undefined, at = AT): KeyMemory => ({
  user: 'alice',
  created: '2026-10-01T00:00:00.000Z',
  active: true,
  seen: AT,
  told: { disable: { on: ON, at, ...(by && { by }) } },
});
const memory = (key: KeyMemory, more: Partial<AccountMemory> = {}): AccountMemory => ({ version: 1, keys: { AKIA: key }, ...more });
const bounced = (...addresses: string[]) =>
  new Map(addresses.map((address) => [address, { reason: 'BOUNCE', since: new Date('2027-01-05T02:01:00.000Z') }]));
const atOf = ({ keys }: AccountMemory): string | undefined => keys['AKIA']?.told?.disable?.at;

describe('who is asked about', () => {
  it.each<[string, AccountMemory, string[]]>([
    ['whoever was written to within four days', memory(told(['b@x.io', 'a@x.io'])), ['a@x.io', 'b@x.io']],
    ['nobody who was written to earlier', memory(told(['a@x.io'], '2027-01-02T01:00:00.000Z')), []],
    ['nobody where it is not known who was written to', memory(told(undefined)), []],
    ['nobody of a promise that has ended', memory(told(['a@x.io'], ENDED)), []],
    [
      'whoever could not be reached before, as that may have changed',
      memory(told([]), { undeliverable: { 'gone@x.io': { reason: 'BOUNCE', since: AT } } }),
      ['gone@x.io'],
    ],
  ])('%s', (_, known, addresses) => {
    expect(addressesInDoubt(known, NOW)).toEqual(addresses);
  });
});

describe('what was told', () => {
  it('was not told when no mail about it was delivered', () => {
    const after = withDelivery(memory(told(['a@x.io', 'b@x.io'])), bounced('a@x.io', 'b@x.io'), NOW);
    expect(after.keys['AKIA']?.told?.disable).toEqual({ on: ON, at: ENDED, by: ['a@x.io', 'b@x.io'] });
    expect(Object.keys(after.undeliverable ?? {})).toEqual(['a@x.io', 'b@x.io']);
  });

  it('stands when one mail was delivered', () => {
    expect(atOf(withDelivery(memory(told(['a@x.io', 'b@x.io'])), bounced('a@x.io'), NOW))).toBe(AT);
  });

  it('stands when the address failed before, and the mail was accepted for it again', () => {
    const long = new Map([['a@x.io', { reason: 'BOUNCE', since: new Date('2026-12-01T00:00:00.000Z') }]]);
    expect(atOf(withDelivery(memory(told(['a@x.io'])), long, NOW))).toBe(AT);
  });

  it('is forgotten of nobody else, and an address that takes mails again is forgotten', () => {
    const before = memory(told(['a@x.io']), { undeliverable: { 'gone@x.io': { reason: 'BOUNCE', since: AT } }, sweptTo: 'zoe' });
    const after = withDelivery(before, new Map(), NOW);
    expect(after).toEqual({ version: 1, keys: before.keys, sweptTo: 'zoe' });
  });
});
