import type { AccountMemory, KeyMemory } from '../../../../lambda/rotator/memory/account-memory';
import { addressesInDoubt, mailsAfter, mailsInDoubt, withDelivery } from '../../../../lambda/rotator/memory/delivery';

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
const afterBounces = (known: AccountMemory, undeliverable: ReturnType<typeof bounced>) =>
  withDelivery(known, { undeliverable, undelivered: [] }, NOW).memory;
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
    const after = afterBounces(memory(told(['a@x.io', 'b@x.io'])), bounced('a@x.io', 'b@x.io'));
    expect(after.keys['AKIA']?.told?.disable).toEqual({ on: ON, at: ENDED, by: ['a@x.io', 'b@x.io'], undelivered: true });
    expect(Object.keys(after.undeliverable ?? {})).toEqual(['a@x.io', 'b@x.io']);
  });

  it('stands when one mail was delivered', () => {
    expect(atOf(afterBounces(memory(told(['a@x.io', 'b@x.io'])), bounced('a@x.io')))).toBe(AT);
  });

  it('stands when the address failed before, and the mail was accepted for it again', () => {
    const long = new Map([['a@x.io', { reason: 'BOUNCE', since: new Date('2026-12-01T00:00:00.000Z') }]]);
    expect(atOf(afterBounces(memory(told(['a@x.io'])), long))).toBe(AT);
  });

  it('is forgotten of nobody else, and an address that takes mails again is forgotten', () => {
    const before = memory(told(['a@x.io']), { undeliverable: { 'gone@x.io': { reason: 'BOUNCE', since: AT } }, sweptTo: 'zoe' });
    const after = afterBounces(before, new Map());
    expect(after).toEqual({ version: 1, keys: before.keys, sweptTo: 'zoe' });
  });
});

describe('single mails', () => {
  const mail = (to: string, more: object = {}) => ({ to, at: AT, ...more });
  const promised = (by: string[], mails: string[]): KeyMemory => {
    const key = told(by);
    return { ...key, told: { disable: { on: ON, at: AT, by, mails } } };
  };
  const record = (id: string, to: string) => ({ id, kind: 'Reject', reason: 'Bad content', to: [to], sent: AT });
  const known = memory(promised(['a@x.io', 'b@x.io'], ['m1', 'm2']), { mails: { m1: mail('a@x.io'), m2: mail('b@x.io') } });
  const after = (undelivered: ReturnType<typeof record>[], before = known, undeliverable = bounced()) =>
    withDelivery(before, { undeliverable, undelivered }, NOW);

  it('what was told in mails of which none was delivered was not told, of no earlier date', () => {
    const { memory: told, mails, promises } = after([record('m1', 'a@x.io'), record('m2', 'b@x.io')]);
    expect(told.keys['AKIA']?.told?.disable).toMatchObject({ on: ON, at: ENDED });
    expect(mails.map(({ id, users }) => [id, users])).toEqual([
      ['m1', ['alice']],
      ['m2', ['alice']],
    ]);
    expect(promises).toEqual([{ user: 'alice', keyId: 'AKIA', step: 'disable', on: ON }]);
  });

  it('what was told stands while one mail about it was delivered, and the other one is named once', () => {
    const first = after([record('m1', 'a@x.io')]);
    expect([atOf(first.memory), first.mails.length, first.promises]).toEqual([AT, 1, []]);
    const second = after([record('m1', 'a@x.io')], first.memory);
    expect([atOf(second.memory), second.mails.length]).toEqual([AT, 0]);
    expect(atOf(after([record('m2', 'b@x.io')], second.memory).memory)).toBe(ENDED);
  });

  it('a mail that was not delivered and an address that gets none are nobody, together', () => {
    expect(atOf(after([record('m1', 'a@x.io')], known, bounced('b@x.io')).memory)).toBe(ENDED);
  });

  it('a mail about something else takes no date back', () => {
    const before = memory(promised(['a@x.io'], ['m1']), { mails: { m1: mail('a@x.io'), m9: mail('a@x.io') } });
    expect(atOf(after([record('m9', 'a@x.io')], before).memory)).toBe(AT);
  });

  it('is asked about until it is known, and for the last time when four days have passed', () => {
    const early = { to: 'a@x.io', at: '2027-01-02T01:00:00.000Z' };
    const before = memory(promised(['a@x.io'], ['m1']), {
      mails: { m1: early, m2: mail('a@x.io', { failed: 'Reject' }), m3: mail('a@x.io') },
    });
    expect(mailsInDoubt(before)).toEqual(['m1', 'm3']);
    const { memory: settled, promises } = after([record('m1', 'a@x.io')], before);
    expect(promises).toHaveLength(1);
    expect(Object.keys(settled.mails ?? {})).toEqual(['m2', 'm3']);
    expect(after([], memory(told(['a@x.io']), { mails: { m1: early } })).memory).not.toHaveProperty('mails');
  });

  it('is remembered until then, and a run without mails changes nothing', () => {
    const early = { to: 'a@x.io', at: '2027-01-02T01:00:00.000Z', failed: 'Reject' };
    expect(mailsAfter({ m1: early }, [], NOW)).toEqual({ m1: early });
    expect(mailsAfter(undefined, [], NOW)).toBeUndefined();
    expect(mailsAfter({ m1: early, m2: mail('b@x.io') }, [{ id: 'm3', to: 'a@x.io' }], NOW)).toEqual({
      m2: mail('b@x.io'),
      m3: { to: 'a@x.io', at: NOW.toISOString() },
    });
  });
});
