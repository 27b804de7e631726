import { FUNCTIONS, MANAGEMENT, NAMES, TEAM } from '../../helpers/sandbox-organization';
import { Patient, SENDER } from './patient';

let patient: Patient;
/** The stack of the name asked for does not exist: this is how a first deployment begins. */
const asked = { stack: 'NotThereYet', beforeDeploy: true };
const settings = (more: object) => ({ ...asked, context: { rotation: { sender: SENDER, ...more } } });
const world = () => patient.org.sandbox.world;
const central = () => patient.org.sandbox.kernel.account(MANAGEMENT.id);
const toolkitOf = (account: string) => `${account}/${patient.org.sandbox.kernel.region}/CDKToolkit`;

beforeAll(async () => {
  patient = await Patient.healthy();
});
beforeEach(() => {
  patient.recover();
  patient.org.sandbox.people(MANAGEMENT.id).deleteGroup(NAMES.exemptionGroup);
});
afterAll(async () => {
  await patient.org.stop();
});

it('finds nothing where a first deployment will succeed, and calls no function', async () => {
  patient.org.sandbox.calls.length = 0;
  expect(await patient.complaints(asked)).toEqual([[], 0]);
  const { when, checks, accounts } = await patient.diagnosis(asked);
  expect([when, accounts]).toEqual(['before deployment', []]);
  expect(checks.map(({ check }) => check)).toEqual([
    'settings',
    'organization',
    'StackSets',
    'bootstrap',
    'sender',
    'sending',
    'exemption group',
    'Lambda',
  ]);
  expect(patient.org.sandbox.calls.filter(({ mutating }) => mutating)).toEqual([]);
});

type Gap = [title: string, seed: () => unknown, complaint: string, context?: object];
const GAPS: Gap[] = [
  [
    'the region is not bootstrapped',
    () => world().stacks.delete(toolkitOf(MANAGEMENT.id)),
    'bootstrap: there is no stack CDKToolkit in eu-west-1',
  ],
  [
    'the bootstrap is too old',
    () => (world().stacks.get(toolkitOf(MANAGEMENT.id))!.outputs = { BootstrapVersion: '5' }),
    'bootstrap: is version 5, this app needs 6',
  ],
  [
    'StackSets have no trusted access',
    () => (world().organization.stackSetsDistrusted = true),
    'StackSets: have no trusted access to the organization',
  ],
  ['the sender is an example', () => undefined, 'sender: no mail can come from keys@example.com', { sender: 'keys@example.com' }],
  [
    'the sender is not verified',
    () => {
      central().identities.clear();
    },
    `sender: SES knows neither ${SENDER} nor its domain`,
  ],
  [
    'SES is in its sandbox',
    () => (central().sending.production = false),
    'sending: SES is in its sandbox: mails reach verified addresses only',
  ],
  [
    'another exemption group has the name',
    () => patient.org.sandbox.people(MANAGEMENT.id).addGroup(NAMES.exemptionGroup),
    `exemption group: ${NAMES.exemptionGroup} exists already, the deployment would fail`,
  ],
  [
    'the group that is said to exist does not',
    () => undefined,
    `exemption group: ${NAMES.exemptionGroup} is missing, though exemptionGroupExists says that it is there`,
    { exemptionGroupExists: true },
  ],
  ['functions have no room', () => (central().concurrency = 5), 'Lambda: only 5 functions may run at the same time, the rotation wants 10'],
  ['settings are wrong', () => undefined, 'settings: are wrong', { rotate: '120d' }],
  [
    'the account is in no organization',
    () =>
      patient.org.sandbox.faults.add({
        match: { service: 'organizations', operation: 'DescribeOrganization' },
        when: 'before',
        then: { kind: 'error', code: 'AWSOrganizationsNotInUseException', status: 400 },
      }),
    `organization: account ${MANAGEMENT.id} is in no organization`,
  ],
  [
    'a delegated deployment is begun in the management account',
    () => undefined,
    `organization: ${MANAGEMENT.id} is the management account`,
    { deployment: 'delegated' },
  ],
];

it.each(GAPS)('finds, and finds nothing else, when %s', async (_, seed, complaint, context = {}) => {
  seed();
  expect(await patient.complaints(settings(context))).toEqual([[complaint], 1]);
});

describe('in another account than the management account', () => {
  beforeEach(() => {
    const { sandbox } = patient.org;
    sandbox.organization.verifyIdentity(TEAM.id, 'acme.test');
    world().stacks.set(toolkitOf(TEAM.id), { ...world().stacks.get(toolkitOf(MANAGEMENT.id))!, account: TEAM.id });
    sandbox.people(TEAM.id).deleteGroup(NAMES.exemptionGroup);
  });

  it('tells to use the management account', async () => {
    expect(await patient.complaints(asked, TEAM)).toEqual([[`organization: ${TEAM.id} is not the management account`], 1]);
  });

  it('tells how to become a delegated administrator', async () => {
    const delegated = settings({ deployment: 'delegated' });
    expect(await patient.complaints(delegated, TEAM)).toEqual([[`organization: ${TEAM.id} is no delegated administrator`], 1]);
    patient.org.sandbox.organization.delegateAdministrator(TEAM.id);
    expect(await patient.complaints(delegated, TEAM)).toEqual([[], 0]);
    world().organization.stackSetsDistrusted = true;
    const { checks } = await patient.diagnosis(delegated, TEAM);
    expect(checks.find(({ check }) => check === 'StackSets')).toEqual({
      check: 'StackSets',
      status: 'problem',
      says: 'have no trusted access to the organization',
      next: 'in the management account: aws cloudformation activate-organizations-access',
    });
  });

  it('asks no organization for one account', async () => {
    world().organization.stackSetsDistrusted = true;
    expect(await patient.complaints(settings({ deployment: 'single' }), TEAM)).toEqual([[], 0]);
  });
});

it('looks before a deployment when it is asked to, and takes what the deployed stack made for its own', async () => {
  patient.recover();
  expect(await patient.complaints({ ...settings({}), stack: 'IamKeyRotation', beforeDeploy: true })).toEqual([[], 0]);
  expect(patient.org.sandbox.invocations.filter(({ functionName }) => functionName === FUNCTIONS.orchestrator)).toEqual([]);
});
