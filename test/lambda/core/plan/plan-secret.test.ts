import type { AccessKey } from '../../../../lambda/core/plan/user-facts';
import { plan } from '../../../../lambda/core/plan/plan';
import { planForced } from '../../../../lambda/core/plan/plan-forced';
import { daysKept, mayLoseSecret, secretMayGo } from '../../../../lambda/core/plan/plan-secret';
import { mayNeedWork } from '../../../../lambda/core/plan/triage';
import { accessKey, daysAgo, intent, midnightIn, NEW, NOW, OLD, policy, used, userFacts } from '../../../helpers/facts';

const KEPT = policy();
/** The predecessor was disabled on day 10 and deleted on day 20, so a secret may go when its key is 50 days old. */
const DELETED = policy({ deleteSecretAfter: '30d' });
const key = (more: Parameters<typeof accessKey>[0] = {}): AccessKey => accessKey({ id: NEW, ageDays: 50, ...more });
const facts = (more: Parameters<typeof userFacts>[0] = {}) => userFacts({ keys: [key()], current: NEW, fetched: daysAgo(45), ...more });
const decide = (user = facts(), rules = DELETED) => plan(user, rules, NOW).map(({ action }) => action);

it('deletes the secret of an only key in use that nobody fetched for the whole period, and says until when it can be restored', () => {
  expect(plan(facts(), DELETED, NOW)).toEqual([
    {
      action: 'delete-secret',
      keyId: NEW,
      until: midnightIn(30),
      reason: `the key is in use, and nobody has fetched it from its secret since ${daysAgo(45).toISOString().slice(0, 10)}`,
    },
  ]);
});

it.each([
  ['the setting is not given', facts(), KEPT],
  ['it is a day too early', facts({ keys: [key({ ageDays: 49 })] })],
  ['it was fetched within the period', facts({ fetched: daysAgo(29) })],
  ['nobody ever fetched it', facts({ fetched: undefined as never })],
  ['it was last fetched before this key was made', facts({ fetched: daysAgo(51) })],
  ['the key was last used before it was made, which cannot be', facts({ keys: [key({ lastUsed: used(51) })] })],
  ['the key was used at the moment it was made, and not since', facts({ keys: [key({ lastUsed: used(50) })] })],
  ['the key was never used', facts({ keys: [key({ lastUsed: 'never' })] })],
  ['the last use is not known', facts({ keys: [{ id: NEW, status: 'Active', created: daysAgo(50) }] })],
  ['it holds another key as current', facts({ current: OLD })],
  ['it does not exist', userFacts({ keys: [key()] })],
  ['it is being deleted already', facts({ deleted: true, current: undefined as never })],
  ['the key is warned about', facts({ keys: [key({ ageDays: 85 })] }), policy({ deleteSecretAfter: '30d', warn: '5d' })],
])('keeps the secret when %s', (_, user, rules = DELETED) => {
  expect(decide(user, rules)).not.toContain('delete-secret');
});

it.each([
  ['an inactive key is left', facts({ keys: [accessKey({ status: 'Inactive' }), key()] })],
  ['an active key is left', facts({ keys: [accessKey(), key()] })],
  ['a run was interrupted', facts({ tags: intent(60, [NEW]) })],
])('keeps the secret when %s', (_, user) => {
  expect(decide(user)).not.toContain('delete-secret');
});

it.each([
  [49, false],
  [50, true],
  [52, true],
  [53, false],
  [57, true],
  [64, true],
])('looks at the secret of a key of %d days: %s', (ageDays, looks) => {
  expect(mayNeedWork([{ active: true, created: daysAgo(ageDays) }], DELETED, NOW)).toBe(looks);
  expect(mayNeedWork([{ active: true, created: daysAgo(ageDays) }], KEPT, NOW)).toBe(false);
});

it('deletes the secret of a key that was fetched on its first day and not since', () => {
  expect(decide(facts({ fetched: daysAgo(50) }))).toEqual(['delete-secret']);
});

describe('the days that a secret is kept', () => {
  const exact = { unit: 'exact' as const, milliseconds: 1 };

  it('are those of both graces and of the setting', () => {
    expect(daysKept(DELETED)).toBe(50);
  });

  it.each([
    ['secrets are kept', KEPT],
    ['the setting is in hours', { ...DELETED, deleteSecretAfter: exact }],
    ['the grace is in hours', { ...DELETED, disableGrace: exact }],
    ['the recovery time is in hours', { ...DELETED, deleteGrace: exact }],
  ])('are not known when %s', (_, rules) => {
    expect(daysKept(rules)).toBeUndefined();
    expect(mayLoseSecret([{ active: true, created: daysAgo(50) }], rules, NOW)).toBe(false);
  });
});

it.each([
  ['without keys', []],
  ['whose only key is inactive', [key({ status: 'Inactive' })]],
  ['with another key', [key(), accessKey({ ageDays: 10 })]],
])('looks at no secret of a user %s', (_, keys) => {
  expect(secretMayGo(keys, DELETED, NOW)).toBe(false);
});

it('looks at no secret of a key of unknown age', () => {
  expect(mayLoseSecret([{ active: true, created: undefined }], DELETED, NOW)).toBe(false);
});

describe('a secret that is being deleted while its user has a second key', () => {
  const cutOff = userFacts({ keys: [accessKey(), accessKey({ id: NEW, ageDays: 40 })], deleted: true });
  const restore = {
    action: 'restore-secret',
    keyId: NEW,
    predecessor: OLD,
    reason: `its secret was being deleted while ${OLD}, which it may replace, is still there`,
  };

  it('is restored before anything else is decided', () => {
    expect(plan(cutOff, DELETED, NOW)).toEqual([restore]);
    expect(plan({ ...cutOff, state: userFacts({ tags: intent(60, [OLD]) }).state }, DELETED, NOW)).toEqual([restore]);
    expect(planForced(cutOff, DELETED, NOW)).toEqual([restore]);
  });

  it('waits while another invocation is issuing a key', () => {
    const busy = { ...cutOff, state: userFacts({ tags: intent(1, [OLD]) }).state };
    expect(plan(busy, DELETED, NOW)).toMatchObject([{ action: 'skip', because: 'busy' }]);
  });

  it('stays when there is no second key', () => {
    expect(decide(userFacts({ keys: [key({ ageDays: 30 })], deleted: true }))).toEqual(['wait']);
  });
});
