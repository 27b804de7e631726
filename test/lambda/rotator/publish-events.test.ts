import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { mockClient } from 'aws-sdk-client-mock';
import { publishEvents } from '../../../lambda/rotator/publish-events';
import { OLD } from '../../helpers/facts';
import { accountResult, action, userResult } from '../../helpers/results';

const events = mockClient(EventBridgeClient);
const bus = { events: new EventBridgeClient({ region: 'eu-west-1' }), sleep: () => Promise.resolve() };
const seen = { keyId: OLD, status: 'Active', created: '2026-01-01T00:00:00.000Z', ageDays: 100 } as const;
const result = accountResult({
  users: [{ ...userResult('alice', action({ action: 'blocked' })), keys: [seen] }],
  failures: [{ step: 'account', error: 'E', message: 'm' }],
});

it('puts actions, failures and the keys that are overdue by the age of their disabling', async () => {
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  await publishEvents(bus, result, { unit: 'days', days: 100 });
  await publishEvents(bus, result, { unit: 'days', days: 101 });
  expect(events.commandCalls(PutEventsCommand).map((call) => call.args[0].input.Entries?.map(({ DetailType }) => DetailType))).toEqual([
    ['access key blocked', 'access key overdue', 'key rotation failed'],
    ['access key blocked', 'key rotation failed'],
  ]);
});
