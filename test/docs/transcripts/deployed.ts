import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyDocument, Statement } from '../../../sandbox/kernel/world';
import type { Patient } from '../../cli/doctor/patient';
import { operate } from '../../helpers/operator';
import { FUNCTIONS, MANAGEMENT, NAMES, OTHER, TEAM } from '../../helpers/sandbox-organization';
import { callsOf, wordsOf, type MakeScene } from './scene';

const ROOT = join(__dirname, '..', '..', '..');
const CLOCK = join(ROOT, 'test', 'cli', 'credentials', 'clock.cjs');

/** What has happened before an operator begins. */
type Before = (patient: Patient) => void | Promise<void>;

/** An operator of a deployed rotation, in the sandbox's time; `beside` is what they may do besides. */
export const deployed =
  (patient: () => Patient, { before = () => undefined, beside }: { before?: Before; beside?: PolicyDocument } = {}): MakeScene =>
  async (policy) => {
    const { sandbox } = patient().org;
    patient().recover();
    await before(patient());
    const people = sandbox.people(MANAGEMENT.id);
    const policies = { ...(policy && { operator: policy }), ...(beside && { beside }) };
    people.addUser({ name: 'operator', policies });
    const { id: accessKeyId, secret: secretAccessKey } = people.addAccessKey('operator', { created: sandbox.clock.now() });
    const as = { credentials: { accessKeyId, secretAccessKey } };
    sandbox.calls.length = 0;
    const folder = mkdtempSync(join(tmpdir(), 'operator-'));
    const clock = join(process.env['TMPDIR'] ?? '/tmp', `clock-${process.pid}`);
    return {
      keys: {},
      calls: () => callsOf(sandbox.calls, 'operator'),
      async run(line) {
        writeFileSync(clock, String(sandbox.clock.now().getTime() - Date.now()));
        const environment = { COLUMNS: '100', AWS_SESSION_TOKEN: undefined, NODE_OPTIONS: `--require ${CLOCK}`, TEST_CLOCK: clock };
        const { out, error } = await operate(sandbox, wordsOf(line), { as, environment, ...(line.startsWith('evidence') && { folder }) });
        await sandbox.drain();
        return `${out}${error}`;
      },
    };
  };

/** The doctor's own policy, which its page shows. */
export const doctorsPolicy = JSON.parse(
  /<!-- policy -->\s+```json\n([\s\S]+?)```/.exec(readFileSync(join(ROOT, 'docs', 'doctor.md'), 'utf8'))?.[1] ?? '{}',
) as PolicyDocument;

/** Nobody hears of alarms, SES does not know the sender of another deployment, and StackSets are not trusted. */
export const unprepared: Before = ({ org: { sandbox } }) => {
  const central = sandbox.kernel.account(MANAGEMENT.id);
  for (const topic of central.topics.values()) topic.subscriptions = [];
  central.identities.delete('eu-west-1/acme.test');
  sandbox.world.organization.stackSetsDistrusted = true;
};

/** A run failed in an account whose role trusted nobody, and the role was repaired. */
export const repaired: Before = async ({ org }) => {
  const role = org.sandbox.kernel.account(TEAM.id).roles.get(NAMES.memberRole)!;
  const statement: Statement = [role.trust.Statement].flat()[0]!;
  const trusted = statement.Principal!;
  statement.Principal = { AWS: `arn:aws:iam::${MANAGEMENT.id}:role/nobody` };
  org.disturbed = true;
  await org.run();
  statement.Principal = trusted;
};

/** A run in all accounts but one, which never answered. */
export const recorded: Before = async ({ org }) => {
  org.addUser(MANAGEMENT, 'build', [{ ageDays: 30, usedDaysAgo: 0 }]);
  org.addUser(TEAM, 'deploy', [{ ageDays: 95, usedDaysAgo: 1 }]);
  org.addUser(TEAM, 'former', [{ ageDays: 60 }, { ageDays: 50, status: 'Inactive' }]);
  org.addUser(TEAM, 'robot', [{ ageDays: 400, usedDaysAgo: 100 }], { exempt: true });
  // AWS makes no credential report anew within four hours.
  org.goToDay(1, 60);
  await org.run();
  for (const { objects } of org.sandbox.kernel.account(MANAGEMENT.id).buckets.values())
    for (const key of objects.keys()) if (key.endsWith(`/${OTHER.id}.json`) && key.startsWith('runs/')) objects.delete(key);
};

/** The same, and the run is reported. */
export const proven: Before = async (patient) => {
  await recorded(patient);
  patient.org.goToDay(1, 180);
  await patient.org.invoke(FUNCTIONS.reporter, {});
};
