import type { KmsKey, PolicyDocument } from '../../sandbox/kernel/world';
import { ALIAS, deployKey } from '../helpers/member-key';
import { FUNCTIONS, NAMES, OTHER, TEAM, testOrganization, type TestOrganization } from '../helpers/sandbox-organization';
import { callsTo, readAsAdministrator, readSecret, runOnDays, secretOf, statusesOf, storedKey, timeline } from '../safety/support';

const deployed = testOrganization('enforcing', [TEAM, OTHER], {
  settings: { tags: '{"CostCenter":"42"}', memberKey: ALIAS },
  direct: true,
});
let org: TestOrganization;
beforeEach(() => {
  org = deployed();
});

const withoutTag: PolicyDocument = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Deny',
    Action: 'secretsmanager:CreateSecret',
    Resource: '*',
    Condition: { Null: { 'aws:RequestTag/CostCenter': 'true' } },
  },
};

describe('secrets by the rules of the house', () => {
  it('carry the tags of the settings from their first moment, so that a policy may refuse all others, and are encrypted by the key of the account', async () => {
    await deployKey(org, TEAM);
    org.sandbox.organization.putServiceControlPolicy(withoutTag);
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    const results = await runOnDays(org, TEAM, [0, 10, 20]);
    expect(timeline(results, 'alice', old!.id)).toEqual(['rotate on day 0', 'disable on day 10', 'delete on day 20']);
    const secret = secretOf(org, TEAM, 'alice')!;
    expect([...secret.tags]).toEqual([
      ['key-rotation:managed', 'true'],
      ['CostCenter', '42'],
    ]);
    expect(secret.kmsKeyId).toBe(ALIAS);
    expect(org.sandbox.denials).toEqual([]);
  });

  it('are read by their user without a policy of their own, and by nobody else', async () => {
    await deployKey(org, TEAM);
    const [old] = org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]).keys;
    await org.rotate(TEAM);
    const { arn } = secretOf(org, TEAM, 'alice')!;
    expect(await readSecret(org, TEAM, old!, arn)).toContain('SecretAccessKey');
    await expect(readAsAdministrator(org, TEAM, arn)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('that exist already get the tags with their next key, and keep the key that they have', async () => {
    await deployKey(org, TEAM);
    const { environment } = org.functionNamed(FUNCTIONS.rotator);
    const { SECRET_TAGS, MEMBER_KEY } = environment;
    delete environment['SECRET_TAGS'];
    delete environment['MEMBER_KEY'];
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
    await runOnDays(org, TEAM, [0, 10, 20]);
    expect([...secretOf(org, TEAM, 'alice')!.tags.keys()]).toEqual(['key-rotation:managed']);
    Object.assign(environment, { SECRET_TAGS, MEMBER_KEY });
    secretOf(org, TEAM, 'alice')!.tags.set('team', 'theirs');
    org.goToDay(90);
    await org.rotate(TEAM);
    const { tags, kmsKeyId } = secretOf(org, TEAM, 'alice')!;
    expect(Object.fromEntries(tags)).toEqual({ 'key-rotation:managed': 'true', team: 'theirs', CostCenter: '42' });
    expect(kmsKeyId).toBeUndefined();
    expect(storedKey(org, TEAM, 'alice')).toMatchObject({ right: true });
    expect(org.sandbox.denials).toEqual([]);
  });

  it.each<[string, (key: KmsKey) => void]>([
    [
      'does not exist',
      ({ aliases }) => {
        aliases.clear();
      },
    ],
    ['is disabled', (key) => (key.state = 'Disabled')],
    [
      'does not let the member role in',
      ({ policy }) => {
        policy.Statement = [policy.Statement].flat().filter(({ Sid }) => Sid !== 'RotationEncrypts');
      },
    ],
  ])('are not made, nor any access key, while the key %s: the failure names both', async (_, spoil) => {
    spoil(await deployKey(org, TEAM));
    org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
    const { failures } = await org.rotate(TEAM);
    expect(failures).toMatchObject([{ user: 'alice', error: 'SecretUnusableError' }]);
    for (const named of [`Account_${TEAM.id}_User_alice_AccessKey`, ALIAS, TEAM.id, 'docs/secrets.md#a-key-of-yours'])
      expect(failures[0]!.message).toContain(named);
    expect(callsTo(org, 'CreateAccessKey')).toBe(0);
    expect(statusesOf(org, TEAM, 'alice')).toEqual(['Active']);
  });

  it('are encrypted by no other key of the account: the role has a right to the one with the alias alone', async () => {
    const key = await deployKey(org, TEAM);
    const { kernel } = org.sandbox;
    const role = kernel.rolePrincipal(`arn:aws:iam::${TEAM.id}:role/${NAMES.memberRole}`, 'x');
    const ask = (aliases: string[], service: string): boolean =>
      kernel.authorize(role, 'kms:GenerateDataKey', key.arn, {
        'kms:ViaService': `${service}.${kernel.region}.amazonaws.com`,
        'kms:ResourceAliases': aliases,
      }).allowed;
    expect([ask([ALIAS], 'secretsmanager'), ask(['alias/payroll'], 'secretsmanager'), ask([ALIAS], 's3')]).toEqual([true, false, false]);
  });
});
