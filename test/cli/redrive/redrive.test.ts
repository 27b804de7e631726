import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { makeSqsClient } from '../../../cli/redrive/failed-events';
import { findDeployment, type Deployment } from '../../../cli/deployment/deployment';
import { redriveLastRun, redriveQueue, type Asked, type Clients, type RedriveOutcome } from '../../../cli/redrive/redrive';
import type { Statement } from '../../../sandbox/kernel/world';
import { FUNCTIONS, MANAGEMENT, NAMES, OTHER, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM, OTHER], { direct: true });
const AGAIN: Asked = { how: 'again' };
const LIST: Asked = { how: 'list' };

async function asOperator(): Promise<[Clients, Deployment]> {
  const settings = organization().sandbox.client(MANAGEMENT.id);
  const deployment = await findDeployment(new CloudFormationClient(settings), 'IamKeyRotation');
  return [{ lambda: new LambdaClient(settings), s3: new S3Client(settings), sqs: makeSqsClient(settings) }, deployment!];
}
async function redrive(asked: Asked = AGAIN): Promise<RedriveOutcome> {
  const [clients, deployment] = await asOperator();
  organization().rules.beforeRun();
  const outcome = await redriveQueue(clients, deployment, asked);
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
    lines: ['No failed event is waiting.'],
    left: false,
  });
});

it('lists what failed and why, and changes nothing; then runs exactly that again, as one run, and empties the queue', async () => {
  const org = organization();
  const repair = breakTrust();
  org.disturbed = true;
  await org.run();
  expect(org.failedEvents()).toHaveLength(2);

  const listed = await redrive(LIST);
  expect(listed.left).toBe(false);
  expect(listed.lines[0]).toMatch(/^2 × iam-key-rotation-rotator, 2026-01-05 01:.* UTC: AccountFailedError: cannot assume .*::…:role/);
  expect(listed.lines[1]).toContain(TEAM.id);
  expect(org.failedEvents()).toHaveLength(2);

  repair();
  const { lines, left } = await redrive();
  expect([lines, left]).toEqual([[expect.stringMatching(/"accounts":\[.*\n {2}run .*: 2 accounts dispatched$/) as string], false]);
  expect(org.failedEvents()).toEqual([]);
  expect(doneAccounts(0).sort()).toEqual([`${TEAM.id} succeeded`, `${OTHER.id} succeeded`]);
});

/** An asynchronous invocation of the rotator by hand, repeated by Lambda until it has failed for good. */
async function failByHand(event: object): Promise<void> {
  const org = organization();
  org.disturbed = true;
  await org.sandbox.invoke(FUNCTIONS.rotator, { email: 'x@acme.test', name: 'X', ...event }, { type: 'Event' });
  await org.sandbox.drain();
}

it('leaves in the queue what fails again', async () => {
  const org = organization();
  const repair = breakTrust();
  org.disturbed = true;
  await org.run();
  org.sandbox.faults.add({
    match: { service: 'organizations', operation: 'ListAccounts' },
    when: 'before',
    then: { kind: 'error', code: 'ServiceException', status: 500 },
  });
  const { lines, left } = await redrive();
  expect([left, lines.join('\n')]).toEqual([true, expect.stringContaining('failed again, and stays in the queue: ')]);
  expect(org.failedEvents()).toHaveLength(2);
  repair();
});

it('asks once more for a forced rotation of a user who is not there, and is then done with it', async () => {
  const org = organization();
  await failByHand({ account: TEAM.id, ForceRotate: 'alcie' });
  expect(org.failedEvents()).toHaveLength(1);
  org.rules.expectForced(TEAM.id, 'alcie');
  const { lines, left } = await redrive();
  expect(lines.at(-1)).toMatch(/^ {2}refused for good, and taken out of the queue: ForceRotateRefusedError: .*no user "alcie"$/);
  expect([left, org.failedEvents()]).toEqual([true, []]);
});

it('rotates by force once what stood in the way is gone', async () => {
  const org = organization();
  await failByHand({ account: TEAM.id, ForceRotate: 'alice' });
  org.addUser(TEAM, 'alice', [{ ageDays: 5 }]);
  org.rules.expectForced(TEAM.id, 'alice');
  const { lines, left } = await redrive();
  expect([lines, left]).toEqual([[expect.stringMatching(/"ForceRotate":"alice"\}\n {2}run manual-.*: succeeded$/) as string], false]);
  expect([org.failedEvents(), org.user(TEAM, 'alice').keys.length]).toEqual([[], 2]);
});

it('runs the other accounts although one of them has left the organization', async () => {
  const org = organization();
  const repair = breakTrust();
  org.disturbed = true;
  await org.run();
  repair();
  org.sandbox.organization.remove(OTHER.id);
  const { lines, left } = await redrive();
  expect(left).toBe(true);
  expect(lines.join('\n')).toContain(`AccountNotRotatedError: accounts: not in the organization: ${OTHER.id}`);
  expect(lines.at(-1)).toMatch(/: 1 accounts dispatched$/);
  expect(org.failedEvents()).toEqual([]);
  expect(doneAccounts(0)).toEqual([`${TEAM.id} succeeded`]);
});

it('lists, runs and discards only what contains a text, and gives back the rest at once', async () => {
  const org = organization();
  const repair = breakTrust();
  org.disturbed = true;
  await org.run();
  repair();
  await failByHand({ account: TEAM.id, ForceRotate: 'alcie' });
  const waiting = () => org.failedEvents().length;
  expect((await redrive({ how: 'list', only: OTHER.id })).lines[0]).toMatch(/^1 × .*cannot assume/);
  expect((await redrive({ how: 'discard', only: 'no user' })).lines.at(-1)).toBe('discarded 1 event');
  expect(waiting()).toBe(2);
  await redrive({ how: 'again', only: TEAM.id });
  expect([waiting(), doneAccounts(0).at(-1)]).toEqual([1, `${TEAM.id} succeeded`]);
  expect(await redrive({ how: 'again', only: 'nobody' })).toEqual({
    lines: ['No failed event with "nobody" in it is waiting.'],
    left: false,
  });
  expect(waiting()).toBe(1);
});

it.each([
  ['reads every page of a long queue', 25, 6_000, 25],
  ['ends, although what was read first shows up again', 25, 121_000, 10],
])('%s', async (_, messages, callTakesMs, seen) => {
  const [clients, deployment] = await asOperator();
  const { clock, kernel } = organization().sandbox;
  const [queue] = [...kernel.account(MANAGEMENT.id).queues.values()];
  const body = JSON.stringify({ requestContext: { functionArn: 'arn:aws:lambda:x:1:function:other' }, requestPayload: {} });
  for (let count = 0; count < messages; count += 1) queue!.messages.push({ at: clock.now(), body });
  const send = clients.sqs.send.bind(clients.sqs);
  clients.sqs.send = (async (command: never) => {
    clock.advance(callTakesMs);
    return send(command);
  }) as never;
  const { lines } = await redriveQueue(clients, deployment, LIST);
  expect(lines[0]).toMatch(new RegExp(`^${seen} × other, `));
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
  const listed = await redriveLastRun(clients, deployment, LIST, now);
  expect(listed.lines.map((line) => line.slice(0, 27)).sort()).toEqual(
    [`${TEAM.id}: cannot assume`, `${OTHER.id}: cannot assume`].map((line) => line.slice(0, 27)),
  );
  const again = await redriveLastRun(clients, deployment, AGAIN, now);
  expect(again.lines.at(-1)).toMatch(/^run .*: 2 accounts dispatched$/);
  await org.sandbox.drain();
  expect((await redriveLastRun(clients, deployment, AGAIN, now)).lines).toEqual([expect.stringMatching(/^Nothing failed in the run /)]);
});

it('says so when there was no run', async () => {
  const [clients, deployment] = await asOperator();
  await expect(redriveLastRun(clients, deployment, AGAIN, organization().sandbox.clock.now())).rejects.toThrow(
    'no run has left a trace in the results bucket',
  );
});
