import type { PolicyDocument } from '../../sandbox/kernel/world';
import { actionsOf, NAMES, OTHER, TEAM, testOrganization } from '../helpers/sandbox-organization';
import { callsTo, readSecret, runOnDays, secretOf, storedKey } from './support';

const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });
const EVERYTHING: PolicyDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const ANY_SECRET: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' },
};

it('PEERS 22: a user without any policy reads the secret by its name and by its whole ARN, which ends in a random suffix', async () => {
  const org = organization();
  const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }]).keys;
  await org.rotate(TEAM);
  const { inlinePolicies, attachedPolicies, groups } = org.user(TEAM, 'alice');
  expect([inlinePolicies.size, attachedPolicies.size, groups.size]).toEqual([0, 0, 0]);
  const { name, arn } = secretOf(org, TEAM, 'alice')!;
  expect(arn).toMatch(/_AccessKey-[A-Za-z0-9]{6}$/);
  for (const id of [name, arn]) expect(JSON.parse((await readSecret(org, TEAM, old!, id)) ?? '')).toMatchObject({ UserName: 'alice' });
});

it('PEERS 23: the secret lies where its user can read it: in the user’s own account, under that account’s own key', async () => {
  const org = organization();
  const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }]).keys;
  await org.run();
  const secret = secretOf(org, TEAM, 'alice')!;
  expect(secret.arn).toContain(`:${TEAM.id}:secret:Account_${TEAM.id}_User_alice_AccessKey-`);
  expect(secret.kmsKeyId).toBeUndefined();
  for (const [id, { secrets }] of org.sandbox.world.accounts) expect([id, secrets.size]).toEqual([id, id === TEAM.id ? 1 : 0]);
  const live = org.user(TEAM, 'alice').keys.find(({ id }) => id !== old!.id)!;
  const value = JSON.parse((await readSecret(org, TEAM, old!, secret.arn)) ?? '') as Record<string, string>;
  expect(value).toMatchObject({ AccessKeyId: live.id, SecretAccessKey: live.secret });
});

describe('PEERS 24: only its user reads a secret, whatever other principals of the account may do otherwise', () => {
  it.each([
    ['an administrator', EVERYTHING],
    ['somebody who may use every secret', ANY_SECRET],
    ['a user without policies', undefined],
  ])('not %s', async (_, policy) => {
    const org = organization();
    const [own] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }]).keys;
    const [neighbour] = org.addUser(TEAM, 'bob', [{ ageDays: 5 }]).keys;
    if (policy) org.sandbox.people(TEAM.id).putUserPolicy('bob', 'Own', policy);
    await org.rotate(TEAM);
    const { arn } = secretOf(org, TEAM, 'alice')!;
    await expect(readSecret(org, TEAM, neighbour!, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await readSecret(org, TEAM, own!, arn)).toContain('SecretAccessKey');
  });

  it('not the role of the rotation itself', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    await org.rotate(TEAM);
    expect(callsTo(org, 'GetSecretValue')).toBe(0);
    const role = org.sandbox.kernel.account(TEAM.id).roles.get(NAMES.memberRole)!;
    const statements = [...role.inlinePolicies.values()].flatMap(({ Statement }) => [Statement].flat());
    const [allowed, denied] = ['Allow', 'Deny'].map((effect) => JSON.stringify(statements.filter(({ Effect }) => Effect === effect)));
    expect(allowed).not.toMatch(/GetSecretValue|secretsmanager:\*/);
    expect(denied).toContain('secretsmanager:GetSecretValue');
  });

  it('but its user does, with a path that would read as a policy variable or a wildcard', async () => {
    const org = organization();
    const [own] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }], { path: '/a${aws:username}/' }).keys;
    const [neighbour] = org.addUser(TEAM, 'bob', [{ ageDays: 5 }], { path: '/aalice/' }).keys;
    org.sandbox.people(TEAM.id).putUserPolicy('bob', 'Own', EVERYTHING);
    expect(await org.rotate(TEAM)).toMatchObject({ failures: [] });
    const { arn } = secretOf(org, TEAM, 'alice')!;
    expect(await readSecret(org, TEAM, own!, arn)).toContain('SecretAccessKey');
    await expect(readSecret(org, TEAM, neighbour!, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

it.each(['vendor,acme', ',', ',,', `${'a,'.repeat(31)}bc`])('PEERS 25: the user name %s works', async (name) => {
  const org = organization();
  const [old] = org.addUser(TEAM, name, [{ ageDays: 95 }]).keys;
  const result = await org.rotate(TEAM);
  expect(result).toMatchObject({ status: 'succeeded', failures: [] });
  expect(storedKey(org, TEAM, name)).toMatchObject({ right: true });
  const { name: secret } = secretOf(org, TEAM, name)!;
  expect(secret).toMatch(/^[\w/+=.@-]{1,512}$/);
  expect(JSON.parse((await readSecret(org, TEAM, old!, secret)) ?? '')).toMatchObject({ UserName: name });
  org.goToDay(10);
  await org.rotate(TEAM);
  expect(org.user(TEAM, name).keys.map(({ status }) => status)).toEqual(['Inactive', 'Active']);
});

describe('PEERS 26: the policy of a secret is brought up to date before a new key is put into it', () => {
  const allowing = (principal: string): string =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
    });

  it.each([
    ['was removed', () => undefined],
    ['was opened to the whole account', () => allowing(TEAM.id)],
    ['names somebody else', () => allowing(`arn:aws:iam::${TEAM.id}:user/bob`)],
    ['is that of an older version, which refused nobody', () => allowing(`arn:aws:iam::${TEAM.id}:user/alice`)],
  ])('when it %s', async (_, tampered) => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    const [neighbour] = org.addUser(TEAM, 'bob', [{ ageDays: 1 }]).keys;
    org.sandbox.people(TEAM.id).putUserPolicy('bob', 'Own', ANY_SECRET);
    await runOnDays(org, TEAM, [0, 10, 20]);
    const secret = secretOf(org, TEAM, 'alice')!;
    const right = secret.policy;
    const policy = tampered();
    if (policy === undefined) delete secret.policy;
    else secret.policy = policy;
    const numberBefore = org.sandbox.calls.at(-1)?.number ?? 0;
    const results = await runOnDays(org, TEAM, [90]);
    expect(actionsOf([...results.values()], 'alice')).toContainEqual(expect.objectContaining({ action: 'rotate', outcome: 'done' }));
    expect(secretOf(org, TEAM, 'alice')!.policy).toBe(right);
    const since = org.callsOfApp().filter(({ number }) => number > numberBefore);
    const at = (operation: string): number => since.findIndex((call) => call.operation === operation);
    expect(at('PutResourcePolicy')).toBeGreaterThanOrEqual(0);
    expect(at('PutResourcePolicy')).toBeLessThan(at('CreateAccessKey'));
    await expect(readSecret(org, TEAM, neighbour!, secret.arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('when the user was moved to another path', async () => {
    const org = organization();
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    await runOnDays(org, TEAM, [0, 10, 20]);
    const user = org.user(TEAM, 'alice');
    user.path = '/moved/';
    user.arn = `arn:aws:iam::${TEAM.id}:user/moved/alice`;
    await runOnDays(org, TEAM, [90]);
    const [old] = org.user(TEAM, 'alice').keys;
    expect(await readSecret(org, TEAM, old!, secretOf(org, TEAM, 'alice')!.arn)).toContain('SecretAccessKey');
  });
});
