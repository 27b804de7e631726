import { GetSecretValueCommand, RemoveRegionsFromReplicationCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AccessKey, KmsKey, Secret } from '../../sandbox/kernel/world';
import { deployReplicaKey } from '../helpers/replica-key';
import { assemblyWith } from '../helpers/sandbox-assemblies';
import { actionsOf, MANAGEMENT, OTHER, TEAM, TestOrganization, type Account } from '../helpers/sandbox-organization';
import { callsTo, dateOn, runOnDays, statusesOf } from '../safety/support';

const ABROAD = 'eu-central-1';
const refused = { name: 'AccessDeniedException' };
let org: TestOrganization;

const secretIn = (holder: Account, region: string, account: Account, user: string): Secret | undefined =>
  org.sandbox.kernel.account(holder.id).secrets.get(`${region}/Account_${account.id}_User_${user}_AccessKey`);
const abroad = (arn: string): string => arn.replace(':eu-west-1:', `:${ABROAD}:`);

/** Reads a secret in the replica's region, signed with this key. */
async function readAbroad(account: Account, key: AccessKey, secretId: string): Promise<string | undefined> {
  const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
  const client = new SecretsManagerClient({ ...org.sandbox.client(account.id, credentials), region: ABROAD, maxAttempts: 1 });
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
  } finally {
    client.destroy();
  }
}

async function deploy(settings: Readonly<Record<string, string>>): Promise<void> {
  const now = org.sandbox.clock.now();
  await org.sandbox.deploy(await assemblyWith('enforcing', settings), { account: MANAGEMENT.id, stack: 'IamKeyRotation' });
  org.sandbox.clock.set(now);
}

const turnOff = (account: Account): void => {
  org.sandbox.kernel.account(account.id).regionsOff = new Set([ABROAD]);
};
const turnOn = (account: Account): void => {
  delete org.sandbox.kernel.account(account.id).regionsOff;
};

beforeEach(() => {
  org.reset();
});
afterEach(() => {
  expect(org.rules.broken).toEqual([]);
});

describe('in the member store', () => {
  const settings = { replicaRegions: ABROAD };
  beforeAll(async () => {
    org = await TestOrganization.deployed('enforcing', [TEAM], { settings, direct: true });
  });
  afterAll(() => org.stop());

  it('the user reads each new key in the other region, too, through a whole life, and nobody else does', async () => {
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }], { path: '/team/' }).keys;
    const [neighbour] = org.addUser(TEAM, 'bob', [{ ageDays: 5 }]).keys;
    const before = org.sandbox.denials.length;
    for (const [, { failures }] of await runOnDays(org, TEAM, [0])) expect(failures).toEqual([]);
    const { arn, name, tags } = secretIn(TEAM, 'eu-west-1', TEAM, 'alice')!;
    const live = org.user(TEAM, 'alice').keys.find(({ id }) => id !== old!.id)!;
    for (const key of [old!, live]) expect(await readAbroad(TEAM, key, name)).toContain(live.id);
    expect(secretIn(TEAM, ABROAD, TEAM, 'alice')).toMatchObject({ arn: abroad(arn), tags });
    for (const [, { failures }] of await runOnDays(org, TEAM, [10, 20, 90])) expect(failures).toEqual([]);
    const [, next] = org.user(TEAM, 'alice').keys;
    expect(await readAbroad(TEAM, live, name)).toContain(next!.id);
    expect(org.sandbox.denials.slice(before)).toEqual([]);
    await expect(readAbroad(TEAM, neighbour!, name)).rejects.toMatchObject(refused);
  });

  it('no key is issued while a replica would not show it, and one is issued once the cause is repaired', async () => {
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    turnOff(TEAM);
    const results = await runOnDays(org, TEAM, [0]);
    expect(results.get(0)!.failures).toMatchObject([
      {
        user: 'alice',
        step: 'rotate',
        error: 'SecretUnusableError',
        message: expect.stringMatching(/eu-central-1 \(.*not enabled/) as string,
      },
    ]);
    expect([callsTo(org, 'CreateAccessKey'), org.user(TEAM, 'alice').keys.length]).toEqual([0, 1]);
    turnOn(TEAM);
    expect((await runOnDays(org, TEAM, [1])).get(1)).toMatchObject({ failures: [], status: 'succeeded' });
    expect(org.user(TEAM, 'alice').keys).toHaveLength(2);
  });

  it('a key is not disabled while its successor is missing in a replica, and gets its whole grace once that was removed', async () => {
    org.disturbed = true;
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]).keys;
    const off = org.sandbox.faults.add({
      match: { operation: 'CreateAccessKey' },
      when: 'before',
      then: {
        kind: 'call',
        run: () => {
          turnOff(TEAM);
        },
      },
    });
    await runOnDays(org, TEAM, [0]);
    expect(off.hits).toBe(1);
    const { name } = secretIn(TEAM, 'eu-west-1', TEAM, 'alice')!;
    const blocked = await runOnDays(org, TEAM, [1, 10, 15]);
    for (const [, result] of blocked) {
      expect(actionsOf([result], 'alice')).toMatchObject([
        { action: 'wait-for-replica', keyId: old!.id, reason: expect.stringContaining(ABROAD) as string },
        {},
      ]);
    }
    turnOn(TEAM);
    const client = new SecretsManagerClient(org.sandbox.client(TEAM.id));
    await client.send(new RemoveRegionsFromReplicationCommand({ SecretId: name, RemoveReplicaRegions: [ABROAD] }));
    client.destroy();
    const announced = await runOnDays(org, TEAM, [16, 25]);
    expect(actionsOf([announced.get(16)!], 'alice')).toContainEqual(
      expect.objectContaining({ action: 'announce', keyId: old!.id, on: `${dateOn(26)}T00:00:00.000Z` }),
    );
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active', 'Active']);
    await runOnDays(org, TEAM, [26]);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Inactive', 'Active']);
  });

  it('a secret of before gets its replica at its next rotation, and keeps it when the setting goes', async () => {
    await deploy({});
    org.addUser(TEAM, 'alice', [{ ageDays: 95 }]);
    await runOnDays(org, TEAM, [0]);
    expect(secretIn(TEAM, ABROAD, TEAM, 'alice')).toBeUndefined();
    await deploy(settings);
    for (const [, { failures }] of await runOnDays(org, TEAM, [10, 20, 90])) expect(failures).toEqual([]);
    expect(secretIn(TEAM, ABROAD, TEAM, 'alice')).toBeDefined();
    await deploy({});
    for (const [, { failures }] of await runOnDays(org, TEAM, [100, 110, 180])) expect(failures).toEqual([]);
    const [key, next] = org.user(TEAM, 'alice').keys;
    expect(await readAbroad(TEAM, key!, secretIn(TEAM, ABROAD, TEAM, 'alice')!.name)).toContain(next!.id);
  });
});

it('is not deployed into a region that it names, and nothing has changed then', async () => {
  const shape = { settings: { replicaRegions: ABROAD }, region: ABROAD };
  await expect(TestOrganization.deployed('enforcing', [TEAM], shape)).rejects.toThrow(
    'replicaRegions: must not name the region that the rotation is deployed into',
  );
});

describe('in the central store', () => {
  const settings = { secretStore: 'central', replicaRegions: ABROAD };
  const deployKey = (): Promise<void> => deployReplicaKey(org, settings, ABROAD);
  const replicaKey = (): KmsKey => [...org.sandbox.kernel.account(MANAGEMENT.id).keys.values()].find(({ region }) => region === ABROAD)!;

  beforeAll(async () => {
    org = await TestOrganization.deployed('enforcing', [TEAM, OTHER], { settings, direct: true });
  });
  afterAll(() => org.stop());

  it('each user fails before a key exists until the key is in the region; then a key lives its whole life, read there across accounts', async () => {
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 1 }]).keys;
    const [manager] = org.addUser(MANAGEMENT, 'manager', [{ ageDays: 95 }]).keys;
    const [namesake] = org.addUser(OTHER, 'alice', [{ ageDays: 5 }]).keys;
    const early = await org.rotate(TEAM);
    expect(early.failures).toMatchObject([
      { user: 'alice', message: expect.stringMatching(/eu-central-1 \(.*disabled or not found/) as string },
    ]);
    expect(org.user(TEAM, 'alice').keys).toHaveLength(1);
    await deployKey();
    const before = org.sandbox.denials.length;
    for (const [, { failures }] of await runOnDays(org, TEAM, [1])) expect(failures).toEqual([]);
    await org.rotate(MANAGEMENT);
    const { arn } = secretIn(MANAGEMENT, 'eu-west-1', TEAM, 'alice')!;
    const live = org.user(TEAM, 'alice').keys.find(({ id }) => id !== old!.id)!;
    expect(secretIn(MANAGEMENT, ABROAD, TEAM, 'alice')).toMatchObject({ arn: abroad(arn), kmsKeyId: replicaKey().arn });
    for (const key of [old!, live]) expect(await readAbroad(TEAM, key, abroad(arn))).toContain(live.id);
    expect(await readAbroad(MANAGEMENT, manager!, secretIn(MANAGEMENT, ABROAD, MANAGEMENT, 'manager')!.name)).toContain('SecretAccessKey');
    for (const [, { failures }] of await runOnDays(org, TEAM, [11, 21, 91])) expect(failures).toEqual([]);
    expect(org.sandbox.denials.slice(before)).toEqual([]);
    await expect(readAbroad(OTHER, namesake!, abroad(arn))).rejects.toMatchObject(refused);
  });

  it.each([
    ['the policy of the replica', () => delete secretIn(MANAGEMENT, ABROAD, TEAM, 'alice')!.policy],
    [
      "the user's own policy",
      () => {
        org.user(TEAM, 'alice').attachedPolicies.clear();
      },
    ],
    [
      'the policy of the key there',
      () => {
        const key = replicaKey();
        key.policy = { ...key.policy, Statement: [key.policy.Statement].flat().filter(({ Sid }) => Sid !== 'UsersReadTheirSecrets') };
      },
    ],
  ])('the user reads in the other region only while %s allows it', async (_, take) => {
    await deployKey();
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95 }]).keys;
    await org.rotate(TEAM);
    const { arn } = secretIn(MANAGEMENT, ABROAD, TEAM, 'alice')!;
    expect(await readAbroad(TEAM, old!, arn)).toContain('SecretAccessKey');
    take();
    await expect(readAbroad(TEAM, old!, arn)).rejects.toMatchObject(refused);
  });
});
