import type { Statement } from '../../../sandbox/kernel/policy';
import type { Secret } from '../../../sandbox/kernel/world';
import { KeysSandbox } from '../../helpers/keys-sandbox';
import { ALIAS, deployKey } from '../../helpers/member-key';
import { FUNCTIONS, MANAGEMENT, NAMES, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM], { settings: { tags: '{"CostCenter":"42"}', memberKey: ALIAS } });
const CENTRAL = { key: `arn:aws:kms:eu-west-1:${MANAGEMENT.id}:key/1`, readerPolicy: 'read-own' };

let box: KeysSandbox;
beforeEach(() => {
  const org = organization();
  // The processes of operators live in real time.
  org.sandbox.clock.set(new Date());
  org.disturbed = true;
  box = new KeysSandbox(org.sandbox);
});
const settings = (variables: Readonly<Record<string, string>>): void => {
  const rotator = organization().functionNamed(FUNCTIONS.rotator);
  rotator.environment = { ...rotator.environment, ...variables };
};
const mayUse = (role: string): Statement => ({
  Effect: 'Allow',
  Principal: { AWS: role },
  Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
  Resource: '*',
});
const secretOf = (user: string): Secret =>
  [...organization().sandbox.kernel.account(MANAGEMENT.id).secrets.values()].find(({ name }) => name.includes(`_User_${user}_`))!;

it('makes the secret that the rotation would have made, by the settings of its stack', async () => {
  const administrator = organization().sandbox.kernel.account(MANAGEMENT.id).roles.get('Administrator')!;
  const key = await deployKey(organization(), MANAGEMENT);
  key.policy = { ...key.policy, Statement: [...[key.policy.Statement].flat(), mayUse(administrator.arn)] };
  settings({ BREAK_GLASS: JSON.stringify(['Rescue']) });
  for (const name of ['alice', 'bobby']) box.user(name, [{ days: 40, usedDaysAgo: 1 }]);
  const [old = ''] = Object.keys(box.keysOf('alice'));
  const { status, out, error } = await box.keys(['create', 'alice', '--to', 'secret', '--yes']);
  expect([error, status]).toEqual(['', 0]);
  expect(out).toContain(`It replaces ${old}. The grace of the old key begins, and the rotation (stack IamKeyRotation) disables it`);
  await organization().rotate(MANAGEMENT, { ForceRotate: 'bobby' });
  const shapeOf = (user: string): unknown => {
    const { tags, policy, kmsKeyId, replicas } = secretOf(user);
    return JSON.parse(JSON.stringify({ tags: [...tags], policy, kmsKeyId, replicas }).replaceAll(user, 'USER')) as unknown;
  };
  expect(shapeOf('alice')).toEqual(shapeOf('bobby'));
  expect(JSON.stringify(shapeOf('alice'))).toMatch(/CostCenter.*role\/Rescue.*alias\/key-rotation/);
  expect([...organization().user(MANAGEMENT, 'alice').tags.keys()].filter((tag) => tag.endsWith('by-hand'))).toEqual([]);
});

it.each([['--dry-run'], ['--yes']])('makes no key where all are in a central store that its role alone writes (%s)', async (more) => {
  settings({ CENTRAL_STORE: JSON.stringify(CENTRAL) });
  box.user('alice', [{ days: 40, usedDaysAgo: 1 }]);
  const { status, out, error } = await box.keys(['create', 'alice', '--to', 'secret', more]);
  expect([status, out, box.changes()]).toEqual([2, '', []]);
  expect(error).toContain('no key was created: the rotation (stack IamKeyRotation) stores keys in the central store');
  expect(error).toContain('have it issue the key: iam-keys rotate alice');
});

it('makes no key where the rotation is in another account, and none where the stack that is named is not', async () => {
  const { sandbox } = organization();
  sandbox.people(TEAM.id).addUser({ name: 'carol' });
  const elsewhere = await box.keys(['create', 'carol', '--to', 'secret', '--yes'], { as: sandbox.client(TEAM.id) });
  expect(elsewhere.error).toContain(`account ${TEAM.id} has its role ${NAMES.memberRole}`);
  const rotated = await box.keys(['rotate', 'carol', '--no-service', '--yes'], { as: sandbox.client(TEAM.id) });
  expect(rotated.error).toContain(`give it the work: iam-keys rotate carol --profile PROFILE --account ${TEAM.id}`);
  const missing = await box.keys(['create', 'carol', '--to', 'secret', '--stack', 'Keys']);
  expect(missing.error).toContain('there is no stack Keys');
  expect([elsewhere.status, rotated.status, missing.status]).toEqual([2, 2, 2]);
  expect(box.changes().filter((operation) => operation !== 'AssumeRole')).toEqual([]);
});

it('makes it in another account, by the settings of the stack where the credentials are, and no key where these may not write', async () => {
  const key = await deployKey(organization(), TEAM);
  const { sandbox } = organization();
  // Makes the administrator there, whom that of the management account may become.
  sandbox.client(TEAM.id);
  sandbox.people(TEAM.id).addUser({ name: 'carol' });
  const there = ['--account', TEAM.id, '--role', 'Administrator'];
  const refused = await box.keys(['create', 'carol', '--to', 'secret', ...there]);
  expect(refused).toMatchObject({ status: 2, error: expect.stringContaining('iam-keys rotate carol has it issue the key') as string });
  expect(refused.error).toContain('(Access to KMS is not allowed)');
  expect(organization().user(TEAM, 'carol').keys).toEqual([]);
  const administrator = sandbox.kernel.account(TEAM.id).roles.get('Administrator')!;
  key.policy = { ...key.policy, Statement: [...[key.policy.Statement].flat(), mayUse(administrator.arn)] };
  const { status, error } = await box.keys(['create', 'carol', '--to', 'secret', ...there]);
  expect([error, status]).toEqual(['', 0]);
  settings({ DRY_RUN: 'true' });
  const again = await box.keys(['create', 'carol', '--to', 'secret', ...there, '--dry-run']);
  expect(again.out).toContain('The grace of the old key begins; the rotation (stack IamKeyRotation) has dryRun=true, and disables nothing');
  const [secret] = [...sandbox.kernel.account(TEAM.id).secrets.values()];
  expect(secret?.tags.get('CostCenter')).toBe('42');
});
