import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { makeSqsClient } from '../../../cli/redrive/failed-events';
import { findDeployment, type Deployment } from '../../../cli/doctor/deployment';
import { redriveLastRun, redriveQueue, type Clients, type RedriveOutcome } from '../../../cli/redrive/redrive';
import type { Statement } from '../../../sandbox/kernel/world';
import { FUNCTIONS, MANAGEMENT, NAMES, OTHER, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM, OTHER]);

async function asOperator(): Promise<[Clients, Deployment]> {
  const settings = organization().sandbox.client(MANAGEMENT.id);
  const deployment = await findDeployment(new CloudFormationClient(settings), 'IamKeyRotation');
  return [{ lambda: new LambdaClient(settings), s3: new S3Client(settings), sqs: makeSqsClient(settings) }, deployment!];
}
async function redrive(list = false): Promise<RedriveOutcome> {
  const [clients, deployment] = await asOperator();
  organization().rules.beforeRun();
  const outcome = await redriveQueue(clients, deployment, list);
  await organization().sandbox.drain();
  return outcome;
}
/** Two accounts' roles trust nobody until they are repaired. */
function breakTrust(): () => void {
  const statements = [TEAM, OTHER].map(({ id }) => {
    const role = organization().sandbox.kernel.account(id).roles.get(NAMES.memberRole)!;
    return [role.trust.Statement].flat()[0]!;
  });
  const before = statements.map(({ Principal }) => Principal!);
  for (const statement of statements) statement.Principal = { AWS: `arn:aws:iam::${MANAGEMENT.id}:role/nobody` };
  return () => {
    statements.forEach((statement: Statement, index) => (statement.Principal = before[index]!));
  };
}
const doneAccounts = (day: number) =>
  organization()
    .results.take(day)
    .map(({ account, status }) => `${account.id} ${status}`);

it('says that there is nothing to do when no event waits', async () => {
  expect(await redrive()).toEqual({
    lines: ['No failed event is waiting; one that was just looked at shows up again within two minutes.'],
    left: false,
  });
});

it('lists what failed and why, and changes nothing; then runs exactly that again, as one run, and empties the queue', async () => {
  const org = organization();
  const repair = breakTrust();
  org.disturbed = true;
  await org.run();
  expect(org.failedEvents()).toHaveLength(2);

  const listed = await redrive(true);
  expect(listed.left).toBe(false);
  expect(listed.lines.join('\n')).toContain('cannot assume');
  expect(org.failedEvents()).toHaveLength(2);

  repair();
  org.sandbox.clock.advance(11_000);
  const { lines, left } = await redrive();
  expect([lines, left]).toEqual([[expect.stringMatching(/"accounts":\[.*\n {2}run .*: 2 accounts dispatched$/) as string], false]);
  expect(org.failedEvents()).toEqual([]);
  expect(doneAccounts(0).sort()).toEqual([`${TEAM.id} succeeded`, `${OTHER.id} succeeded`]);
});

it('leaves in the queue what fails again', async () => {
  const org = organization();
  org.disturbed = true;
  await org.sandbox.invoke(FUNCTIONS.rotator, { account: '999988887777', email: 'x@acme.test', name: 'Gone' }, { type: 'Event' });
  await org.sandbox.drain();
  const { lines, left } = await redrive();
  expect(left).toBe(true);
  expect(lines.join('\n')).toContain(
    'failed again, and stays in the queue: AccountNotRotatedError: accounts: not in the organization: 999988887777',
  );
  expect(org.failedEvents()).toHaveLength(1);
});

it('runs the accounts of the last run again that failed or never answered', async () => {
  const org = organization();
  const repair = breakTrust();
  org.disturbed = true;
  await org.run();
  repair();
  org.sandbox.clock.advance(31 * 60_000);
  const [clients, deployment] = await asOperator();
  const now = org.sandbox.clock.now();
  const listed = await redriveLastRun(clients, deployment, true, now);
  expect(listed.lines.map((line) => line.slice(0, 27)).sort()).toEqual(
    [`${TEAM.id}: cannot assume`, `${OTHER.id}: cannot assume`].map((line) => line.slice(0, 27)),
  );
  const again = await redriveLastRun(clients, deployment, false, now);
  expect(again.lines.at(-1)).toMatch(/^run .*: 2 accounts dispatched$/);
  await org.sandbox.drain();
  expect((await redriveLastRun(clients, deployment, false, now)).lines).toEqual([expect.stringMatching(/^Nothing failed in the run /)]);
});

it('says so when there was no run', async () => {
  const [clients, deployment] = await asOperator();
  await expect(redriveLastRun(clients, deployment, false, organization().sandbox.clock.now())).rejects.toThrow(
    'no run has left a trace in the results bucket',
  );
});
