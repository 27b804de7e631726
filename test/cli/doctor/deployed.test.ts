import type { Schedule } from '../../../sandbox/kernel/world';
import { DAY, FUNCTIONS, MANAGEMENT, NAMES, OTHER, TEAM, type TestOrganization } from '../../helpers/sandbox-organization';
import { MEMBER_ROLE, withoutAction } from '../../helpers/sandbox-situations';
import { Patient } from './patient';

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.healthy();
});
beforeEach(() => {
  patient.recover();
});
afterAll(async () => {
  await patient.org.stop();
});

const central = (org: TestOrganization) => org.sandbox.kernel.account(MANAGEMENT.id);
const team = (org: TestOrganization) => org.sandbox.kernel.account(TEAM.id);
const teamRole = (org: TestOrganization) => team(org).roles.get(NAMES.memberRole)!;
const scheduleOf = (org: TestOrganization, name: string): [string, Schedule] =>
  [...central(org).schedules].find(([, schedule]) => schedule.name === name)!;
const instanceOf = (org: TestOrganization): [Set<string>, string] => {
  const { instances } = org.sandbox.world.stackSets.get('iam-key-rotation-member')!;
  return [instances, [...instances].find((key) => key.startsWith(TEAM.id))!];
};
const subscriptions = (org: TestOrganization) => [...central(org).topics.values()][0]!;
const queueOf = (org: TestOrganization) => [...central(org).queues.values()][0]!;
const without = (action: string) => (org: TestOrganization) => {
  withoutAction(org, TEAM.id, MEMBER_ROLE, action);
};
const missingRole = `${TEAM.id}: the role ${NAMES.memberRole} is missing or trusts somebody else`;

type Illness = [title: string, (org: TestOrganization) => unknown, complaint: string | string[], exitCode?: number];
const ILLNESSES: Illness[] = [
  ['the role was deleted', (org) => team(org).roles.delete(NAMES.memberRole), missingRole],
  [
    'the role trusts somebody else',
    (org) => {
      const statement = [teamRole(org).trust.Statement].flat()[0]!;
      statement.Principal = { AWS: `arn:aws:iam::${OTHER.id}:role/somebody` };
    },
    missingRole,
  ],
  ['the role may not list keys', without('iam:ListAccessKeys'), `${TEAM.id}: the role ${MEMBER_ROLE} may not do iam:ListAccessKeys`],
  ['the role may not read tags', without('iam:ListUserTags'), `${TEAM.id}: the role ${MEMBER_ROLE} may not do iam:ListUserTags`],
  ['the role may not read the group', without('iam:GetGroup'), `${TEAM.id}: the role ${MEMBER_ROLE} may not do iam:GetGroup`],
  [
    'the group was deleted',
    (org) => {
      org.sandbox.people(TEAM.id).deleteGroup(NAMES.exemptionGroup);
    },
    `${TEAM.id}: the group ${NAMES.exemptionGroup} is missing: nobody is exempt`,
  ],
  [
    'the credential report is denied',
    without('iam:GenerateCredentialReport'),
    `${TEAM.id}: the credential report cannot be had: every user is read instead`,
  ],
  [
    'the credential report cannot be had',
    (org) =>
      org.sandbox.faults.add({
        match: { service: 'iam', operation: 'GenerateCredentialReport', principal: TEAM.id },
        when: 'before',
        then: { kind: 'error', code: 'InvalidAction', status: 400 },
      }),
    `${TEAM.id}: the credential report cannot be had: every user is read instead`,
  ],
  [
    'secrets are denied',
    without('secretsmanager:DescribeSecret'),
    `${TEAM.id}: the role ${MEMBER_ROLE} may not do secretsmanager:DescribeSecret`,
  ],
  [
    'the stack set has no stack in an account',
    (org) => {
      const [instances, key] = instanceOf(org);
      instances.delete(key);
      team(org).roles.delete(NAMES.memberRole);
    },
    `${TEAM.id}: the stack set has no stack here, so there is no role`,
  ],
  [
    'the stack of the stack set is not current',
    (org) => (org.sandbox.world.stackSets.get('iam-key-rotation-member')!.failed = new Map([[instanceOf(org)[1], 'denied by a policy']])),
    `${TEAM.id}: the stack set's stack is outdated`,
  ],
  [
    'StackSets are not trusted any more',
    (org) => (org.sandbox.world.organization.stackSetsDistrusted = true),
    'StackSets: have no trusted access to the organization',
  ],
  [
    'an account was suspended',
    (org) => {
      org.sandbox.organization.suspend(TEAM.id);
    },
    `${TEAM.id}: its state is SUSPENDED`,
    0,
  ],
  [
    'the settings name an account that is not there',
    (org) => {
      const fn = org.functionNamed(FUNCTIONS.orchestrator);
      const ids = [MANAGEMENT.id, TEAM.id, OTHER.id, '999988887777'];
      fn.environment['SCOPE'] = JSON.stringify({ ...(JSON.parse(fn.environment['SCOPE']!) as object), includeAccounts: ids });
    },
    '999988887777: named in includeAccounts, but not in the organization',
  ],
  [
    'an account cannot store its answer',
    (org) =>
      org.sandbox.faults.add({
        match: { service: 's3', operation: 'PutObject', input: ({ Key }) => String(Key).endsWith(`${TEAM.id}.json`) },
        when: 'before',
        then: { kind: 'error', code: 'AccessDenied', status: 403 },
      }),
    `${TEAM.id}: never answered`,
  ],
  [
    'the identity is not in SES',
    (org) => {
      central(org).identities.clear();
    },
    'sender: SES knows neither key-rotation@example.com nor its domain',
  ],
  [
    'the identity is not verified yet',
    (org) => {
      central(org).identities.clear();
      central(org).pendingIdentities.add(`${org.sandbox.kernel.region}/example.com`);
    },
    'sender: example.com is not verified in SES yet',
  ],
  [
    'SES is in its sandbox',
    (org) => (central(org).sending = { production: false, enabled: true, quota: 200 }),
    'sending: SES is in its sandbox: mails reach verified addresses only',
  ],
  ['sending is switched off', (org) => (central(org).sending.enabled = false), 'sending: sending is switched off in SES'],
  [
    'the quota is smaller than the organization',
    (org) => (central(org).sending.quota = 3),
    'sending: SES sends 3 mails a day, a run needs 4, and one for each owner',
  ],
  [
    'the schedule is disabled',
    (org) => (scheduleOf(org, FUNCTIONS.orchestrator)[1].state = 'DISABLED'),
    `schedule ${FUNCTIONS.orchestrator}: it is disabled: nothing starts by itself`,
  ],
  [
    'the report’s schedule is gone',
    (org) => central(org).schedules.delete(scheduleOf(org, FUNCTIONS.reporter)[0]),
    `schedule ${FUNCTIONS.reporter}: it is gone`,
  ],
  [
    'nothing ran for days',
    (org) => {
      org.sandbox.clock.advance(5 * DAY);
    },
    'last run: 2026-01-05 01:00 UTC, 5 days ago',
  ],
  [
    'an account failed in the last run',
    async (org) => {
      org.disturbed = true;
      org.sandbox.clock.advance(3_600_000);
      const role = teamRole(org);
      team(org).roles.delete(NAMES.memberRole);
      await org.run();
      team(org).roles.set(NAMES.memberRole, role);
    },
    [
      'last run: 2026-01-05 02:00 UTC: 3 accounts, 1 failed',
      'failed events: 1 failed for good and waits; the oldest is lost on 2026-01-19',
    ],
  ],
  [
    'events failed for good, days ago',
    (org) => {
      queueOf(org).messages.push(
        { at: new Date(org.sandbox.clock.now().getTime() - 3 * DAY), body: '' },
        { at: org.sandbox.clock.now(), body: '' },
      );
    },
    'failed events: 2 failed for good and wait; the oldest is lost on 2026-01-16',
  ],
  [
    'events failed for good that somebody is looking at',
    (org) =>
      queueOf(org).messages.push({ at: org.sandbox.clock.now(), body: '', visibleAt: new Date(org.sandbox.clock.now().getTime() + DAY) }),
    'failed events: 1 failed for good and waits; the oldest is lost on 2026-01-19',
  ],
  [
    'the queue of failed events is gone',
    (org) => {
      central(org).queues.clear();
    },
    'failed events: the queue that keeps them is gone',
  ],
  [
    'an alarm rings',
    (org) => {
      org.sandbox.people(MANAGEMENT.id).setAlarm('iam-key-rotation-keys-overdue', 'ALARM');
    },
    expect.stringMatching(
      /^alarm iam-key-rotation-keys-overdue: rings since 2026-01-05 01:0\d UTC: Keys are past the date of their disabling, and blocked\.$/,
    ) as string,
  ],
  [
    'an alarm tells nobody',
    (org) => (central(org).alarms.get('eu-west-1/iam-key-rotation-run-failed')!.properties['ActionsEnabled'] = false),
    'alarm iam-key-rotation-run-failed: tells nobody: its actions are switched off',
  ],
  [
    'alarms are gone',
    (org) => {
      for (const name of ['run-failed', 'users-left']) central(org).alarms.delete(`eu-west-1/iam-key-rotation-${name}`);
    },
    'ringing: cannot: iam-key-rotation-run-failed, iam-key-rotation-users-left are gone',
  ],
  ['nobody hears of alarms', (org) => (subscriptions(org).subscriptions = []), 'alarms: nobody is told: the topic has no subscription'],
  [
    'the subscription was never confirmed',
    (org) => (subscriptions(org).subscriptions![0]!.confirmed = false),
    'alarms: security@acme.example has not confirmed the subscription',
  ],
  [
    'the orchestrator may not start the rotator',
    (org) => {
      const role = [...central(org).roles.keys()].find((name) => name.includes('OrchestratorRole'))!;
      withoutAction(org, MANAGEMENT.id, role, 'lambda:InvokeFunction');
      org.sandbox.organization.remove(OTHER.id);
      org.sandbox.organization.remove(TEAM.id);
    },
    `${MANAGEMENT.id}: could not be asked`,
    2,
  ],
  [
    'the orchestrator fails',
    (org) => (org.functionNamed(FUNCTIONS.orchestrator).environment['SCOPE'] = 'nonsense'),
    'accounts: could not be checked',
    2,
  ],
];

it('finds nothing in a healthy organization, and changes nothing there', async () => {
  const { org } = patient;
  expect(await org.onBundles(() => patient.complaints())).toEqual([[], 0]);
  org.sandbox.calls.length = 0;
  expect(await patient.complaints()).toEqual([[], 0]);
  const { accounts, checks } = await patient.diagnosis();
  expect(accounts.map(({ account, status }) => [account, status])).toEqual([MANAGEMENT, TEAM, OTHER].map(({ id }) => [id, 'fine']));
  expect(checks.map(({ check }) => check)).toEqual(
    expect.arrayContaining(['stack IamKeyRotation', 'sender', 'sending', `schedule ${FUNCTIONS.orchestrator}`, 'last run', 'alarms']),
  );
  const changes = org.sandbox.calls.filter(({ mutating }) => mutating).map(({ service, operation }) => `${service}:${operation}`);
  const harmless = ['iam:GenerateCredentialReport', 'lambda:Invoke', 's3:PutObject'];
  expect(changes.filter((change) => !harmless.includes(change) && !change.startsWith('logs:'))).toEqual([]);
  expect(org.sandbox.mails).toEqual([]);
});

it.each(ILLNESSES)('finds, and finds nothing else, when %s', async (_, seed, complaint, exitCode = 1) => {
  await seed(patient.org);
  expect(await patient.complaints()).toEqual([[complaint].flat(), exitCode]);
});

it.each([
  ['ses:GetAccount', 'mail'],
  ['cloudformation:ListStackInstances', 'stack set'],
  ['cloudformation:DescribeOrganizationsAccess', 'StackSets'],
  ['scheduler:GetSchedule', `schedule ${FUNCTIONS.reporter}`],
  ['sns:ListSubscriptionsByTopic', 'alarms'],
  ['sqs:GetQueueAttributes', 'failed events'],
  ['cloudwatch:DescribeAlarms', 'ringing'],
  ['cloudformation:GetTemplateSummary', 'settings'],
])('says what it could not check when the operator may not do %s, and goes on', async (action, check) => {
  patient.forbidOperator(action);
  const { checks, accounts } = await patient.diagnosis();
  const unknown = checks.filter(({ status }) => status === 'unknown');
  expect(unknown.map((finding) => finding.check)).toContain(check);
  for (const { detail } of unknown) expect(detail).toContain(action);
  expect([...checks, ...accounts].filter(({ status }) => status === 'problem')).toEqual([]);
  expect((await patient.complaints())[1]).toBe(2);
});

it.each([
  ['some accounts', { accounts: [TEAM.id] }],
  ['one user', { account: TEAM.id, ForceRotate: 'alice' }],
])('takes no run by hand for %s for the last run', async (_, event) => {
  const { org } = patient;
  org.sandbox.clock.advance(3_600_000);
  org.addUser(TEAM, 'alice', [{ ageDays: 5 }]);
  org.rules.expectForced(TEAM.id, 'alice');
  await org.run(event);
  const last = (await patient.diagnosis()).checks.find(({ check }) => check === 'last run');
  expect(last?.says).toBe('2026-01-05 01:00 UTC: 3 accounts, 0 failed');
});

it('looks into the accounts asked for only', async () => {
  const { accounts } = await patient.diagnosis({ accounts: [TEAM.id] });
  expect(accounts.map(({ account }) => account)).toEqual([TEAM.id]);
  const wrong = await patient.diagnosis({ accounts: ['999988887777'] });
  expect(wrong.checks.find(({ check }) => check === 'accounts')?.detail).toContain('not in the organization: 999988887777');
});

it('tells the way back for what the stack itself made, and for what the stack set made', async () => {
  for (const { id } of [MANAGEMENT, TEAM]) patient.org.sandbox.kernel.account(id).roles.delete(NAMES.memberRole);
  const [management, member] = (await patient.diagnosis()).accounts;
  expect(management?.next).toBe('npx cdk deploy --revert-drift -c sender=key-rotation@example.com -c dryRun=false');
  expect(member?.next).toContain('revert the drift of the stack that the stack set has made');
});
