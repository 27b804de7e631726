import { planForced } from '../../../../lambda/core/plan/plan-forced';
import { ForceRotateRefusedError } from '../../../../lambda/shared/errors';
import {
  accessKey,
  daysAgo,
  inMinutes,
  intent,
  midnightIn,
  NEW,
  NOW,
  OLD,
  policy,
  remembered,
  used,
  userFacts,
} from '../../../helpers/facts';

const force = (facts: Parameters<typeof userFacts>[0], rules = policy()) => planForced(userFacts(facts), rules, NOW);
const refusal = (facts: Parameters<typeof userFacts>[0]): string => {
  try {
    force(facts);
  } catch (error) {
    expect(error).toBeInstanceOf(ForceRotateRefusedError);
    return (error as Error).message;
  }
  throw new Error('was not refused');
};
const inactive = (id: string, ageDays: number) => accessKey({ id, ageDays, status: 'Inactive' });

describe('a forced rotation', () => {
  it.each([0, 1, 89, 90, 400])('issues a successor for the one active key, at %d days of age', (ageDays) => {
    expect(force({ keys: [accessKey({ ageDays })] })).toEqual([
      { action: 'rotate', keyId: OLD, disableOn: midnightIn(10), reason: 'an operator forced it' },
    ]);
  });

  it('issues one for a never-used key too, whatever the policy says of unused keys', () => {
    expect(force({ keys: [accessKey({ lastUsed: 'never' })] }, policy({ unusedKeys: 'retire' }))).toMatchObject([{ action: 'rotate' }]);
  });

  it('begins an exact grace under a policy in minutes', () => {
    expect(force({}, inMinutes())).toMatchObject([{ disableOn: new Date(NOW.getTime() + 600_000) }]);
  });

  it.each([
    ['older', [inactive(OLD, 200), accessKey({ id: NEW, ageDays: 20 })], NEW, OLD],
    ['younger', [accessKey({ id: OLD, ageDays: 200 }), inactive(NEW, 20)], OLD, NEW],
  ])('lets the %s of two keys, inactive, make room', (_, keys, keyId, makeRoom) => {
    expect(force({ keys })).toEqual([
      {
        action: 'rotate',
        keyId,
        makeRoom,
        disableOn: midnightIn(10),
        reason: `an operator forced it; the inactive key ${makeRoom} is deleted to make room`,
      },
    ]);
  });

  it('is a no-op that says so when it is repeated within the grace', () => {
    const keys = [accessKey({ ageDays: 30 }), accessKey({ id: NEW, ageDays: 2 })];
    expect(force({ keys, current: NEW })).toEqual([
      {
        action: 'wait',
        keyId: OLD,
        reason: `nothing to do: it was already replaced by ${NEW} on 2026-11-19T03:00:00.000Z, and its grace ends on 2026-11-29`,
      },
    ]);
  });

  it('is a no-op within the grace whichever of two keys of one second is the successor', () => {
    const keys = [accessKey({ id: NEW, ageDays: 2 }), accessKey({ id: OLD, ageDays: 2 })];
    expect(force({ keys, current: NEW })).toMatchObject([{ action: 'wait', keyId: OLD }]);
  });

  it('leaves due steps of other kinds to the daily run', () => {
    const keys = [accessKey({ ageDays: 120 }), accessKey({ id: NEW, ageDays: 30 })];
    expect(force({ keys, current: NEW }).map((decision) => decision.action)).toEqual(['wait']);
  });

  it('rotates, and forgets what an interrupted run left behind once two runs saw no key to it', () => {
    const [[tagKey, value] = ['', '']] = Object.entries(intent(90, [OLD]));
    const seen = (minutes: number) => ({ [tagKey]: `${value} seen=${new Date(NOW.getTime() - minutes * 60_000).toISOString()}` });
    const after = (tags: Record<string, string>) => force({ tags }).map((decision) => decision.action);
    expect(after({ [tagKey]: value })).toEqual(['rotate', 'note-unfinished']);
    expect(after(seen(59))).toEqual(['rotate']);
    expect(after(seen(60))).toEqual(['rotate', 'forget']);
  });

  it('removes the lost key of an interrupted run before anything else', () => {
    const lost = accessKey({ id: NEW, created: new Date(NOW.getTime() - 20 * 60_000), lastUsed: 'never' });
    expect(force({ keys: [accessKey(), lost], tags: intent(20, [OLD]) }).map((decision) => decision.action)).toEqual([
      'remove-orphan',
      'forget',
    ]);
  });

  it('needs no tidying of other tags', () => {
    expect(force({ tags: remembered(NEW, { inactive: daysAgo(3) }) }).map((decision) => decision.action)).toEqual(['rotate']);
  });
});

describe('a forced rotation is refused', () => {
  it('with more keys than IAM allows, since deleting one of them would make no room', () => {
    const off = (id: string) => accessKey({ id, ageDays: 300, status: 'Inactive' });
    expect(refusal({ keys: [off('AKIAOFF0000000000001'), off('AKIAOFF0000000000002'), accessKey({ ageDays: 95 })] })).toBe(
      'alice: the user has 3 keys, of which IAM allows two; delete all but one of the inactive ones, AKIAOFF0000000000001, AKIAOFF0000000000002, and repeat',
    );
  });

  const two = [accessKey({ id: OLD, ageDays: 30, lastUsed: used(3, 'sts') }), accessKey({ id: NEW, ageDays: 20, lastUsed: 'never' })];

  it('with two active keys of which neither replaced the other, naming both and their last use', () => {
    expect(refusal({ keys: two })).toBe(
      `alice: the user has two active keys, ${OLD} (last used 2026-11-18T03:00:00.000Z for sts in eu-west-1) and ${NEW} (never used); ` +
        'IAM allows no third. Disable the one that is not needed and repeat',
    );
  });

  it.each([
    ['the older one', OLD],
    ['a third one', 'AKIATHIRD00000000003'],
  ])('with two active keys when the secret holds %s', (_, current) => {
    expect(refusal({ keys: two, current })).toContain('two active keys');
  });

  it('with two active keys when the secret was overwritten', () => {
    expect(refusal({ keys: two, versions: [NEW] })).toContain('two active keys');
  });

  it('does not say a use that nobody asked for', () => {
    const keys = [OLD, NEW].map((id) => ({ id, status: 'Active' as const, created: daysAgo(5) }));
    expect(refusal({ keys })).toContain(`two active keys, ${OLD} and ${NEW}; IAM`);
  });

  it.each([
    ['without keys', [], 'alice: the user has no access key, so there is nothing to replace'],
    ['with one inactive key', [inactive(OLD, 30)], 'alice: the user has no active access key, so there is nothing to replace'],
    [
      'with two inactive keys',
      [inactive(OLD, 30), inactive(NEW, 20)],
      'alice: the user has no active access key, so there is nothing to replace',
    ],
  ])('for a user %s', (_, keys, message) => {
    expect(refusal({ keys })).toBe(message);
  });

  it('when an interrupted run may have left a key behind, which a person must decide about', () => {
    const { id, status, created } = accessKey({ id: NEW, created: new Date(NOW.getTime() - 20 * 60_000) });
    expect(refusal({ keys: [accessKey(), { id, status, created }], tags: intent(20, [OLD]) })).toMatch(
      new RegExp(`^alice: whether ${NEW} was used is not known; a person must decide: `),
    );
  });

  it('while another invocation is issuing a key', () => {
    expect(refusal({ tags: intent(1, [OLD]) })).toBe(
      'alice: another invocation is issuing a key until 2026-11-21T03:14:00.000Z; repeat after that',
    );
  });
});
