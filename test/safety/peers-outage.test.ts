import { actionsOf, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { callsTo, dateOn, days, readSecret, refuse, runOnDays, setVariable, statusesOf, storedKey, timeline } from './support';

const organization = testOrganization('enforcing', [TEAM], { direct: true });

describe('PEERS 1: a last-used look-up that fails never counts as "never used"', () => {
  it.each([
    ['denied', 'AccessDenied', 403],
    ['throttled for good', 'Throttling', 400],
    ['failing', 'ServiceFailure', 500],
  ])('when it is %s', async (_, code, status) => {
    const org = organization();
    // Only here does "never used" cost the key its successor.
    setVariable(org, 'POLICY', (text) => text.replace('"unusedKeys":"rotate"', '"unusedKeys":"retire"'));
    const [key] = org.addUser(TEAM, 'in-service', [{ ageDays: 91, usedDaysAgo: 1 }]).keys;
    org.addUser(TEAM, 'other', [{ ageDays: 91, usedDaysAgo: 1 }]);
    const fault = refuse(org, { operation: 'GetAccessKeyLastUsed', input: ({ AccessKeyId }) => AccessKeyId === key!.id }, code, status);
    const results = await runOnDays(org, TEAM, [0, 10, 20, 30]);
    expect(fault.hits).toBeGreaterThanOrEqual(4);
    for (const result of results.values()) {
      expect(result.failures).toMatchObject([{ user: 'in-service', step: 'read user' }]);
      expect(actionsOf([result], 'in-service')).toEqual([]);
    }
    expect(org.user(TEAM, 'in-service').keys).toMatchObject([{ id: key!.id, status: 'Active' }]);
    expect(org.mutations().filter(({ input }) => JSON.stringify(input).includes('in-service'))).toEqual([]);
    expect(statusesOf(org, TEAM, 'other')).toEqual(['Active']);
    expect(storedKey(org, TEAM, 'other')).toMatchObject({ right: true });
  });
});

describe('PEERS 2: a key that cannot be stored does not stay, and the old one is never disabled in its favour', () => {
  it('when Secrets Manager refuses the new value for weeks', async () => {
    const org = organization();
    org.disturbed = true;
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    const fault = refuse(
      org,
      { operation: 'PutSecretValue', input: ({ VersionStages }) => VersionStages === undefined },
      'EncryptionFailure',
      400,
    );
    const results = await runOnDays(org, TEAM, [0, 1, 10, 20]);
    for (const result of results.values()) {
      expect(result).toMatchObject({ status: 'partial', failures: [{ user: 'alice', step: 'rotate', error: 'KeyNotStoredError' }] });
      expect(result.failures[0]!.message).toContain('it was removed again');
    }
    expect(org.user(TEAM, 'alice').keys).toMatchObject([{ id: old!.id, status: 'Active' }]);
    org.sandbox.faults.remove(fault);
    const after = await runOnDays(org, TEAM, [21, 30, 31]);
    expect(timeline(after, 'alice', old!.id)).toEqual(['rotate on day 21', 'disable on day 31']);
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
  });

  it.each([
    ['make', { operation: 'CreateSecret' }],
    ['protect', { operation: 'PutResourcePolicy' }],
    ['write to', { operation: 'PutSecretValue' }],
  ])('when the role may not %s the secret: no key is created at all', async (_, match) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    refuse(org, match, 'AccessDeniedException', 400);
    const result = await org.rotate(TEAM);
    expect(result.failures).toMatchObject([{ user: 'alice', step: 'rotate', error: 'AccessDeniedException' }]);
    expect(callsTo(org, 'CreateAccessKey')).toBe(0);
  });
});

it('PEERS 3: with both keys past their age, neither active one is deleted or disabled at once, whichever was used last', async () => {
  const org = organization();
  const [older, younger] = org.addUser(TEAM, 'alice', [
    { ageDays: 300, usedDaysAgo: 0 },
    { ageDays: 200, usedDaysAgo: 150 },
  ]).keys;
  const results = await runOnDays(org, TEAM, [...days(0, 11), ...days(19, 21), 31, 41]);
  expect(timeline(results, 'alice', older!.id)).toEqual(['notify on day 0', 'disable on day 10', 'delete on day 20']);
  expect(timeline(results, 'alice', younger!.id)).toEqual(['rotate on day 21', 'disable on day 31', 'delete on day 41']);
  expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
});

it('PEERS 4: of two keys in use, the due one is disabled only 10 days after people were told, and the young one is left alone', async () => {
  const org = organization();
  const [due, young] = org.addUser(TEAM, 'alice', [
    { ageDays: 90, usedDaysAgo: 0 },
    { ageDays: 30, usedDaysAgo: 0 },
  ]).keys;
  const results = await runOnDays(org, TEAM, [0]);
  expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
  const [mail, ...others] = org.sandbox.mails;
  expect(others).toEqual([]);
  expect(mail!.to).toEqual([TEAM.email]);
  expect(mail!.text).toContain(due!.id);
  expect(mail!.text).toContain('This key will be disabled on 15 Jan 2026.');
  for (const [day, result] of await runOnDays(org, TEAM, days(1, 11))) results.set(day, result);
  expect(timeline(results, 'alice', due!.id)).toEqual(['notify on day 0', 'disable on day 10']);
  expect(timeline(results, 'alice', young!.id)).toEqual([]);
  expect(org.user(TEAM, 'alice').keys.find(({ id }) => id === young!.id)).toMatchObject({ status: 'Active' });
});

it.each([
  ['60 days old: on the day it is 110', 60, 'delete on day 50', [...days(0, 11), 49, 50]],
  ['400 days old: 10 days later', 400, 'delete on day 10', [0, 1, 9, 10]],
])('PEERS 5: a key that a person disables today can be enabled again: %s', async (_, ageDays, deleted, on) => {
  const org = organization();
  const [key] = org.addUser(TEAM, 'alice', [{ ageDays }, { ageDays: 5 }]).keys;
  org.sandbox.people(TEAM.id).disableKey('alice', key!.id);
  const results = await runOnDays(org, TEAM, on);
  expect(timeline(results, 'alice', key!.id)).toEqual(['note-inactive on day 0', deleted]);
});

describe('PEERS 6: an inactive key beside a due one', () => {
  it('keeps its recovery time in scheduled runs; only then is the due key rotated, and until then it is reported as blocked', async () => {
    const org = organization();
    const [due, inactive] = org.addUser(TEAM, 'alice', [
      { ageDays: 150, usedDaysAgo: 0 },
      { ageDays: 120, status: 'Inactive' },
    ]).keys;
    const results = await runOnDays(org, TEAM, days(0, 11));
    expect(timeline(results, 'alice', inactive!.id)).toEqual(['note-inactive on day 0', 'delete on day 10']);
    expect(timeline(results, 'alice', due!.id)).toEqual(['rotate on day 11']);
    const blocked = actionsOf([results.get(0)!], 'alice').find(({ action }) => action === 'blocked');
    expect(blocked).toMatchObject({
      keyId: due!.id,
      reason: expect.stringContaining(`the inactive key ${inactive!.id} takes the second place`) as string,
    });
  });

  it('makes room for a forced rotation only when the new key can certainly be stored', async () => {
    const org = organization();
    const [, inactive] = org.addUser(TEAM, 'alice', [
      { ageDays: 150, usedDaysAgo: 0 },
      { ageDays: 120, status: 'Inactive' },
    ]).keys;
    const fault = refuse(org, { operation: 'PutSecretValue' }, 'AccessDeniedException', 400);
    const refused = await org.rotate(TEAM, { ForceRotate: 'alice' });
    expect(refused.failures).toMatchObject([{ user: 'alice', step: 'rotate' }]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Inactive']);
    expect(callsTo(org, 'DeleteAccessKey')).toBe(0);
    org.sandbox.faults.remove(fault);
    const done = await org.rotate(TEAM, { ForceRotate: 'alice' });
    expect(actionsOf([done], 'alice')).toMatchObject([
      { action: 'rotate', outcome: 'done', reason: `an operator forced it; the inactive key ${inactive!.id} is deleted to make room` },
    ]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
  });
});

it('PEERS 7: people are told to fetch the new secret with a key that works until the day the mail names', async () => {
  const org = organization();
  const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
  await org.rotate(TEAM);
  const [mail] = org.sandbox.mails;
  expect(mail!.text).toContain('Fetch the new key with the old one, which keeps working until 15 Jan 2026');
  const [, secretId = ''] = /--secret-id (\S+)/.exec(mail!.text ?? '') ?? [];
  for (const day of [0, 1, 9]) {
    org.goToDay(day);
    await org.rotate(TEAM);
    expect(JSON.parse((await readSecret(org, TEAM, old!, secretId)) ?? '')).toMatchObject({ UserName: 'alice' });
  }
  const told = org.sandbox.mails.length;
  org.goToDay(10);
  await org.rotate(TEAM);
  expect(dateOn(10)).toBe('2026-01-15');
  await expect(readSecret(org, TEAM, old!, secretId)).rejects.toThrow();
  for (const later of org.sandbox.mails.slice(told)) expect(later.text).not.toContain('with the old one');
});
