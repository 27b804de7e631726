import type { KeyState } from '../../../../lambda/core/plan/key-state';
import { plan } from '../../../../lambda/core/plan/plan';
import type { AccessKey } from '../../../../lambda/core/plan/user-facts';
import { accessKey, daysAgo, inDays, inMinutes, midnightIn, NEW, NOW, OLD, policy, remembered, userFacts } from '../../../helpers/facts';

const old = (ageDays: number) => accessKey({ id: OLD, ageDays });
const young = (ageDays: number) => accessKey({ id: NEW, ageDays });
const notice = (days: number, noticeBeside: string, more: KeyState = {}) =>
  remembered(OLD, { notice: daysAgo(days), noticeBeside, ...more });
const decided = (facts: Parameters<typeof userFacts>[0], rules = policy()) =>
  Object.fromEntries(
    plan(userFacts(facts), rules, NOW).map((decision) => ['keyId' in decision ? decision.keyId : decision.action, decision]),
  );
const actionFor = (keyId: string, ...args: Parameters<typeof decided>) => decided(...args)[keyId]?.action;

describe('a key whose successor is in the secret', () => {
  it.each([
    [2, 'wait'],
    [3, 'warn'],
    [4, 'wait'],
    [9, 'warn'],
    [10, 'disable'],
    [11, 'disable'],
    [90, 'disable'],
  ])('%d days after its successor was issued: %s', (days, action) => {
    expect(actionFor(OLD, { keys: [old(90 + days), young(days)], current: NEW })).toBe(action);
  });

  it('keeps its grace by calendar day: rotated late on day 90, disabled early on day 100', () => {
    const keys = [old(100), accessKey({ id: NEW, created: new Date('2026-11-11T23:59:59Z') })];
    const now = new Date('2026-11-21T00:00:01Z');
    expect(plan(userFacts({ keys, current: NEW, now }), policy(), now)[0]).toMatchObject({ keyId: OLD, action: 'disable' });
  });

  it('gets its whole grace when it was rotated by force, whatever its age', () => {
    expect(actionFor(OLD, { keys: [old(12), young(2)], current: NEW })).toBe('wait');
    expect(actionFor(OLD, { keys: [old(19), young(9)], current: NEW })).toBe('warn');
    expect(actionFor(OLD, { keys: [old(20), young(10)], current: NEW })).toBe('disable');
  });

  it('gets its whole grace when it was 400 days old', () => {
    expect(actionFor(OLD, { keys: [old(409), young(9)], current: NEW })).toBe('warn');
    expect(actionFor(OLD, { keys: [old(410), young(10)], current: NEW })).toBe('disable');
  });

  it('is told who replaced it and when it is deleted', () => {
    expect(decided({ keys: [old(100), young(10)], current: NEW, fetched: daysAgo(9) })[OLD]).toEqual({
      action: 'disable',
      keyId: OLD,
      successor: NEW,
      deleteOn: midnightIn(10),
      reason: `it was replaced by ${NEW} on 2026-11-11 and its grace is over`,
    });
  });

  it.each([
    ['nobody ever fetched it', undefined, true],
    ['it was last fetched before this key was made', daysAgo(4), true],
    ['it was fetched on the day it was made', daysAgo(3), false],
    ['it was fetched since', daysAgo(1), false],
  ])('is warned with words about a secret that was not fetched when %s', (_, fetched, said) => {
    const facts = { keys: [old(93), young(3)], current: NEW, ...(fetched && { fetched }) };
    const { reason } = decided(facts)[OLD]!;
    expect(reason.includes('nobody has fetched that key from its secret yet')).toBe(said);
    expect(reason.includes('for want of MFA')).toBe(said);
  });

  it('is warned with the day', () => {
    expect(decided({ keys: [old(93), young(3)], current: NEW })[OLD]).toMatchObject({ step: 'disable', on: midnightIn(7) });
  });

  it('gets a fresh grace from the day it was re-enabled', () => {
    const facts = (days: number) => ({ keys: [old(120), young(30)], current: NEW, tags: remembered(OLD, { reenabled: daysAgo(days) }) });
    expect(actionFor(OLD, facts(0))).toBe('wait');
    expect(actionFor(OLD, facts(9))).toBe('warn');
    expect(actionFor(OLD, facts(10))).toBe('disable');
  });

  it('gains nothing from having been re-enabled before its successor was issued', () => {
    const tags = remembered(OLD, { reenabled: daysAgo(15) });
    expect(actionFor(OLD, { keys: [old(120), young(10)], current: NEW, tags })).toBe('disable');
  });

  it('needs no notice, and an old one shortens nothing', () => {
    expect(actionFor(OLD, { keys: [old(95), young(5)], current: NEW, tags: notice(50, NEW) })).toBe('wait');
  });

  it('never takes its successor with it', () => {
    for (const days of [0, 10, 89, 90, 91, 400]) {
      expect(['wait', 'blocked']).toContain(actionFor(NEW, { keys: [old(days + 90), young(days)], current: NEW }));
    }
  });

  it.each([
    [9, 59, 'warn'],
    [10, 0, 'disable'],
  ])('is disabled exactly under a policy in minutes: %d min %d s', (minutes, seconds, action) => {
    const successor = accessKey({ id: NEW, created: new Date(NOW.getTime() - minutes * 60_000 - seconds * 1_000) });
    expect(actionFor(OLD, { keys: [old(1), successor], current: NEW }, inMinutes())).toBe(action);
  });
});

describe('a key whose replacement is not confirmed', () => {
  it('stays active while its successor is inactive', () => {
    const keys = [old(400), accessKey({ id: NEW, ageDays: 300, status: 'Inactive' })];
    expect(decided({ keys, current: NEW })[OLD]).toMatchObject({ action: 'blocked' });
    expect(actionFor(OLD, { keys, current: NEW, tags: notice(300, NEW) })).toBe('blocked');
  });

  it('stays active, and a person is asked, when the secret was overwritten', () => {
    const facts = { keys: [old(400), young(300)], versions: [NEW], issued: [NEW], tags: notice(300, NEW) };
    expect(decided(facts)[OLD]).toEqual({
      action: 'blocked',
      keyId: OLD,
      reason: `it is due, but the secret's current version no longer holds ${NEW}, which we issued; a person must decide: store it there again, or delete one of the keys`,
    });
  });

  it('makes room when nobody ever used it and the key that the secret lost is the older one, which is in use', () => {
    const used: AccessKey = { ...old(539), lastUsed: { at: daysAgo(1), service: 's3', region: 'eu-west-1' } };
    const unused: AccessKey = { ...young(449), lastUsed: 'never' };
    const facts = { keys: [used, unused], versions: [OLD], issued: [OLD] };
    expect(actionFor(NEW, facts)).toBe('notify');
    expect(actionFor(OLD, facts)).toBe('blocked');
    expect(actionFor(OLD, { ...facts, keys: [used] })).toBe('rotate');
  });

  it('stays active when the secret holds a third key', () => {
    expect(actionFor(OLD, { keys: [old(400), young(300)], current: 'AKIATHIRD00000000003', versions: [NEW], issued: [NEW] })).toBe(
      'blocked',
    );
  });

  it('is not superseded by an older key that the secret holds', () => {
    const facts = { keys: [old(400), young(40)], current: OLD };
    expect(actionFor(NEW, facts)).toBe('wait');
    expect(actionFor(OLD, facts)).toBe('notify');
  });
});

describe('two active keys, of which a person made one', () => {
  it.each([
    [89, 'wait'],
    [90, 'notify'],
    [91, 'notify'],
    [400, 'notify'],
  ])('the older at %d days: %s', (ageDays, action) => {
    expect(actionFor(OLD, { keys: [old(ageDays), young(50)] })).toBe(action);
  });

  it('the notice names the day and the key that takes the room', () => {
    expect(decided({ keys: [old(90), young(50)] })[OLD]).toEqual({
      action: 'notify',
      keyId: OLD,
      disableOn: midnightIn(10),
      reason: `it is 90 days old, and the user's second active key ${NEW} leaves no room for a successor; it is disabled on 2026-12-01`,
    });
  });

  it.each([
    [0, 'wait'],
    [3, 'warn'],
    [4, 'wait'],
    [9, 'warn'],
    [10, 'disable'],
    [11, 'disable'],
  ])('%d days after its notice the older: %s', (days, action) => {
    expect(actionFor(OLD, { keys: [old(90 + days), young(50)], tags: notice(days, NEW) })).toBe(action);
  });

  it('a notice given beside another key, or beside none, is void', () => {
    for (const beside of ['AKIATHIRD00000000003', 'none', '']) {
      expect(actionFor(OLD, { keys: [old(120), young(5)], tags: notice(30, beside) })).toBe('notify');
    }
  });

  it('a notice from the future is void', () => {
    const tags = remembered(OLD, { notice: inDays(1), noticeBeside: NEW });
    expect(actionFor(OLD, { keys: [old(120), young(50)], tags })).toBe('notify');
  });

  it('a notice older than the key is void', () => {
    expect(actionFor(OLD, { keys: [old(120), young(50)], tags: notice(121, NEW) })).toBe('notify');
  });

  it('a re-enabled key with a notice of its own gets its grace from the later of the two', () => {
    const facts = (days: number) => ({ keys: [old(200), young(50)], tags: notice(30, NEW, { reenabled: daysAgo(days) }) });
    expect(actionFor(OLD, facts(9))).toBe('warn');
    expect(actionFor(OLD, facts(10))).toBe('disable');
  });

  it.each([
    [89, 'wait'],
    [90, 'blocked'],
    [400, 'blocked'],
  ])('the younger at %d days waits for its own time, then for room: %s', (ageDays, action) => {
    expect(actionFor(NEW, { keys: [old(500), young(ageDays)] })).toBe(action);
    expect(actionFor(NEW, { keys: [old(500), young(ageDays)], tags: remembered(NEW, { notice: daysAgo(30), noticeBeside: OLD }) })).toBe(
      action,
    );
  });

  it('the younger is told which key it waits for', () => {
    const reason = `it is 90 days old, and is rotated once the key ${OLD} is gone`;
    expect(decided({ keys: [old(500), young(90)] })[NEW]).toMatchObject({ reason });
  });
});

describe('two keys of the same second', () => {
  const [a, b] = ['AKIAAAAAAAAAAAAAAAAA', 'AKIABBBBBBBBBBBBBBBB'];
  const keys = [accessKey({ id: a, ageDays: 120 }), accessKey({ id: b, ageDays: 120 })];

  it('one of them, always the same, counts as the older', () => {
    for (const order of [keys, keys.toReversed()]) {
      expect(decided({ keys: order })).toMatchObject({ [a]: { action: 'notify' }, [b]: { action: 'blocked' } });
    }
  });

  it.each([
    [a, b],
    [b, a],
  ])('the one in the secret (%s) stays, the other goes', (current, other) => {
    expect(decided({ keys, current })).toMatchObject({ [current]: { action: 'blocked' }, [other]: { action: 'disable' } });
  });
});

describe('a key that a person re-enabled after we disabled it', () => {
  const facts = (state: KeyState) => ({ keys: [old(120), young(30)], current: NEW, tags: remembered(OLD, state) });

  it('is not switched off again the next morning, but announced and counted', () => {
    expect(decided(facts({ inactive: daysAgo(1) }))[OLD]).toEqual({
      action: 'note-reenabled',
      keyId: OLD,
      times: 1,
      disableOn: midnightIn(10),
      reason: 'a person re-enabled the key; it gets a fresh grace (time 1)',
    });
  });

  it('is counted every time', () => {
    expect(decided(facts({ inactive: daysAgo(1), reenabled: daysAgo(40), times: 2 }))[OLD]).toMatchObject({ times: 3 });
  });

  it('is noticed as the only key too, without a date, unless it is due and gets its successor', () => {
    const tags = remembered(OLD, { inactive: daysAgo(1) });
    expect(decided({ keys: [old(80)], tags })[OLD]).toEqual({
      action: 'note-reenabled',
      keyId: OLD,
      times: 1,
      reason: 'a person re-enabled the key; it gets a fresh grace (time 1)',
    });
    expect(decided({ keys: [old(120)], tags })[OLD]).toMatchObject({ action: 'rotate' });
  });

  it('is not switched off again the next morning where unused keys are retired, and is announced anew', () => {
    const unused = accessKey({ id: OLD, ageDays: 120, lastUsed: 'never' });
    const tags = notice(20, 'none', { inactive: daysAgo(1) });
    const rules = policy({ unusedKeys: 'retire' });
    expect(decided({ keys: [unused], tags }, rules)[OLD]).toMatchObject({ action: 'note-reenabled', disableOn: midnightIn(10) });
    expect(decided({ keys: [unused], tags: remembered(OLD, { reenabled: daysAgo(1) }) }, rules)[OLD]).toMatchObject({ action: 'notify' });
  });

  it('does not stop the other key’s own step', () => {
    const tags = remembered(NEW, { inactive: daysAgo(1) });
    expect(decided({ keys: [old(120), young(30)], current: NEW, tags })).toMatchObject({
      [OLD]: { action: 'disable' },
      [NEW]: { action: 'note-reenabled' },
    });
  });
});

describe('a second key that was made only just now', () => {
  it.each([
    [14, 'wait'],
    [16, 'notify'],
  ])('%d minutes ago may be one that another invocation is issuing: %s', (minutes, action) => {
    const keys = [old(200), accessKey({ id: NEW, created: new Date(NOW.getTime() - minutes * 60_000), lastUsed: 'never' })];
    expect(actionFor(OLD, { keys })).toBe(action);
    expect(actionFor(NEW, { keys })).toBe('wait');
  });
});
