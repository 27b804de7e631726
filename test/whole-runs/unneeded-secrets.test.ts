import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AccessKey, Secret } from '../../sandbox/kernel/world';
import { actionsOf, MANAGEMENT, NAMES, TEAM, TestOrganization, type Account } from '../helpers/sandbox-organization';
import { readSecret, runOnDays } from '../safety/support';

const NAME = `Account_${TEAM.id}_User_alice_AccessKey`;

describe.each<['member' | 'central', Account]>([
  ['member', TEAM],
  ['central', MANAGEMENT],
])('secrets that are no longer needed, in the %s store', (secretStore, holder) => {
  let org: TestOrganization;
  beforeAll(async () => {
    org = await TestOrganization.deployed('enforcing', [TEAM], {
      settings: { ...(secretStore === 'central' && { secretStore }), deleteSecretAfter: '30d' },
      direct: true,
    });
  });
  beforeEach(() => {
    org.reset();
  });
  afterEach(() => {
    expect(org.rules.broken).toEqual([]);
    expect(org.sandbox.denials).toEqual([]);
  });
  afterAll(async () => {
    await org.stop();
  });

  const secret = (): Secret | undefined => [...org.sandbox.kernel.account(holder.id).secrets.values()].find(({ name }) => name === NAME);
  const idOf = (): string => (secretStore === 'central' ? (secret()?.arn ?? '') : NAME);
  const fetch = (key: AccessKey): Promise<string | undefined> => readSecret(org, TEAM, key, idOf());
  const use = (key: AccessKey): void => {
    Object.assign(key, { lastUsed: { at: org.sandbox.clock.now(), service: 's3', region: 'eu-west-1' } });
  };
  /** Rotates on day 0, hands the new key over on day 1, and goes through both graces. */
  async function handedOver(): Promise<AccessKey> {
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 90, usedDaysAgo: 1 }]).keys;
    await org.rotate(TEAM);
    org.goToDay(1);
    await fetch(old!);
    const key = org.user(TEAM, 'alice').keys.find(({ id }) => id !== old!.id)!;
    use(key);
    await runOnDays(org, TEAM, [10, 20]);
    return key;
  }
  const deleteByHand = async (): Promise<void> => {
    const client = new SecretsManagerClient(org.sandbox.client(holder.id));
    await client.send(new DeleteSecretCommand({ SecretId: NAME, RecoveryWindowInDays: 30 }));
    client.destroy();
  };
  const actions = async (day: number): Promise<string[]> => {
    org.goToDay(day);
    return actionsOf([await org.rotate(TEAM)], 'alice').map(({ action, outcome }) => `${action} ${outcome}`);
  };

  it('go once the key is handed over, and the next key has a secret again', async () => {
    const key = await handedOver();
    expect(await actions(49)).toEqual([]);
    expect(await actions(50)).toEqual(['delete-secret done']);
    const { deleted, purge } = secret()!;
    expect(purge!.getTime() - deleted!.getTime()).toBe(30 * 86_400_000);
    const mail = org.sandbox.mails.at(-1)?.text;
    expect(mail).toMatch(new RegExp(`aws secretsmanager restore-secret --secret-id \\S*${NAME}\\S* --region eu-west-1`));
    expect(await actions(57)).toEqual(['wait done']);
    expect(await actions(90)).toEqual(['rotate done']);
    expect(JSON.parse((await fetch(key)) ?? '')).toMatchObject({ UserName: 'alice' });
    expect(org.user(TEAM, 'alice').keys).toHaveLength(2);
  });

  it('are restored when a key is forced before they are gone', async () => {
    const key = await handedOver();
    await actions(50);
    org.goToDay(55);
    expect(actionsOf([await org.rotate(TEAM, { ForceRotate: 'alice' })], 'alice')).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
    expect(secret()?.deleted).toBeUndefined();
    expect(await fetch(key)).toContain(org.user(TEAM, 'alice').keys.at(-1)!.id);
  });

  it('stay while somebody fetches, and while nobody uses the key', async () => {
    const key = await handedOver();
    org.goToDay(40);
    await fetch(key);
    expect(await actions(50)).toEqual(['wait done']);
    delete key.lastUsed;
    expect(await actions(71)).toEqual(['wait done']);
    use(key);
    expect(await actions(78)).toEqual(['delete-secret done']);
  });

  it('are only planned to be deleted or restored in DryRun', async () => {
    await handedOver();
    const planned = async (day: number) => {
      org.goToDay(day);
      return actionsOf([await org.rotate(TEAM, { dryrun: true })], 'alice').map(({ action, outcome }) => `${action} ${outcome}`);
    };
    expect(await planned(50)).toEqual(['delete-secret planned']);
    expect(secret()?.deleted).toBeUndefined();
    await org.rotate(TEAM, { ForceRotate: 'alice' });
    await deleteByHand();
    // A dry run restores nothing.
    org.disturbed = true;
    expect(await planned(51)).toEqual(['restore-secret planned']);
    expect(secret()?.deleted).toBeDefined();
  });

  it('come back, with a fresh grace, when a run died before it saw that a key had been issued meanwhile', async () => {
    const key = await handedOver();
    org.goToDay(50);
    await org.rotate(TEAM, { ForceRotate: 'alice' });
    await deleteByHand();
    org.goToDay(65);
    const [restored] = actionsOf([await org.rotate(TEAM)], 'alice');
    expect(restored).toMatchObject({ action: 'restore-secret', outcome: 'done' });
    expect(secret()?.deleted).toBeUndefined();
    expect(await actions(66)).toEqual(['announce done', 'wait done']);
    expect(await actions(75)).toEqual(['warn done', 'wait done']);
    expect(await actions(76)).toEqual(['disable done', 'wait done']);
    expect(await fetch(org.user(TEAM, 'alice').keys.at(-1)!)).not.toContain(key.id);
  });

  it('can be deleted by no right of ours without a month to restore them', () => {
    const role = secretStore === 'central' ? /RotatorRole/ : new RegExp(NAMES.memberRole);
    const roles = [...org.sandbox.kernel.account(holder.id).roles.values()].filter(({ name }) => role.test(name));
    const statements = roles.flatMap(({ inlinePolicies }) => [...inlinePolicies.values()].flatMap(({ Statement }) => [Statement].flat()));
    expect(statements.filter(({ Action }) => [Action].flat().includes('secretsmanager:DeleteSecret'))).toEqual([
      expect.objectContaining({
        Condition: {
          NumericEquals: { 'secretsmanager:RecoveryWindowInDays': '30' },
          StringEquals: { 'secretsmanager:ResourceTag/key-rotation:managed': 'true' },
        },
      }),
    ]);
  });
});
