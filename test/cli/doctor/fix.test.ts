import type { ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operate, type Operating } from '../../helpers/operator';
import { inTerminal, type Press } from '../../helpers/terminal';
import { MANAGEMENT, NAMES } from '../../helpers/sandbox-organization';
import { Patient, SENDER } from './patient';

let patient: Patient;
beforeAll(async () => {
  patient = await Patient.healthy({ direct: 'by itself' });
});
beforeEach(() => {
  patient.recover();
});
afterAll(async () => {
  await patient.org.stop();
});

const ALARM_EMAIL = 'security@acme.test';
const TRUST = 'cloudformation:ActivateOrganizationsAccess';
const BEFORE = ['doctor', '--fix', '--before-deploy', '-c', `sender=${SENDER}`];
const DEPLOYED = ['doctor', '--fix', '--accounts', MANAGEMENT.id, '-c', `alarmEmail=${ALARM_EMAIL}`];

const central = () => patient.org.sandbox.kernel.account(MANAGEMENT.id);
const organization = () => patient.org.sandbox.world.organization;
const topic = () => [...central().topics.values()][0]!;
const run = (args: readonly string[], operating?: Operating) => operate(patient.org.sandbox, args, operating);
/** What a person called that may have changed something. */
const changes = (): string[] =>
  patient.org.sandbox.calls.splice(0).flatMap(({ mutating, operation, principal }) => {
    return mutating && operation !== 'Invoke' && principal.includes(':assumed-role/Administrator/') ? [operation] : [];
  });
/** What the repairs are about. */
const state = () => ({
  trusted: organization().stackSetsDistrusted !== true,
  identities: [...central().identities],
  pending: [...central().pendingIdentities],
  subscriptions: topic().subscriptions?.map(({ endpoint, confirmed }) => [endpoint, confirmed]),
});

/** Before a deployment: nobody trusts StackSets, and SES does not know the sender. */
function sick(): void {
  patient.org.sandbox.people(MANAGEMENT.id).deleteGroup(NAMES.exemptionGroup);
  organization().stackSetsDistrusted = true;
  central().identities.clear();
  patient.org.sandbox.calls.length = 0;
}

/** A person in a terminal, who answers each question as it comes. */
async function person(args: readonly string[], ...answers: readonly [question: string, key: string][]) {
  const { credentials, region, endpoint } = patient.org.sandbox.client(MANAGEMENT.id);
  const presses = answers.map(([at, key]): Press => ({ at: `Call ${at}`, key }));
  return inTerminal(mkdtempSync(join(tmpdir(), 'home-')), args, presses, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  });
}

describe('nothing is called', () => {
  beforeEach(sick);
  afterEach(() => {
    expect(changes()).toEqual([]);
  });

  it('without a terminal and without --yes, and that is said', async () => {
    const { status, out, error } = await run(BEFORE);
    expect([status, error]).toEqual([2, expect.stringMatching(/^nothing was changed: .* repeat with --yes/)]);
    expect(out).toContain(`Call: ${TRUST}\n     not called: nobody was asked\n`);
    expect(out).toContain('Call: ses:CreateEmailIdentity EmailIdentity=acme.test\n     not called: nobody was asked\n');
    const json = JSON.parse((await run([...BEFORE, '--json'])).out) as { exitCode: number; offers: { outcome: string }[] };
    expect([json.exitCode, json.offers.map(({ outcome }) => outcome)]).toEqual([2, ['not asked', 'not asked']]);
  });

  it('with --dry-run, which shows the calls', async () => {
    const { status, out, error } = await run([...BEFORE, '--dry-run']);
    expect([status, error]).toEqual([1, '']);
    expect(out).toContain(`Call: ${TRUST}\n     not called: --dry-run\n`);
    expect(out).toContain('Changes: SES waits for three records in the DNS of acme.test');
    expect(out).toContain('Nothing was changed.');
  });

  it('when a person says no to everything, the other way to verify a sender included', async () => {
    const { status, out } = await person(
      BEFORE,
      [TRUST, 'n'],
      ['ses:CreateEmailIdentity EmailIdentity=acme.test', 'n'],
      [`ses:CreateEmailIdentity EmailIdentity=${SENDER}`, 'n'],
    );
    expect([status, out]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
  });

  it('when a person goes away', async () => {
    expect(await person(BEFORE, [TRUST, '\u0003'])).toMatchObject({ status: 130 });
  });
});

describe('after a yes', () => {
  beforeEach(sick);

  it('each call is made and its check repeated; what was said no to is left', async () => {
    const { status, out } = await person(
      BEFORE,
      [TRUST, 'y'],
      ['ses:CreateEmailIdentity EmailIdentity=acme.test', 'n'],
      [`ses:CreateEmailIdentity EmailIdentity=${SENDER}`, 'y'],
    );
    expect(changes()).toEqual(['ActivateOrganizationsAccess', 'CreateEmailIdentity']);
    expect(state()).toMatchObject({ trusted: true, pending: [`eu-west-1/${SENDER}`] });
    expect(out).toContain('done; StackSets now: may work in the organization');
    expect(out).toContain(
      `done; sender now: ${SENDER} is not verified in SES yet\n     → open the mail that AWS has sent to ${SENDER} and follow its link`,
    );
    // What waits for people is a problem until they have answered.
    expect([status, out]).toEqual([1, expect.stringMatching(/Now: 1 problem\.\n$/)]);
    expect((await run([...BEFORE, '--yes'])).out).toContain('There is nothing here that --fix could repair.');
    patient.org.sandbox.organization.agree(MANAGEMENT.id);
    expect(await run(BEFORE)).toMatchObject({ status: 0, out: expect.stringContaining('All is fine.') as string });
    expect(changes()).toEqual([]);
  });

  it('given beforehand by --yes, the domain is verified; programs read what became of each', async () => {
    const { status, out } = await run([...BEFORE, '--yes', '--json']);
    const found = JSON.parse(out) as { exitCode: number; checks: { check: string; status: string }[]; offers: object[] };
    expect([status, found.exitCode]).toEqual([1, 1]);
    expect(found.checks).toContainEqual({ check: 'StackSets', status: 'fine', says: 'may work in the organization' });
    expect(found.offers).toEqual([
      expect.objectContaining({ check: 'StackSets', action: TRUST, input: {}, outcome: 'done' }),
      expect.objectContaining({ check: 'sender', input: { EmailIdentity: 'acme.test' }, outcome: 'done' }),
    ]);
    expect(state().pending).toEqual(['eu-west-1/acme.test']);
  });

  it('a call that AWS refuses is explained, and the others are made', async () => {
    patient.forbidOperator(TRUST);
    const { status, out } = await run([...BEFORE, '--yes']);
    expect(status).toBe(1);
    expect(out).toMatch(/failed: AccessDenied\w*: .* is not authorized to perform: cloudformation:ActivateOrganizationsAccess/);
    expect(out).toContain(`→ arn:aws:sts::${MANAGEMENT.id}:assumed-role/Administrator/`);
    expect(out).toContain('done; sender now: acme.test is not verified in SES yet');
    expect(state()).toMatchObject({ trusted: false, pending: ['eu-west-1/acme.test'] });
  });

  it('a check that cannot be repeated is no success', async () => {
    const fault = { kind: 'error' as const, code: 'AccessDeniedException', status: 403 };
    patient.org.sandbox.faults.add({ match: { service: 'ses', operation: 'GetEmailIdentity', nth: 4 }, when: 'before', then: fault });
    const { status, out } = await run([...BEFORE, '--yes']);
    expect([status, out]).toEqual([2, expect.stringContaining('done; sender now: could not be checked')]);
  });

  it('another one who asked SES meanwhile is no failure', async () => {
    const ask = () => void central().pendingIdentities.add('eu-west-1/acme.test');
    const match = { service: 'ses', operation: 'CreateEmailIdentity' };
    patient.org.sandbox.faults.add({ match, when: 'before', then: { kind: 'call', run: ask } });
    expect((await run([...BEFORE, '--yes'])).out).toContain('done; sender now: acme.test is not verified in SES yet');
  });

  it.each([
    ['before the first call', 'DescribeOrganizationsAccess', ['ActivateOrganizationsAccess', 'CreateEmailIdentity']],
    ['between the two', 'ActivateOrganizationsAccess', ['CreateEmailIdentity']],
    ['after the last one', 'CreateEmailIdentity', []],
  ])('killed %s, a second run ends where the first would have ended', async (_, operation, left) => {
    let child: ChildProcess | undefined;
    const kill = () => void child?.kill('SIGKILL');
    patient.org.sandbox.faults.add({ match: { operation }, when: 'after', then: { kind: 'call', run: kill } });
    expect((await run([...BEFORE, '--yes'], { onStart: (started) => (child = started) })).status).toBeNull();
    patient.org.sandbox.faults.clear();
    changes();
    await run([...BEFORE, '--yes']);
    expect(changes()).toEqual(left);
    expect(state()).toMatchObject({ trusted: true, pending: ['eu-west-1/acme.test'] });
  });
});

describe('in a deployment', () => {
  it('activates trusted access, subscribes the alarm address once, and tells who has to confirm', async () => {
    topic().subscriptions = [];
    organization().stackSetsDistrusted = true;
    patient.org.sandbox.calls.length = 0;
    const { status, out } = await run([...DEPLOYED, '--yes']);
    expect(out).toContain(`Call: sns:Subscribe TopicArn=${topic().arn} Protocol=email Endpoint=${ALARM_EMAIL}\n`);
    expect(out).toContain(
      `done; alarms now: ${ALARM_EMAIL} has not confirmed the subscription\n     → open the mail of AWS Notifications to ${ALARM_EMAIL}`,
    );
    expect([status, changes(), state().subscriptions]).toEqual([1, ['ActivateOrganizationsAccess', 'Subscribe'], [[ALARM_EMAIL, false]]]);
    expect((await run([...DEPLOYED, '--yes'])).out).toContain('There is nothing here that --fix could repair.');
    expect(changes()).toEqual([]);
    patient.org.sandbox.organization.agree(MANAGEMENT.id);
    expect(await run([...DEPLOYED, '--yes'])).toMatchObject({ status: 0 });
  });

  it('subscribes the alarm address beside one that never confirmed, and nobody when no setting names one', async () => {
    topic().subscriptions = [{ arn: `${topic().arn}:1`, protocol: 'email', endpoint: 'former@acme.test', confirmed: false }];
    const offered = async (context: Record<string, unknown>) =>
      (await patient.diagnosis({ accounts: [MANAGEMENT.id], context })).checks.flatMap(({ repairs = [] }) =>
        repairs.map(({ input }) => input['Endpoint']),
      );
    const rotation = { sender: SENDER };
    expect(await offered({ rotation, alarmEmail: ALARM_EMAIL })).toEqual([ALARM_EMAIL]);
    expect(await offered({ rotation: { ...rotation, alarmEmail: ALARM_EMAIL } })).toEqual([ALARM_EMAIL]);
    expect(await offered({ rotation, alarmEmail: 'former@acme.test' })).toEqual([]);
    expect(await offered({ rotation })).toEqual([]);
  });
});
