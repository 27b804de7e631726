import { fingerprint } from '../../demo/story/fingerprint';
import type { AccountResult } from '../../lambda/runs/schemas';
import { actionsOf, OTHER, TEAM, testOrganization, type TestOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });
const BYSTANDERS = ['bystander-due', 'bystander-inactive', 'bystander-two-keys'];

beforeEach(() => {
  const org = organization();
  org.addUser(TEAM, 'bystander-due', [{ ageDays: 400 }]);
  org.addUser(TEAM, 'bystander-inactive', [{ ageDays: 400, status: 'Inactive' }]);
  org.addUser(TEAM, 'bystander-two-keys', [{ ageDays: 400 }, { ageDays: 300 }]);
  org.addUser(OTHER, 'alice', [{ ageDays: 400 }]);
});

type Forcing = (org: TestOrganization, user: string) => Promise<AccountResult>;
const byRotator: Forcing = (org, user) => org.rotate(TEAM, { ForceRotate: user });
const byOrchestrator: Forcing = async (org, user) => {
  org.rules.expectForced(TEAM.id, user);
  const [result, ...others] = await org.run({ account: TEAM.id, ForceRotate: user });
  expect(others).toEqual([]);
  if (!result) throw new Error('no result was stored');
  return result;
};
const ways: [string, Forcing][] = [
  ['the rotator', byRotator],
  ['the orchestrator', byOrchestrator],
];

/** Every call of the app that says a user's, a key's or a secret's name says this user's. */
function expectOnlyTouched(org: TestOrganization, user: string): void {
  const calls = org.callsOfApp();
  const named = calls.filter(({ input }) => input['UserName'] ?? input['SecretId'] ?? input['AccessKeyId']);
  expect(named.length).toBeGreaterThan(0);
  for (const { service, input } of calls) {
    const text = JSON.stringify(input);
    if (['iam', 'secretsmanager'].includes(service)) for (const bystander of BYSTANDERS) expect(text).not.toContain(bystander);
    if (input['UserName'] !== undefined) expect(input['UserName']).toBe(user);
    if (input['SecretId'] !== undefined) expect(input['SecretId']).toBe(`Account_${TEAM.id}_User_${user}_AccessKey`);
  }
  expect(org.mutations().filter(({ account }) => account !== TEAM.id)).toEqual([]);
  for (const { operation } of calls) expect(['ListUsers', 'GenerateCredentialReport', 'GetCredentialReport']).not.toContain(operation);
}

describe.each(ways)('a rotation forced through %s', (_, force) => {
  it('gives a young key a successor and touches only its user', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 3, usedDaysAgo: 0 }]).keys;
    const result = await force(org, 'alice');
    expect(result).toMatchObject({ status: 'succeeded', coverage: 'user', forceRotate: 'alice', usersSeen: 1, failures: [] });
    expect(actionsOf([result], 'alice')).toMatchObject([
      { action: 'rotate', outcome: 'done', keyId: old!.id, reason: 'an operator forced it' },
    ]);
    expect(org.user(TEAM, 'alice').keys).toMatchObject([{ id: old!.id, status: 'Active' }, { status: 'Active' }]);
    expectOnlyTouched(org, 'alice');
    for (const bystander of BYSTANDERS) expect([...org.user(TEAM, bystander).tags.keys()]).toEqual([]);
  });

  it('is a no-op that says so when repeated', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 3 }]);
    await force(org, 'alice');
    const before = fingerprint(org.sandbox);
    const [old, successor] = org.user(TEAM, 'alice').keys;
    org.sandbox.calls.length = 0;
    const repeated = await force(org, 'alice');
    expect(fingerprint(org.sandbox)).toBe(before);
    expect(org.mutations()).toEqual([]);
    expect(repeated).toMatchObject({ status: 'succeeded', failures: [] });
    const [action, ...others] = actionsOf([repeated], 'alice');
    expect(others).toEqual([]);
    expect(action).toMatchObject({ action: 'wait', outcome: 'done', keyId: old!.id });
    expect(action!.reason).toMatch(
      new RegExp(`^nothing to do: it was already replaced by ${successor!.id} on .*, and its grace ends on 2026-01-15$`),
    );
  });

  it('begins the same grace as any rotation: disabled after 10 days, deleted after 20', async () => {
    const org = organization();
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 3 }]).keys;
    await force(org, 'alice');
    const taken: string[] = [];
    for (const day of [1, 9, 10, 11, 19, 20]) {
      org.goToDay(day);
      const done = actionsOf(await org.run({ accounts: [TEAM.id] }), 'alice').filter(({ keyId }) => keyId === old!.id);
      taken.push(...done.filter(({ action }) => ['disable', 'delete'].includes(action)).map(({ action }) => `${action} on day ${day}`));
    }
    expect(taken).toEqual(['disable on day 10', 'delete on day 20']);
    expect(org.user(TEAM, 'alice').keys).toHaveLength(1);
  });

  it('deletes the inactive one of two keys to make room', async () => {
    const org = organization();
    const [active, inactive] = org.addUser(TEAM, 'alice', [{ ageDays: 30 }, { ageDays: 20, status: 'Inactive' }]).keys;
    const result = await force(org, 'alice');
    expect(actionsOf([result], 'alice')).toMatchObject([{ action: 'rotate', outcome: 'done', keyId: active!.id }]);
    expect(actionsOf([result], 'alice')[0]!.reason).toContain(`the inactive key ${inactive!.id} is deleted to make room`);
    const left = org.user(TEAM, 'alice').keys;
    expect(left.map(({ status }) => status)).toEqual(['Active', 'Active']);
    expect(left.map(({ id }) => id)).toContain(active!.id);
    expect(left.map(({ id }) => id)).not.toContain(inactive!.id);
    expectOnlyTouched(org, 'alice');
  });
});

interface Refusal {
  title: string;
  user: string;
  make: (org: TestOrganization) => void;
  /** All of them are in the one message. */
  says: (org: TestOrganization) => string[];
}
const refusals: Refusal[] = [
  {
    title: 'two active keys, naming both with their last use',
    user: 'alice',
    make: (org) => void org.addUser(TEAM, 'alice', [{ ageDays: 200, usedDaysAgo: 2 }, { ageDays: 20 }]),
    says: (org) => {
      const [a, b] = org.user(TEAM, 'alice').keys;
      return [
        `${a!.id} (last used 2026-01-03T01:00:00.000Z for s3 in eu-west-1)`,
        `${b!.id} (never used)`,
        'Disable the one that is not needed and repeat',
      ];
    },
  },
  { title: 'an unknown user', user: 'nobody', make: () => undefined, says: () => [`account ${TEAM.id} has no user "nobody"`] },
  {
    title: 'an exempt user',
    user: 'alice',
    make: (org) => void org.addUser(TEAM, 'alice', [{ ageDays: 200 }], { exempt: true }),
    says: () => ['alice: exempt, because the user is a member of IAMKeyRotationExemptionGroup'],
  },
  {
    title: 'a user without keys',
    user: 'alice',
    make: (org) => void org.addUser(TEAM, 'alice', []),
    says: () => ['alice: the user has no access key, so there is nothing to replace'],
  },
  {
    title: 'a user whose only key is inactive',
    user: 'alice',
    make: (org) => void org.addUser(TEAM, 'alice', [{ ageDays: 200, status: 'Inactive' }]),
    says: () => ['alice: the user has no active access key, so there is nothing to replace'],
  },
];

describe('a forced rotation is refused, and nothing is changed, for', () => {
  it.each(refusals)('$title', async ({ user, make, says }) => {
    const org = organization();
    make(org);
    const before = fingerprint(org.sandbox);
    const refused = await byRotator(org, user).catch((error: unknown) => error);
    expect(refused).toMatchObject({ name: 'ForceRotateRefusedError' });
    for (const part of says(org)) expect((refused as Error).message).toContain(part);

    org.rules.expectForced(TEAM.id, user);
    const stored = (await org.run({ account: TEAM.id, ForceRotate: user })).filter(({ runId }) => !runId.startsWith('manual-'));
    expect(stored).toMatchObject([
      { status: 'failed', users: [], failures: [{ user, step: 'force rotate', error: 'ForceRotateRefusedError' }] },
    ]);
    for (const part of says(org)) expect(stored[0]!.failures[0]!.message).toContain(part);
    expect(org.failedEvents()).toMatchObject([
      { requestPayload: { account: TEAM.id, ForceRotate: user }, responsePayload: { errorType: 'ForceRotateRefusedError' } },
    ]);

    expect(org.mutations()).toEqual([]);
    expect(fingerprint(org.sandbox)).toBe(before);
    expect(org.sandbox.mails).toEqual([]);
  });

  it('an account that is not in the organization', async () => {
    const org = organization();
    await expect(org.invoke('iam-key-rotation-orchestrator', { account: '999999999999', ForceRotate: 'alice' })).rejects.toMatchObject({
      name: 'AccountNotRotatedError',
      message: 'account: 999999999999 is not in the organization; nothing was done',
    });
    expect(org.sandbox.invocations.filter(({ functionName }) => functionName.endsWith('rotator'))).toEqual([]);
  });
});
