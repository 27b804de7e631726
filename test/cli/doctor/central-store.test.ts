import type { KmsKey, Role } from '../../../sandbox/kernel/world';
import { assemblyWith } from '../../helpers/sandbox-assemblies';
import { NAMES, OTHER, TEAM, type TestOrganization } from '../../helpers/sandbox-organization';
import { MEMBER_ROLE, withoutAction } from '../../helpers/sandbox-situations';
import { Patient } from './patient';

const settings = { secretStore: 'central', breakGlassPrincipals: 'Admin*' };
let patient: Patient;
beforeAll(async () => {
  patient = await Patient.healthy({ settings });
});
beforeEach(() => {
  patient.recover();
});
afterAll(async () => {
  await patient.org.stop();
});

const central = (org: TestOrganization) => org.sandbox.kernel.account(org.central.id);
const keyOf = (org: TestOrganization): KmsKey => [...central(org).keys.values()][0]!;
const rotatorRole = (org: TestOrganization): Role => [...central(org).roles.values()].find(({ name }) => name.includes('RotatorRole'))!;
const policies = (org: TestOrganization) => org.sandbox.kernel.account(TEAM.id).managedPolicies;
const keyStatement = (org: TestOrganization, sid: string) => [keyOf(org).policy.Statement].flat().find(({ Sid }) => Sid === sid)!;

type Illness = [title: string, (org: TestOrganization) => unknown, complaint: (org: TestOrganization) => string, next: RegExp];
const ILLNESSES: Illness[] = [
  [
    'the key is gone',
    (org) => {
      const { arn } = keyOf(org);
      central(org).keys.delete(arn);
      return arn;
    },
    () => 'central key: is gone: no secret can be written or read',
    /^npx cdk deploy --revert-drift -c sender=\S+ -c dryRun=false -c secretStore=central -c 'breakGlassPrincipals=Admin\*'$/,
  ],
  [
    'the key is disabled',
    (org) => (keyOf(org).state = 'Disabled'),
    () => 'central key: is disabled: no secret can be written or read',
    /^aws kms enable-key --region eu-west-1 --key-id arn:aws:kms:eu-west-1:[^ ]+$/,
  ],
  [
    'the key waits for its deletion',
    (org) => Object.assign(keyOf(org), { state: 'PendingDeletion', deletion: new Date('2026-02-01T00:00:00Z') }),
    () => 'central key: is deleted on 2026-02-01, and every secret is lost with it',
    /^aws kms cancel-key-deletion (--region eu-west-1 --key-id arn:aws:kms:[^ ]+) && aws kms enable-key \1$/,
  ],
  [
    'the key knows the rotator’s role no longer',
    (org) => (keyStatement(org, 'RotationWrites').Principal = { AWS: 'AROAEXAMPLE' }),
    (org) => `central key: its policy does not let ${rotatorRole(org).arn} write secrets`,
    /^npx cdk deploy --revert-drift -c sender=\S+ -c dryRun=false -c secretStore=central -c 'breakGlassPrincipals=Admin\*'$/,
  ],
  [
    'the key lets no user decrypt',
    (org) => (keyStatement(org, 'UsersReadTheirSecrets').Effect = 'Deny'),
    () => 'central key: its policy lets no user read',
    /^npx cdk deploy --revert-drift -c sender=\S+ -c dryRun=false -c secretStore=central -c 'breakGlassPrincipals=Admin\*'$/,
  ],
  [
    'the rotator may not store values',
    (org) => {
      withoutAction(org, org.central.id, rotatorRole(org).name, 'secretsmanager:PutSecretValue');
    },
    (org) => `central secrets: ${rotatorRole(org).arn} may not do secretsmanager:PutSecretValue`,
    /^npx cdk deploy --revert-drift -c sender=\S+ -c dryRun=false -c secretStore=central -c 'breakGlassPrincipals=Admin\*'$/,
  ],
  [
    'the users’ policy was deleted',
    (org) => {
      policies(org).clear();
    },
    () => `${TEAM.id}: the policy by which users read the central store is missing`,
    /^in that account, revert the drift/,
  ],
  [
    'the users’ policy was changed',
    (org) => {
      for (const policy of policies(org).values()) [policy.document.Statement].flat()[0]!.Action = 'secretsmanager:DescribeSecret';
    },
    () => `${TEAM.id}: the policy by which users read the central store was changed`,
    /^in that account, revert the drift/,
  ],
  [
    'the role may not attach the users’ policy',
    (org) => {
      withoutAction(org, TEAM.id, MEMBER_ROLE, 'iam:AttachUserPolicy');
    },
    () => `${TEAM.id}: the role ${MEMBER_ROLE} may not do iam:AttachUserPolicy`,
    /^in that account, revert the drift/,
  ],
  [
    'the role may not see the users’ policy',
    (org) => {
      withoutAction(org, TEAM.id, MEMBER_ROLE, 'iam:GetPolicy');
    },
    () => `${TEAM.id}: the role ${MEMBER_ROLE} may not do iam:GetPolicy`,
    /^in that account, revert the drift/,
  ],
];

it('finds nothing in a healthy organization, and changes nothing there', async () => {
  const { org } = patient;
  org.addUser(TEAM, 'alice', [{ ageDays: 5 }]);
  org.sandbox.calls.length = 0;
  expect(await patient.complaints()).toEqual([[], 0]);
  const found = (await patient.diagnosis()).checks.filter(({ check }) => check.startsWith('central'));
  expect(found.map(({ check, status }) => `${check}: ${status}`)).toEqual(['central key: fine', 'central secrets: fine']);
  const changes = org.sandbox.calls.filter(({ mutating, service }) => mutating && ['iam', 'secretsmanager', 'kms'].includes(service));
  expect(new Set(changes.map(({ operation, outcome }) => `${operation}: ${outcome}`))).toEqual(
    new Set(['AttachUserPolicy: NoSuchEntityException']),
  );
  expect(org.user(TEAM, 'alice').attachedPolicies.size).toBe(0);
});

it.each(ILLNESSES)('finds, and finds nothing else, when %s', async (_, seed, complaint, next) => {
  seed(patient.org);
  expect(await patient.complaints()).toEqual([[complaint(patient.org)], 1]);
  const { checks, accounts } = await patient.diagnosis();
  expect([...checks, ...accounts].find(({ status }) => status === 'problem')?.next).toMatch(next);
});

it.each([
  ['kms:DescribeKey', 'central key'],
  ['kms:GetKeyPolicy', 'central key'],
  ['iam:SimulatePrincipalPolicy', 'central secrets'],
])('says what it could not check when the operator may not do %s, and goes on', async (action, check) => {
  patient.forbidOperator(action);
  const { checks } = await patient.diagnosis();
  expect(checks.filter(({ status }) => status !== 'fine')).toMatchObject([
    { check, status: 'unknown', detail: expect.stringContaining(action) as string },
  ]);
});

it('finds a member template that was deployed without the key, and one that was removed, by hand', async () => {
  const list = { deployment: 'list', secretStore: 'central', accounts: `${TEAM.id},${OTHER.id}` };
  const others = await Patient.healthy({ settings: list, central: TEAM });
  const { org } = others;
  try {
    const { sandbox } = org;
    const { RotatorRoleArn = '', CentralKeyArn = '' } = sandbox.world.stacks.get(
      `${TEAM.id}/${sandbox.kernel.region}/IamKeyRotation`,
    )!.outputs;
    const deploy = async (account: string, given: Record<string, string>, parameters: Record<string, string>): Promise<void> => {
      const now = sandbox.clock.now();
      await sandbox.deploy(await assemblyWith('enforcing', given), { account, stack: 'IamKeyRotationMember', parameters });
      sandbox.clock.set(now);
    };
    await deploy(TEAM.id, list, { RotatorRoleArn, CentralKeyArn });
    await deploy(OTHER.id, { ...list, secretStore: 'member' }, { RotatorRoleArn });
    const [fine, flawed] = (await others.diagnosis()).accounts;
    const says = 'the role and the policy of users were made without the key of the central store';
    expect([fine, flawed]).toMatchObject([
      { account: TEAM.id, status: 'fine' },
      { account: OTHER.id, status: 'problem', says },
    ]);
    expect(flawed?.next).toContain(`--parameter-overrides RotatorRoleArn=${RotatorRoleArn} CentralKeyArn=${CentralKeyArn}`);
    await deploy(OTHER.id, list, { RotatorRoleArn, CentralKeyArn });
    expect((await others.diagnosis()).accounts.map(({ status }) => status)).toEqual(['fine', 'fine']);
    sandbox.kernel.account(OTHER.id).roles.delete(NAMES.memberRole);
    expect((await others.diagnosis()).accounts.map(({ next }) => next)).toEqual([undefined, flawed?.next]);
  } finally {
    await org.stop();
  }
});
