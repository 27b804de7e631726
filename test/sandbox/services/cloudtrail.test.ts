import { CloudTrailClient, LookupEventsCommand, type LookupEventsCommandInput } from '@aws-sdk/client-cloudtrail';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { S3Client, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { allow, failure, Harness, management, member, region } from '../harness';

let harness: Harness;
beforeEach(async () => {
  harness = await Harness.start();
});
afterEach(() => {
  harness.stop();
});

const day = 86_400_000;
/** Somebody who asks, in the region given. */
const asking = (inRegion = region, account = management) =>
  new CloudTrailClient({
    ...harness.user(`asker-${harness.kernel.next()}`, [allow('cloudtrail:LookupEvents')], account),
    region: inRegion,
  });
const byKey = (AttributeValue: string): LookupEventsCommandInput => ({
  LookupAttributes: [{ AttributeKey: 'AccessKeyId', AttributeValue }],
});
const lookUp = async (input: LookupEventsCommandInput, inRegion?: string, account?: string) =>
  (await asking(inRegion, account).send(new LookupEventsCommand(input))).Events ?? [];

it('keeps what a user’s key was used for, with address and program, newest first', async () => {
  const alice = harness.user('alice');
  await new STSClient({ ...alice, customUserAgent: 'deploy/1.0' }).send(new GetCallerIdentityCommand({}));
  harness.kernel.clock.advance(60_000);
  await new SecretsManagerClient(alice).send(new ListSecretsCommand({}));
  const events = await lookUp(byKey(alice.credentials.accessKeyId));
  expect(events.map(({ EventSource, EventName, Username }) => [EventSource, EventName, Username])).toEqual([
    ['secretsmanager.amazonaws.com', 'ListSecrets', 'alice'],
    ['sts.amazonaws.com', 'GetCallerIdentity', 'alice'],
  ]);
  expect(JSON.parse(events[1]?.CloudTrailEvent ?? '')).toMatchObject({
    eventName: 'GetCallerIdentity',
    awsRegion: region,
    sourceIPAddress: expect.stringContaining('127.0.0.1') as string,
    userAgent: expect.stringContaining('deploy/1.0') as string,
    userIdentity: { userName: 'alice', accessKeyId: alice.credentials.accessKeyId },
  });
});

it('keeps what was refused, with its code, and nothing that moves data', async () => {
  const bob = harness.user('bob', []);
  await failure(new SecretsManagerClient(bob).send(new ListSecretsCommand({})));
  await failure(new S3Client({ ...bob, forcePathStyle: true }).send(new ListObjectsV2Command({ Bucket: 'b' })));
  const [event, ...others] = await lookUp(byKey(bob.credentials.accessKeyId));
  expect(JSON.parse(event?.CloudTrailEvent ?? '')).toMatchObject({ eventName: 'ListSecrets', errorCode: 'AccessDeniedException' });
  expect(others).toEqual([]);
});

it('shows events in their region, those of IAM in us-east-1, for 90 days, and of one account', async () => {
  const alice = harness.user('alice');
  const { accessKeyId } = alice.credentials;
  await new IAMClient(alice).send(new ListUsersCommand({}));
  const names = async (...where: [inRegion?: string, account?: string]) =>
    (await lookUp(byKey(accessKeyId), ...where)).map(({ EventName }) => EventName);
  expect(await names()).toEqual([]);
  expect(await names('us-east-1', member)).toEqual([]);
  expect(await names('us-east-1')).toEqual(['ListUsers']);
  harness.kernel.clock.advance(91 * day);
  expect(await names('us-east-1')).toEqual([]);
});

it('shows fifty at a time, until there are no more', async () => {
  const people = harness.people();
  people.addUser({ name: 'alice' });
  const { id } = people.createKey('alice');
  people.callWithKey('alice', id, { times: 60 });
  const client = asking();
  const first = await client.send(new LookupEventsCommand(byKey(id)));
  const second = await client.send(new LookupEventsCommand({ ...byKey(id), NextToken: first.NextToken }));
  expect([first.Events?.length, second.Events?.length, second.NextToken]).toEqual([50, 10, undefined]);
  expect(people.user('alice').keys[0]?.lastUsed).toMatchObject({ service: 'sts', region });
});

it('looks up by other attributes and between moments', async () => {
  const people = harness.people();
  people.addUser({ name: 'alice' });
  const { id } = people.createKey('alice');
  const at = new Date(harness.kernel.clock.now().getTime() - 3 * day);
  people.callWithKey('alice', id, { at, service: 'ec2', operation: 'DescribeInstances', address: '203.0.113.9' });
  people.callWithKey('alice', id, {});
  const found = async (input: LookupEventsCommandInput) => {
    harness.kernel.clock.advance(1_000);
    return (await lookUp(input)).map(({ EventName }) => EventName).filter((name) => name !== 'LookupEvents');
  };
  expect(await found({ LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'DescribeInstances' }] })).toEqual([
    'DescribeInstances',
  ]);
  expect(await found({ EndTime: at })).toEqual(['DescribeInstances']);
  expect(await found({ StartTime: new Date(at.getTime() + day) })).toEqual(['GetCallerIdentity']);
});

it.each<[string, LookupEventsCommandInput, string]>([
  [
    'two attributes',
    { LookupAttributes: [1, 2].map(() => ({ AttributeKey: 'EventName' as const, AttributeValue: 'a' })) },
    'InvalidLookupAttributesException',
  ],
  [
    'an attribute that it does not keep',
    { LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: 'a' }] },
    'InvalidLookupAttributesException',
  ],
  ['too large a page', { MaxResults: 51 }, 'InvalidMaxResultsException'],
  ['an end before the start', { StartTime: new Date(2), EndTime: new Date(1) }, 'InvalidTimeRangeException'],
  ['a token of its own', { NextToken: 'x' }, 'InvalidNextTokenException'],
])('refuses %s', async (_, input, code) => {
  expect(await failure(asking().send(new LookupEventsCommand(input)))).toMatch(new RegExp(`^${code}`));
});

it('takes two look-ups a second, in each account and region', async () => {
  const client = asking();
  const ask = () => client.send(new LookupEventsCommand({}));
  await ask();
  await ask();
  expect(await failure(ask())).toMatch(/^ThrottlingException/);
  expect(await lookUp({}, 'us-east-1')).toEqual([]);
  harness.kernel.clock.advance(1_000);
  expect(await failure(ask())).toBe('it succeeded');
});

it('refuses whoever may not ask', async () => {
  const client = new CloudTrailClient(harness.user('nobody', []));
  expect(await failure(client.send(new LookupEventsCommand({})))).toMatch(/^AccessDenied/);
});
