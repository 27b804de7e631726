import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import type { Action } from '../../../lambda/shared/decision';
import { publishEvents } from '../../../lambda/rotator/publish-events';
import { callsOf, timeout } from '../../helpers/aws';
import { ACCOUNT, OLD } from '../../helpers/facts';
import { accountResult, action, userResult } from '../../helpers/results';

const events = mockClient(EventBridgeClient);
const client = new EventBridgeClient({ region: 'eu-west-1' });
const batches = (): PutEventsRequestEntry[][] => callsOf(events).map((call) => call.input['Entries'] as PutEventsRequestEntry[]);
const publish = (...kinds: Action[]) =>
  publishEvents(client, accountResult({ users: [userResult('alice', ...kinds.map((kind) => action({ action: kind })))] }));

beforeEach(() => {
  events.reset();
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
});

it('puts one event per action, with everything that is known of it', async () => {
  await publishEvents(
    client,
    accountResult({ dryRun: true, users: [userResult('alice', action({ outcome: 'planned', on: '2026-12-01' }))] }),
  );
  const [[entry] = []] = batches();
  expect(entry).toMatchObject({ Source: 'iam-key-rotation', DetailType: 'access key rotate' });
  expect(JSON.parse(entry?.Detail ?? '')).toEqual({
    runId: 'run-1',
    account: ACCOUNT,
    dryRun: true,
    user: 'alice',
    action: 'rotate',
    keyId: OLD,
    reason: 'it is 95 days old',
    outcome: 'planned',
    on: '2026-12-01',
  });
});

it('puts none for what nobody reacts to, and makes no call then', async () => {
  await publish('wait', 'skip', 'forget');
  expect(batches()).toEqual([]);
});

it('puts ten at a time', async () => {
  await publish(...Array.from({ length: 23 }, () => 'warn' as const));
  expect(batches().map((batch) => batch.length)).toEqual([10, 10, 3]);
});

it('fails when EventBridge refuses any event, with its reason', async () => {
  events
    .on(PutEventsCommand)
    .resolves({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' }] });
  await expect(publish('rotate', 'disable')).rejects.toThrow('EventBridge refused 1 events: ThrottlingException slow');
});

it('fails when EventBridge does not answer', async () => {
  events.on(PutEventsCommand).rejects(timeout());
  await expect(publish('rotate')).rejects.toMatchObject({ name: 'TimeoutError' });
});
