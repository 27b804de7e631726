import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-jest';
import { fakeBucket } from '../../helpers/fake-bucket';
import { accountId, manifest, resultOf } from './factories';

const variables = {
  AWS_REGION: 'eu-west-1',
  RESULTS_BUCKET: 'results',
  SUMMARY_TEMPLATE: 'the-summary',
  SENDER: 'rotation@example.com',
  ADMIN_EMAILS: '["admin@example.com"]',
  SUMMARY_MAIL: 'always',
  REPLY_TO: 'help@example.com',
  CONFIGURATION_SET: 'set',
};
const context = { functionName: 'reporter', awsRequestId: 'r-1', invokedFunctionArn: 'arn', memoryLimitInMB: '512' } as Context;
const ses = mockClient(SESv2Client);
const events = mockClient(EventBridgeClient);
const before = { ...process.env };
// The bundle holds it as text.
Object.assign(globalThis, { PAGE_PARTS: { script: 'script', style: 'style' } });

beforeEach(() => {
  Object.assign(process.env, variables);
  ses.reset();
  events.reset();
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0 });
  ses.on(SendEmailCommand).resolves({ MessageId: 'm' });
});
afterEach(() => {
  process.env = { ...before };
  jest.restoreAllMocks();
});

it('reports a run to the address, with the names and through the bucket that its variables give', async () => {
  const bucket = fakeBucket(() => new Date());
  bucket.put('runs/run-1/manifest.json', manifest(1, { startedAt: new Date().toISOString() }));
  bucket.put(`runs/run-1/${accountId(1)}.json`, resultOf(1));
  const lines: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });

  const { handler } = await import('../../../lambda/reporter/index');
  expect(await handler({}, context)).toEqual({ reported: ['run-1'], waiting: [] });
  expect(ses).toHaveReceivedCommandWith(SendEmailCommand, {
    FromEmailAddress: 'rotation@example.com',
    ReplyToAddresses: ['help@example.com'],
    Destination: { ToAddresses: ['admin@example.com'] },
    ConfigurationSetName: 'set',
  });
  expect(events).toHaveReceivedCommandTimes(PutEventsCommand, 1);
  expect(bucket.mock.calls().every((call) => (call.args[0].input as { Bucket: string }).Bucket === 'results')).toBe(true);
  expect(lines.filter((line) => line.includes('"RunsReported":1') && line.includes('"Namespace":"IamKeyRotation"'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('run reported') && line.includes('run-1'))).toHaveLength(1);
});

it('refuses an event it does not know and names the nearest key', async () => {
  const { handler } = await import('../../../lambda/reporter/index');
  await expect(handler({ runid: 'x' }, context)).rejects.toThrow('unknown key "runid", the nearest known one is "runId"');
  expect(ses).not.toHaveReceivedCommand(SendEmailCommand);
});

it('does not start without its variables', async () => {
  delete process.env['RESULTS_BUCKET'];
  await jest.isolateModulesAsync(async () => {
    await expect(import('../../../lambda/reporter/index')).rejects.toThrow('RESULTS_BUCKET');
  });
});
