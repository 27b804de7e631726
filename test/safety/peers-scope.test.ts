import { fingerprint } from '../../demo/story/fingerprint';
import type { AccountResult } from '../../lambda/runs/schemas';
import { actionsOf, FUNCTIONS, MANAGEMENT, NAMES, OTHER, sweepDayOf, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { callsTo, refuse } from './support';

const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });
const MANY = Array.from({ length: 130 }, (_, index) => `user-${String(index).padStart(3, '0')}`);
const idsOf = (results: readonly AccountResult[]): string[] => results.map(({ account }) => account.id).sort();
const rotations = () => organization().sandbox.invocations.filter(({ functionName }) => functionName === FUNCTIONS.rotator);

describe('PEERS 8: users beyond the hundredth are seen', () => {
  it.each([
    ['by credential report', sweepDayOf(TEAM) + 1, 'report'],
    ['by listing every user', sweepDayOf(TEAM), 'sweep'],
  ])('%s', async (_, day, coverage) => {
    const org = organization();
    org.goToDay(day);
    await org.begin(TEAM);
    for (const name of MANY) org.addUser(TEAM, name, [{ ageDays: name === MANY.at(-1) ? 95 : 20 }]);
    const result = await org.rotate(TEAM);
    expect(result).toMatchObject({ coverage, usersSeen: MANY.length, failures: [] });
    expect(actionsOf([result], MANY.at(-1)!)).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  });
});

describe('PEERS 9: nothing is changed in an account whose exempt users cannot be read', () => {
  it.each([
    ['the call is denied', 'AccessDenied', 403],
    ['it is throttled for good', 'Throttling', 400],
    ['IAM fails', 'ServiceFailure', 500],
    ['the group’s name is refused', 'ValidationError', 400],
  ])('because %s', async (_, code, status) => {
    const org = organization();
    org.addUser(TEAM, 'exempt', [{ ageDays: 400 }], { exempt: true });
    org.addUser(TEAM, 'due', [{ ageDays: 400 }]);
    const before = fingerprint(org.sandbox);
    refuse(org, { operation: 'GetGroup' }, code, status);
    await expect(org.rotate(TEAM)).rejects.toMatchObject({
      name: 'AccountFailedError',
      message: expect.stringContaining(
        `cannot read the exemption group ${NAMES.exemptionGroup}, so nothing was changed: ${code}`,
      ) as string,
    });
    await expect(org.rotate(TEAM, { ForceRotate: 'due' })).rejects.toMatchObject({ name: 'AccountFailedError' });
    expect(org.mutations()).toEqual([]);
    expect(fingerprint(org.sandbox)).toBe(before);
  });
});

it('PEERS 10: the exemption group is read to its last page', async () => {
  const org = organization();
  for (const name of MANY) org.addUser(TEAM, name, [{ ageDays: 400 }], { exempt: true });
  org.addUser(TEAM, 'due', [{ ageDays: 400 }]);
  const result = await org.rotate(TEAM);
  for (const name of MANY) expect(actionsOf([result], name)).toMatchObject([{ action: 'skip' }]);
  expect(actionsOf([result], 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
  for (const { input } of org.mutations()) expect(JSON.stringify(input)).toMatch(/\bdue\b|_due_/);
});

describe('PEERS 11: a forced rotation', () => {
  beforeEach(() => {
    const org = organization();
    org.addUser(TEAM, 'wanted', [{ ageDays: 3 }]);
    org.addUser(TEAM, 'due-too', [{ ageDays: 400 }]);
    org.addUser(TEAM, 'inactive-too', [{ ageDays: 400, status: 'Inactive' }]);
    org.addUser(TEAM, 'exempt', [{ ageDays: 400 }], { exempt: true });
    org.addUser(OTHER, 'wanted', [{ ageDays: 400 }]);
  });

  it('processes its one user and nobody else', async () => {
    const org = organization();
    const result = await org.rotate(TEAM, { ForceRotate: 'wanted' });
    expect(result.users.map(({ user }) => user)).toEqual(['wanted']);
    for (const { input } of org.callsOfApp()) expect(JSON.stringify(input)).not.toMatch(/due-too|inactive-too/);
    expect(org.mutations().filter(({ account }) => account !== TEAM.id)).toEqual([]);
    expect(org.user(OTHER, 'wanted').keys).toHaveLength(1);
  });

  it.each([
    ['unknown', 'nobody', `account ${TEAM.id} has no user "nobody"`],
    ['exempt', 'exempt', `exempt: exempt, because the user is a member of ${NAMES.exemptionGroup}`],
  ])('says that a user is %s, in the answer, the stored result and the queue of failed events', async (_, user, message) => {
    const org = organization();
    const before = fingerprint(org.sandbox);
    const refusal = { name: 'ForceRotateRefusedError', message };
    await expect(org.rotate(TEAM, { ForceRotate: user })).rejects.toMatchObject(refusal);
    const stored = (await org.run({ account: TEAM.id, ForceRotate: user })).at(-1);
    expect(stored).toMatchObject({ status: 'failed', failures: [{ user, step: 'force rotate', error: refusal.name, message }] });
    expect(org.failedEvents()).toMatchObject([{ responsePayload: { errorType: refusal.name, errorMessage: message } }]);
    expect(fingerprint(org.sandbox)).toBe(before);
  });
});

it.each([
  ['after the key was issued and stored', { service: 's3', operation: 'PutObject', principal: FUNCTIONS.rotator }],
  ['while people are told', { service: 'events', operation: 'PutEvents' }],
])('PEERS 12: a forced rotation that Lambda repeats because it failed %s keeps the key it issued', async (_, match) => {
  const org = organization();
  const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 30 }]).keys;
  org.rules.expectForced(TEAM.id, 'alice');
  // The first invocation dies there; Lambda's queue repeats it a minute later.
  org.sandbox.faults.add({
    match: { ...match, times: 1 },
    when: 'before',
    then: { kind: 'call', run: () => void org.killRotator() },
  });
  await org.run({ account: TEAM.id, ForceRotate: 'alice' });
  expect(rotations()).toMatchObject([{ attempts: 2, state: 'succeeded' }]);
  expect(callsTo(org, 'CreateAccessKey')).toBe(1);
  expect(callsTo(org, 'DeleteAccessKey')).toBe(0);
  expect(org.user(TEAM, 'alice').keys).toMatchObject([{ id: old!.id, status: 'Active' }, { status: 'Active' }]);
});

describe('PEERS 13: an event for one account never starts a run of the organization', () => {
  beforeEach(() => {
    for (const account of [MANAGEMENT, TEAM, OTHER]) organization().addUser(account, 'due', [{ ageDays: 400 }]);
  });

  it('given to the rotator, it rotates that account', async () => {
    const org = organization();
    await org.rotate(TEAM);
    expect(org.sandbox.invocations).toHaveLength(1);
    expect(new Set(org.mutations().map(({ account }) => account))).toEqual(new Set([TEAM.id]));
  });

  it.each([
    ['the rotator’s event', { account: TEAM.id, email: TEAM.email, name: TEAM.name }],
    ['the rotator’s event with a forced user', { account: TEAM.id, email: TEAM.email, name: TEAM.name, ForceRotate: 'due' }],
    ['an account alone', { account: TEAM.id }],
    ['a misspelt list of accounts', { account_ids: [TEAM.id] }],
    ['a test event of the console', { key1: 'value1', key2: 'value2', key3: 'value3' }],
  ])('given to the orchestrator by mistake, %s is refused', async (_, event) => {
    const org = organization();
    await expect(org.invoke(FUNCTIONS.orchestrator, event)).rejects.toMatchObject({ name: 'InvalidEventError' });
    expect(rotations()).toEqual([]);
    expect(org.mutations()).toEqual([]);
  });

  it('with accounts: [...], the orchestrator works on those alone', async () => {
    expect(idsOf(await organization().run({ accounts: [TEAM.id] }))).toEqual([TEAM.id]);
  });
});

it('PEERS 14: runs limited to organizational units work, however deep the units are', async () => {
  const org = organization();
  const { sandbox } = org;
  const outer = sandbox.organization.addUnit('Outer');
  sandbox.organization.moveAccount(TEAM.id, sandbox.organization.addUnit('Inner', sandbox.organization.addUnit('Middle', outer)));
  const { environment } = org.functionNamed(FUNCTIONS.orchestrator);
  const scope = JSON.parse(environment['SCOPE'] ?? '') as object;
  environment['SCOPE'] = JSON.stringify({ ...scope, includeOrganizationalUnits: [outer] });
  org.addUser(TEAM, 'due', [{ ageDays: 95 }]);
  const results = await org.run();
  expect(idsOf(results)).toEqual([TEAM.id]);
  expect(actionsOf(results, 'due')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
});

it.each([
  ['denied', 'AccessDeniedException', 1],
  ['throttled for good', 'TooManyRequestsException', 1],
  ['failing on the second page', 'ServiceException', 2],
])('PEERS 15: with Organizations %s the run has failed; it is not an empty run that succeeded', async (_, code, nth) => {
  const org = organization();
  org.sandbox.kernel.settings.organizations.pageSize = 2;
  refuse(org, { operation: 'ListAccounts', nth }, code, 400);
  expect(await org.run()).toEqual([]);
  expect(org.sandbox.invocations).toMatchObject([{ functionName: FUNCTIONS.orchestrator, state: 'failed' }]);
  expect(org.failedEvents()).toMatchObject([{ responsePayload: { errorType: code } }]);
  expect(callsTo(org, 'PutObject')).toBe(0);
});
