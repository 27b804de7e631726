import { plan } from '../../../../lambda/core/plan/plan';
import {
  accessKey,
  daysAgo,
  inMinutes,
  midnightIn,
  NEW,
  NOW,
  OLD,
  policy,
  remembered,
  TOLD_IN_TIME,
  used,
  userFacts,
} from '../../../helpers/facts';

const decisionFor = (keyId: string, facts: Parameters<typeof userFacts>[0], rules: Parameters<typeof plan>[1]) =>
  plan(userFacts(facts), rules, NOW).find((decision) => 'keyId' in decision && decision.keyId === keyId);
const unknownUse = (ageDays: number) => ({ id: OLD, status: 'Active', created: daysAgo(ageDays) }) as const;

describe('replicas that do not follow the secret', () => {
  const pair = (days: number) => [accessKey({ ageDays: 90 + days }), accessKey({ id: NEW, ageDays: days })];
  const behind = ['us-east-1 (Replication failed: because)'];

  it.each([0, 3, 10, 300])('keep a key active whose successor is %d days old, and say why', (days) => {
    const decision = decisionFor(OLD, { keys: pair(days), current: NEW, behind }, policy());
    expect(decision).toMatchObject({ action: 'wait-for-replica', reason: expect.stringContaining(behind[0]!) as string });
  });

  it.each([
    [0, 'wait'],
    [3, 'warn'],
    [9, 'warn'],
    [10, 'disable'],
  ])('give it the whole grace once they follow again: %d days later %s', (days, action) => {
    const tags = remembered(OLD, { behind: daysAgo(days) });
    expect(decisionFor(OLD, { keys: pair(30), current: NEW, tags }, policy())?.action).toBe(action);
  });

  it('shorten no grace', () => {
    const tags = remembered(OLD, { behind: daysAgo(5) });
    expect(decisionFor(OLD, { keys: pair(4), current: NEW, tags }, policy())?.action).toBe('wait');
  });

  it('concern no key without a successor', () => {
    expect(decisionFor(OLD, { keys: [accessKey()], behind }, policy())?.action).toBe('rotate');
    expect(decisionFor(OLD, { keys: [accessKey({ ageDays: 300 }), accessKey({ id: NEW, ageDays: 20 })], behind }, policy())?.action).toBe(
      'notify',
    );
  });
});

describe('unusedKeys: retire', () => {
  const rules = policy({ unusedKeys: 'retire' });
  const unused = (ageDays: number, id = OLD) => accessKey({ id, ageDays, lastUsed: 'never' });
  const notice = (days: number, noticeBeside = 'none') => remembered(OLD, { notice: daysAgo(days), noticeBeside });

  it.each([
    [82, 'wait'],
    [83, 'warn'],
    [89, 'warn'],
    [90, 'notify'],
    [400, 'notify'],
  ])('a never-used key at %d days: %s', (ageDays, action) => {
    expect(decisionFor(OLD, { keys: [unused(ageDays)] }, rules)?.action).toBe(action);
  });

  it('tells that it gets no successor, and when it is disabled', () => {
    expect(decisionFor(OLD, { keys: [unused(90)] }, rules)).toEqual({
      action: 'notify',
      keyId: OLD,
      disableOn: midnightIn(10),
      reason: 'it was never used and gets no successor; it is disabled on 2026-12-01',
    });
  });

  it.each([
    [3, 'warn'],
    [4, 'wait'],
    [9, 'warn'],
    [10, 'disable'],
    [11, 'disable'],
  ])('%d days after the notice: %s', (days, action) => {
    expect(decisionFor(OLD, { keys: [unused(90 + days)], tags: notice(days) }, rules)?.action).toBe(action);
  });

  it('is rotated like any other as soon as it was used, notice or not', () => {
    const keys = [accessKey({ ageDays: 100, lastUsed: used(1) })];
    expect(decisionFor(OLD, { keys, tags: notice(10) }, rules)?.action).toBe('rotate');
  });

  it('is blocked, not retired, when nobody said whether it was used', () => {
    expect(decisionFor(OLD, { keys: [unknownUse(100)], tags: notice(10) }, rules)).toMatchObject({
      action: 'blocked',
      reason: 'whether the key was ever used is not known',
    });
  });

  it('a notice given beside another key does not retire the last one', () => {
    expect(decisionFor(OLD, { keys: [unused(120)], tags: notice(30, NEW) }, rules)?.action).toBe('notify');
  });

  it('a notice given to the only key does not disable it beside another', () => {
    expect(decisionFor(OLD, { keys: [unused(120), unused(20, NEW)], tags: notice(30) }, rules)?.action).toBe('notify');
  });

  it('switches the last active key off only under this option', () => {
    expect(decisionFor(OLD, { keys: [unused(120)], tags: notice(30) }, policy())?.action).toBe('rotate');
    expect(decisionFor(OLD, { keys: [unused(120)], tags: notice(30) }, rules)?.action).toBe('disable');
  });

  it('is switched off only while it is the only key: an inactive second key blocks', () => {
    const keys = [unused(120), accessKey({ id: NEW, ageDays: 20, status: 'Inactive' })];
    expect(decisionFor(OLD, { keys, tags: notice(30) }, rules)?.action).toBe('blocked');
  });
});

describe('whileInUse: hold', () => {
  const rules = policy({ whileInUse: 'hold', maxHold: '30d' });
  const facts = (days: number, lastUsed = used(1)) => ({
    keys: [accessKey({ ageDays: 90 + days, lastUsed }), accessKey({ id: NEW, ageDays: days })],
    current: NEW,
  });

  /** People were told so many days ago that the key is held until a day in so many days. */
  const held = (ago: number, inSoMany: number) => {
    const { told } = TOLD_IN_TIME();
    return { memory: { [OLD]: { told: { ...told, hold: { at: daysAgo(ago), on: midnightIn(inSoMany) } } } } };
  };

  it.each([
    [9, 'warn'],
    [10, 'hold'],
    [11, 'hold'],
    [29, 'hold'],
    [30, 'disable'],
    [31, 'disable'],
  ])('a key still in use %d days after its successor, of which nobody was told that it is held: %s', (days, action) => {
    expect(decisionFor(OLD, facts(days), rules)?.action).toBe(action);
  });

  it.each([
    [10, 'wait'],
    [11, 'wait'],
    [22, 'wait'],
    [23, 'warn'],
    [29, 'warn'],
    [30, 'disable'],
    [31, 'disable'],
  ])('a key still in use %d days after its successor, of which people know that it is held: %s', (days, action) => {
    expect(decisionFor(OLD, { ...facts(days), ...held(days - 10, 30 - days) }, rules)?.action).toBe(action);
  });

  it.each<[string, Parameters<typeof policy>[0]]>([
    ['no key is held any more', {}],
    ['keys are held for a shorter time', { whileInUse: 'hold', maxHold: '12d' }],
  ])('is kept as people were told it, although %s', (_, settings) => {
    const at = (days: number, more = {}) =>
      decisionFor(OLD, { ...facts(days), ...held(days - 10, 30 - days), ...more }, policy(settings))?.action;
    expect([11, 15, 23, 29, 30].map((days) => at(days))).toEqual(['wait', 'wait', 'warn', 'warn', 'disable']);
    const unused = { keys: [accessKey({ ageDays: 105, lastUsed: 'never' }), accessKey({ id: NEW, ageDays: 15 })] };
    expect(at(15, unused)).toBe('disable');
  });

  it('is told anew when the settings hold it longer', () => {
    expect(decisionFor(OLD, { ...facts(15), ...held(5, 15) }, policy({ whileInUse: 'hold', maxHold: '40d' }))).toMatchObject({
      action: 'hold',
      until: midnightIn(25),
    });
  });

  it('of an earlier grace is none', () => {
    expect(decisionFor(OLD, { ...facts(12), ...held(13, 10) }, policy())?.action).toBe('disable');
  });

  it('tells who uses it and when it is disabled at the latest', () => {
    expect(decisionFor(OLD, facts(10), rules)).toEqual({
      action: 'hold',
      keyId: OLD,
      until: midnightIn(20),
      reason: `it was replaced by ${NEW} on 2026-11-11, but it is still in use (s3 in eu-west-1 on 2026-11-20); it is disabled on 2026-12-11 at the latest`,
    });
  });

  it.each([
    ['never', 'never' as const],
    ['before its successor was issued', used(11)],
  ])('is disabled at once when it was last used %s', (_, lastUsed) => {
    expect(decisionFor(OLD, facts(10, lastUsed), rules)?.action).toBe('disable');
  });

  it.each([
    [7, 'hold'],
    [8, 'disable'],
  ])('a last use of %d days ago: %s', (days, action) => {
    expect(decisionFor(OLD, facts(10, used(days)), rules)?.action).toBe(action);
  });

  it.each<[string, ReturnType<typeof used>, Date | undefined, string]>([
    ['the fetching of the successor itself', used(3, 'secretsmanager'), daysAgo(3), 'disable'],
    ['Secrets Manager on another day than the successor was fetched', used(3, 'secretsmanager'), daysAgo(2), 'hold'],
    ['Secrets Manager, and the successor was never fetched', used(3, 'secretsmanager'), undefined, 'hold'],
    ['another service on the day on which the successor was fetched', used(3), daysAgo(3), 'hold'],
  ])('a last use for %s: %s', (_, lastUsed, fetched, action) => {
    expect(decisionFor(OLD, { ...facts(10, lastUsed), ...(fetched && { fetched }) }, rules)?.action).toBe(action);
  });

  it('is not disabled when nobody said whether it is used, until the hold is over', () => {
    const keys = (days: number) => [unknownUse(90 + days), accessKey({ id: NEW, ageDays: days })];
    expect(decisionFor(OLD, { keys: keys(10), current: NEW }, rules)).toMatchObject({
      action: 'blocked',
      reason: 'whether the key is still used is not known',
    });
    expect(decisionFor(OLD, { keys: keys(30), current: NEW }, rules)?.action).toBe('disable');
  });

  it('holds a re-enabled key from its fresh grace on', () => {
    const tags = remembered(OLD, { reenabled: daysAgo(10) });
    expect(decisionFor(OLD, { ...facts(60), tags }, rules)?.action).toBe('hold');
  });

  it('never holds longer than the maximum, even one shorter than the grace', () => {
    expect(decisionFor(OLD, facts(10), policy({ whileInUse: 'hold', maxHold: '5d' }))?.action).toBe('disable');
  });

  it('is off by default', () => {
    expect(decisionFor(OLD, facts(10), policy())?.action).toBe('disable');
  });

  it('holds to the millisecond under a policy in minutes', () => {
    const minutes = (count: number, lastUsed = new Date(NOW.getTime() - 1_000)) => ({
      keys: [
        accessKey({ ageDays: 1, lastUsed: { at: lastUsed, service: 's3', region: 'eu-west-1' } }),
        accessKey({ id: NEW, created: new Date(NOW.getTime() - count * 60_000) }),
      ],
      current: NEW,
    });
    const exact = inMinutes({ whileInUse: 'hold', maxHold: '15m' });
    expect(decisionFor(OLD, minutes(14), exact)?.action).toBe('hold');
    expect(decisionFor(OLD, minutes(15), exact)?.action).toBe('disable');
  });
});
