import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { intentTag } from '../../../../lambda/core/plan/key-state';
import { openIntentRecords } from '../../../../lambda/rotator/memory/open-intent-records';
import type { IntentTag } from '../../../../lambda/shared/decision';
import { accessDenied, awsError, callsOf, namesOf, timeout } from '../../../helpers/aws';
import { ACCOUNT, NEW, NOW, OLD } from '../../../helpers/facts';

const s3 = mockClient(S3Client);
const at = (minutes: number): Date => new Date(NOW.getTime() + minutes * 60_000);
const intent: IntentTag = { tagKey: intentTag('0123abcd'), at: at(0), until: at(15), known: [OLD] };
const Key = `intents/${ACCOUNT}/0123abcd.json`;
const ALICE = { name: 'alice', keyIds: [NEW] };
const open = () => openIntentRecords({ s3: new S3Client({ region: 'eu-west-1' }), bucket: 'results' }, { account: ACCOUNT, watches: [] });
const holds = (text: string) => s3.on(GetObjectCommand).resolves({ Body: { transformToString: () => Promise.resolve(text) } as never });
/** What is written of an intent. */
async function noted(one: IntentTag, user = 'alice'): Promise<string> {
  await open().note(user, one);
  return callsOf(s3).at(-1)!.input['Body'] as string;
}

beforeEach(() => {
  s3.reset();
  s3.on(PutObjectCommand).resolves({});
});

it('writes an intent by the account and the token of its tag', async () => {
  await open().note('alice', intent);
  expect(callsOf(s3)).toMatchObject([{ name: 'PutObject', input: { Bucket: 'results', Key, ContentType: 'application/json' } }]);
});

it('throws when it cannot be written', async () => {
  s3.on(PutObjectCommand).rejects(accessDenied());
  await expect(open().note('alice', intent)).rejects.toMatchObject({ name: 'AccessDenied' });
});

it.each<[string, IntentTag]>([
  ['of the member store', intent],
  ['of the central store', { ...intent, central: true }],
  ['of a user without keys', { ...intent, known: [] }],
])('knows an intent again that it has written: %s', async (_, one) => {
  holds(await noted(one));
  await expect(open().isOurs(ALICE, one)).resolves.toBe(true);
  expect(callsOf(s3).at(-1)).toMatchObject({ name: 'GetObject', input: { Bucket: 'results', Key } });
});

it('knows an intent again of a user who was renamed since, by a key that they had then', async () => {
  holds(await noted(intent));
  await expect(open().isOurs({ name: 'renamed', keyIds: [OLD, NEW] }, intent)).resolves.toBe(true);
});

it('knows an intent again of which a later run has written when it saw no key', async () => {
  holds(await noted(intent));
  const seen = { ...intent, seen: at(60) };
  await expect(open().isOurs(ALICE, seen)).resolves.toBe(true);
});

it.each<[string, string, IntentTag]>([
  ['is of another user', 'bob', intent],
  ['says another beginning', 'alice', { ...intent, at: at(-1) }],
  ['says another end', 'alice', { ...intent, until: at(14) }],
  ['leaves out a key that the user had', 'alice', { ...intent, known: [] }],
  ['adds a key', 'alice', { ...intent, known: [OLD, NEW] }],
  ['says another store', 'alice', { ...intent, central: true }],
])('does not know a tag that %s', async (_, user, tag) => {
  holds(await noted(intent));
  await expect(open().isOurs({ name: user, keyIds: [NEW] }, tag)).resolves.toBe(false);
});

it('does not know an intent of which nothing was written', async () => {
  s3.on(GetObjectCommand).rejects(awsError('NoSuchKey', 404));
  await expect(open().isOurs(ALICE, intent)).resolves.toBe(false);
  s3.on(GetObjectCommand).rejects(accessDenied());
  s3.on(ListObjectsV2Command).resolves({});
  await expect(open().isOurs(ALICE, intent)).resolves.toBe(false);
});

it.each(['x', '../../memory/1', '0123abcd/../0123abcd', '0123abcde', ''])(
  'asks nothing about a tag that we never write, and writes none: %j',
  async (token) => {
    const other = { ...intent, tagKey: intentTag(token) };
    await expect(open().isOurs(ALICE, other)).resolves.toBe(false);
    await expect(open().note('alice', other)).rejects.toMatchObject({ name: 'RotationError' });
    expect(namesOf(s3)).toEqual([]);
  },
);

it.each([
  ['the service fails', () => s3.on(GetObjectCommand).rejects(awsError('InternalError', 500)), 'InternalError says no'],
  ['no answer comes', () => s3.on(GetObjectCommand).rejects(timeout()), 'TimeoutError says no'],
  [
    'access is denied and it is there',
    () => {
      s3.on(GetObjectCommand).rejects(accessDenied());
      s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key }] });
    },
    'not authorized',
  ],
  ['it is garbage', () => holds('<html>'), `s3://results/${Key} cannot be read`],
  ['it is empty', () => holds(''), `s3://results/${Key} cannot be read`],
  ['it is something else', () => holds('{}'), `s3://results/${Key} cannot be read`],
])('throws when %s: whether the intent is ours is not known', async (_, seed, message) => {
  seed();
  await expect(open().isOurs(ALICE, intent)).rejects.toThrow(message);
});

it('has its calls watched as all calls about users', () => {
  const [client, watch] = [new S3Client({ region: 'eu-west-1' }), jest.fn()];
  openIntentRecords({ s3: client, bucket: 'results' }, { account: ACCOUNT, watches: [{ watch }] });
  expect(watch.mock.calls).toEqual([[client]]);
});
