import type { AccessKey, PolicyDocument, Secret } from '../../sandbox/kernel/world';
import { awsCommand } from '../helpers/aws-command';
import { assemblyWith } from '../helpers/sandbox-assemblies';
import {
  actionsOf,
  FUNCTIONS,
  MANAGEMENT,
  OTHER,
  START,
  TEAM,
  testOrganization,
  type Account,
  type TestOrganization,
} from '../helpers/sandbox-organization';
import { readAsAdministrator, readSecret, runOnDays } from '../safety/support';

const EVERYTHING: PolicyDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const refused = { name: 'AccessDeniedException' };
const deployed = testOrganization('enforcing', [TEAM, OTHER], {
  settings: { secretStore: 'central', breakGlassPrincipals: 'Admin*' },
  direct: true,
});
let org: TestOrganization;
beforeEach(() => {
  org = deployed();
});

const nameOf = (account: Account, user: string): string => `Account_${account.id}_User_${user}_AccessKey`;
/** The secret of a user, where the account of the rotation or another one holds it. */
function secretIn(holder: Account, account: Account, user: string): Secret | undefined {
  return [...org.sandbox.kernel.account(holder.id).secrets.values()].find(({ name }) => name === nameOf(account, user));
}
const central = (account: Account, user: string): Secret => secretIn(MANAGEMENT, account, user)!;
const successorOf = (account: Account, user: string, old: AccessKey): AccessKey =>
  org.user(account, user).keys.find(({ id }) => id !== old.id)!;

describe('a key in the central store', () => {
  it('lies in the account of the rotation, under its key, and is read by its user across accounts with the old key', async () => {
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }], { path: '/team/' }).keys;
    const before = org.sandbox.denials.length;
    const result = await org.rotate(TEAM);
    const secret = central(TEAM, 'alice');
    expect(result).toMatchObject({ status: 'succeeded', failures: [] });
    expect(actionsOf([result], 'alice')).toMatchObject([{ action: 'rotate', outcome: 'done', secretName: secret.arn }]);
    expect(org.sandbox.mails.at(-1)?.text).toContain(`--secret-id ${secret.arn}`);
    expect(secret.kmsKeyId).toBe([...org.sandbox.kernel.account(MANAGEMENT.id).keys.keys()][0]);
    expect(org.sandbox.kernel.account(TEAM.id).secrets.size).toBe(0);
    const live = successorOf(TEAM, 'alice', old!);
    for (const key of [old!, live]) {
      expect(JSON.parse((await readSecret(org, TEAM, key, secret.arn)) ?? '')).toMatchObject({
        AccessKeyId: live.id,
        SecretAccessKey: live.secret,
      });
    }
    expect(org.sandbox.denials.slice(before)).toEqual([]);
  });

  it('is fetched and tested with the commands of each mail about it, as its user, and no mail leads to a console that shows nothing', async () => {
    org.addUser(TEAM, 'alice', [{ ageDays: 90, usedDaysAgo: 1 }]);
    const commandsOf = (text = ''): string[] => [...text.matchAll(/^ {4}(aws .*)$/gm)].map(([, line = '']) => line);
    const as = ({ id, secret }: AccessKey) => org.sandbox.client(TEAM.id, { accessKeyId: id, secretAccessKey: secret });
    for (const day of [0, 3, 9, 10]) {
      await runOnDays(org, TEAM, [day]);
      const [old, live] = org.user(TEAM, 'alice').keys;
      const { text = '', html = '' } = org.sandbox.mails.findLast(({ to }) => to.includes(TEAM.email)) ?? {};
      const { arn } = central(TEAM, 'alice');
      expect(text).toContain(`Secret: ${arn}`);
      expect(html + text).not.toContain('console.aws.amazon.com');
      const [fetch = '', test = ''] = commandsOf(text);
      // Once the old key is off, whoever has the new one is the user.
      const [answer] = (await awsCommand(fetch, as(day < 10 ? old! : live!))) as { SecretString: string }[];
      expect(JSON.parse(answer?.SecretString ?? '{}')).toMatchObject({ AccessKeyId: live!.id, SecretAccessKey: live!.secret });
      const [identity] = (await awsCommand(test, as(live!))) as { Arn: string }[];
      expect(text).toContain(`the answer names ${identity?.Arn ?? 'nobody'}:`);
    }
  });

  it('lives through its graces, and the next one follows it into the same secret', async () => {
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]);
    const [manager] = org.addUser(MANAGEMENT, 'manager', [{ ageDays: 95 }]).keys;
    const before = org.sandbox.denials.length;
    await runOnDays(org, TEAM, [0, 9]);
    expect(org.user(TEAM, 'alice').keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
    await runOnDays(org, TEAM, [10, 20, 90]);
    const [first, second] = org.user(TEAM, 'alice').keys;
    const { versions, arn } = central(TEAM, 'alice');
    const holder = (stage: string) => [...versions.values()].find(({ stages }) => stages.has(stage))!.value;
    expect([holder('AWSPREVIOUS'), holder('AWSCURRENT')]).toEqual([
      expect.stringContaining(first!.id),
      expect.stringContaining(second!.id),
    ]);
    expect(await readSecret(org, TEAM, first!, arn)).toContain(second!.id);
    await org.rotate(MANAGEMENT);
    expect(await readSecret(org, MANAGEMENT, manager!, nameOf(MANAGEMENT, 'manager'))).toContain('SecretAccessKey');
    expect(org.sandbox.denials.slice(before)).toEqual([]);
    expect(org.user(TEAM, 'alice').attachedPolicies.size).toBe(1);
  });

  it('is refused to neighbours, namesakes and administrators, with whatever policies of their own', async () => {
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    const neighbours: [Account, AccessKey][] = [
      [TEAM, org.addUser(TEAM, 'bob', [{ ageDays: 95 }]).keys[0]!],
      [OTHER, org.addUser(OTHER, 'alice', [{ ageDays: 95 }]).keys[0]!],
      [MANAGEMENT, org.addUser(MANAGEMENT, 'alice', [{ ageDays: 95 }]).keys[0]!],
    ];
    await org.run();
    const { arn } = central(TEAM, 'alice');
    for (const [account, key] of neighbours) await expect(readSecret(org, account, key, arn)).rejects.toMatchObject(refused);
    org.sandbox.people(TEAM.id).putUserPolicy('bob', 'Own', EVERYTHING);
    for (const account of [OTHER, MANAGEMENT]) org.sandbox.people(account.id).putUserPolicy('alice', 'Own', EVERYTHING);
    for (const [account, key] of neighbours) await expect(readSecret(org, account, key, arn)).rejects.toMatchObject(refused);
    await expect(readAsAdministrator(org, TEAM, arn)).rejects.toMatchObject(refused);
    await expect(readAsAdministrator(org, OTHER, arn)).rejects.toMatchObject(refused);
  });

  it('is read by a break-glass role of the account that holds it, by its own policies', async () => {
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    await org.rotate(TEAM);
    expect(await readAsAdministrator(org, MANAGEMENT, central(TEAM, 'alice').arn)).toContain('SecretAccessKey');
  });

  it.each([
    ['the policy of the secret', () => delete central(TEAM, 'alice').policy],
    [
      "the user's own policy",
      () => {
        org.user(TEAM, 'alice').attachedPolicies.clear();
      },
    ],
    [
      'the policy of the key',
      () => {
        for (const key of org.sandbox.kernel.account(MANAGEMENT.id).keys.values()) {
          key.policy = { ...key.policy, Statement: [key.policy.Statement].flat().filter(({ Sid }) => Sid !== 'UsersReadTheirSecrets') };
        }
      },
    ],
  ])('is read only while %s allows it', async (_, take) => {
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }]).keys;
    await org.rotate(TEAM);
    const { arn } = central(TEAM, 'alice');
    expect(await readSecret(org, TEAM, old!, arn)).toContain('SecretAccessKey');
    take();
    await expect(readSecret(org, TEAM, old!, arn)).rejects.toMatchObject(refused);
  });

  it('is not read through the key by somebody outside the organization', async () => {
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }]).keys;
    await org.rotate(TEAM);
    org.sandbox.organization.remove(TEAM.id);
    await expect(readSecret(org, TEAM, old!, central(TEAM, 'alice').arn)).rejects.toThrow('Access to KMS is not allowed');
  });
});

describe('before any key exists, a user fails who', () => {
  const fill = (name: string): void => {
    const { managedPolicies } = org.sandbox.kernel.account(TEAM.id);
    for (let number = 0; number < 10; number += 1) {
      const arn = `arn:aws:iam::${TEAM.id}:policy/p${number}`;
      managedPolicies.set(arn, { arn, name: `p${number}`, document: EVERYTHING });
      org.user(TEAM, name).attachedPolicies.add(arn);
    }
  };

  it.each([
    ['has a comma in their name', 'vendor,acme', () => undefined, 'the user name "vendor,acme" has a comma'],
    [
      'has ten managed policies already',
      'alice',
      () => {
        fill('alice');
      },
      'Cannot exceed quota for PoliciesPerUser: 10; detach another managed policy',
    ],
    [
      'is in an account without the policy',
      'alice',
      () => {
        org.sandbox.kernel.account(TEAM.id).managedPolicies.clear();
      },
      'deploy the member template there again',
    ],
  ])('%s', async (_, name, arrange, message) => {
    org.addUser(TEAM, name, [{ ageDays: 95 }]);
    arrange();
    const result = await org.rotate(TEAM);
    expect(result.failures).toMatchObject([
      { user: name, step: 'rotate', error: 'SecretUnusableError', message: expect.stringContaining(message) as string },
    ]);
    expect(org.user(TEAM, name).keys).toHaveLength(1);
    expect(org.sandbox.kernel.account(MANAGEMENT.id).secrets.size).toBe(0);
  });
});

describe('a change of the store', () => {
  /** Somebody has fetched the key and works with it. */
  const use = (key: AccessKey): void => {
    key.lastUsed = { at: org.sandbox.clock.now(), service: 's3', region: 'eu-west-1' };
  };
  const deploy = async (secretStore: string): Promise<void> => {
    const now = org.sandbox.clock.now();
    await org.sandbox.deploy(await assemblyWith('enforcing', { secretStore }), { account: MANAGEMENT.id, stack: 'IamKeyRotation' });
    org.sandbox.clock.set(now);
  };

  it('to the central one keeps the graces of keys stored before, leaves the old secrets where they are, and puts the next key there', async () => {
    await deploy('member');
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]);
    await runOnDays(org, TEAM, [0]);
    await deploy('central');
    const results = await runOnDays(org, TEAM, [10, 20, 90, 100]);
    expect(results.get(10)).toMatchObject({ failures: [] });
    expect(actionsOf([results.get(10)!], 'alice')).toContainEqual(expect.objectContaining({ action: 'disable', outcome: 'done' }));
    const [rotated] = actionsOf([results.get(90)!], 'alice');
    expect(rotated).toMatchObject({ action: 'rotate', outcome: 'done', secretName: central(TEAM, 'alice').arn });
    expect(org.user(TEAM, 'alice').keys.map(({ status }) => status)).toEqual(['Inactive', 'Active']);
    expect(secretIn(TEAM, TEAM, 'alice')?.versions.size).toBeGreaterThan(0);
  });

  it('back disables no key while nobody uses its successor, which this deployment cannot see', async () => {
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]).keys;
    await runOnDays(org, TEAM, [0]);
    await deploy('member');
    for (const [, result] of await runOnDays(org, TEAM, [10, 11, 30, 60])) {
      expect(actionsOf([result], 'alice')).toMatchObject([
        { action: 'blocked', reason: expect.stringContaining('in the central store, which this deployment does not ask') as string },
        { action: 'wait', keyId: old!.id },
      ]);
    }
    expect(org.user(TEAM, 'alice').keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
  });

  it('back gives keys in their grace a new notice and the whole grace, and they stay readable', async () => {
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]);
    await runOnDays(org, TEAM, [0]);
    await deploy('member');
    const [old, live] = org.user(TEAM, 'alice').keys;
    use(live!);
    const results = await runOnDays(org, TEAM, [10, 19, 20]);
    expect(actionsOf([results.get(10)!], 'alice')).toContainEqual(expect.objectContaining({ action: 'notify', keyId: old!.id }));
    expect(org.user(TEAM, 'alice').keys.map(({ status }) => status)).toEqual(['Inactive', 'Active']);
    expect(await readSecret(org, TEAM, live!, central(TEAM, 'alice').arn)).toContain(live!.id);
    const next = await runOnDays(org, TEAM, [30, 90]);
    expect(actionsOf([next.get(90)!], 'alice')).toContainEqual(
      expect.objectContaining({ action: 'rotate', outcome: 'done', secretName: nameOf(TEAM, 'alice') }),
    );
    expect(secretIn(TEAM, TEAM, 'alice')).toBeDefined();
  });

  it('back, after a run that was interrupted, leaves a key alone that may be in the central store', async () => {
    org.disturbed = true;
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]);
    const fault = org.sandbox.faults.add({
      match: { operation: 'UntagUser' },
      when: 'before',
      then: { kind: 'error', code: 'ServiceFailure', status: 500 },
    });
    await runOnDays(org, TEAM, [0]);
    expect(fault.hits).toBeGreaterThan(0);
    org.sandbox.faults.clear();
    await deploy('member');
    const results = await runOnDays(org, TEAM, [1]);
    expect(actionsOf([results.get(1)!], 'alice')).toMatchObject([
      { action: 'blocked', reason: expect.stringContaining('was to be stored in the central store') as string },
    ]);
    expect(org.user(TEAM, 'alice').keys.map(({ status }) => status)).toEqual(['Active', 'Active']);
  });

  it('back needs a secret of the account of the rotation itself to be given that account’s own key, and says how', async () => {
    const [old] = org.addUser(MANAGEMENT, 'alice', [{ ageDays: 95 }]).keys;
    await runOnDays(org, MANAGEMENT, [0]);
    await deploy('member');
    use(successorOf(MANAGEMENT, 'alice', old!));
    const results = await runOnDays(org, MANAGEMENT, [10, 20, 30, 90]);
    expect(org.user(MANAGEMENT, 'alice').keys).not.toContainEqual(expect.objectContaining({ id: old!.id }));
    const next =
      'aws secretsmanager update-secret --secret-id Account_111122223333_User_alice_AccessKey --kms-key-id alias/aws/secretsmanager';
    expect(results.get(90)?.failures).toMatchObject([
      { user: 'alice', step: 'rotate', error: 'SecretUnusableError', message: expect.stringContaining(next) as string },
    ]);
    expect(org.user(MANAGEMENT, 'alice').keys).toHaveLength(1);
    delete central(MANAGEMENT, 'alice').kmsKeyId;
    expect((await runOnDays(org, MANAGEMENT, [91])).get(91)).toMatchObject({ failures: [] });
    expect(org.user(MANAGEMENT, 'alice').keys).toHaveLength(2);
  });

  it('and back again needs the secret to be given the new key, and says how', async () => {
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }]).keys;
    await runOnDays(org, TEAM, [0]);
    await deploy('member');
    use(successorOf(TEAM, 'alice', old!));
    await runOnDays(org, TEAM, [10, 20, 30]);
    await deploy('central');
    const results = await runOnDays(org, TEAM, [90]);
    const { arn } = central(TEAM, 'alice');
    expect(results.get(90)?.failures).toMatchObject([
      { user: 'alice', error: 'SecretUnusableError', message: expect.stringContaining('aws secretsmanager update-secret') as string },
    ]);
    expect(arn).toContain(MANAGEMENT.id);
    expect(org.user(TEAM, 'alice').keys).toHaveLength(1);
  });
});

it('changes nothing in DryRun', async () => {
  org.functionNamed(FUNCTIONS.rotator).environment['DRY_RUN'] = 'true';
  org.expectDryRun();
  org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
  org.sandbox.clock.set(START);
  await org.rotate(TEAM);
  expect(org.mutations()).toEqual([]);
});
