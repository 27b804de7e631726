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

describe('a key that no tag of its user tells of', () => {
  const key = (seconds: number, id = NEW) => ({ id, created: new Date(NOW.getTime() + seconds * 1_000) });
  const lists = (...written: number[]) =>
    s3.on(ListObjectsV2Command, { Bucket: 'results', Prefix: `intents/${ACCOUNT}/` }).resolves({
      KeyCount: written.length,
      ...(written.length > 0 && {
        Contents: written.map((minutes, index) => ({ Key: Key.replace('0123abcd', `0123abc${index}`), LastModified: at(minutes) })),
      }),
    });

  it.each<[string, number, { id?: string; user?: { name: string; keyIds: string[] } }, boolean]>([
    ['was made right after the record', 2, {}, true],
    ['was made at the end of the call’s window', 60, {}, true],
    ['was made after it', 61, {}, false],
    ['was made before the record', -6, {}, false],
    ['was made a little before it, by another clock', -5, {}, true],
    ['was there before', 2, { id: OLD }, false],
    ['is another user’s', 2, { user: { name: 'bob', keyIds: [NEW] } }, false],
    ['is of a user who was renamed since', 2, { user: { name: 'alicia', keyIds: [OLD, NEW] } }, true],
  ])('is announced or not: it %s', async (_, seconds, { id, user = { name: 'alice', keyIds: [OLD, NEW] } }, expected) => {
    holds(await noted(intent));
    lists(0);
    await expect(open().announced(user, key(seconds, id))).resolves.toBe(expected);
  });

  it('is looked for among the records of its time alone', async () => {
    holds(await noted(intent));
    lists(-4, 4, 1);
    s3.resetHistory();
    await expect(open().announced(ALICE, key(2))).resolves.toBe(true);
    expect(callsOf(s3).map(({ input }) => input['Key'])).toEqual([undefined, Key.replace('0123abcd', '0123abc2')]);
  });

  it('costs one listing for all users of an invocation, and one look at each record', async () => {
    holds(await noted(intent));
    lists(0);
    const records = open();
    s3.resetHistory();
    await Promise.all([records.announced(ALICE, key(2)), records.announced({ name: 'bob', keyIds: [] }, key(3))]);
    expect(namesOf(s3)).toEqual(['ListObjectsV2', 'GetObject']);
  });

  it('is a person’s where nothing was recorded', async () => {
    lists();
    await expect(open().announced(ALICE, key(2))).resolves.toBe(false);
  });

  it('is looked for on every page', async () => {
    holds(await noted(intent));
    s3.on(ListObjectsV2Command)
      .resolvesOnce({ KeyCount: 1, Contents: [{ Key: 'x', LastModified: at(-9) }], IsTruncated: true, NextContinuationToken: 'more' })
      .resolves({ KeyCount: 1, Contents: [{ Key, LastModified: at(0) }] });
    await expect(open().announced(ALICE, key(2))).resolves.toBe(true);
  });

  it.each<[string, object, string]>([
    ['without the list', {}, 'without the list'],
    ['with an object without its date', { KeyCount: 1, Contents: [{ Key }] }, 'without key or date'],
    ['with an object without its key', { KeyCount: 1, Contents: [{ LastModified: at(0) }] }, 'without key or date'],
  ])('is not known after an answer %s', async (_, answer, message) => {
    s3.on(ListObjectsV2Command).resolves(answer);
    await expect(open().announced(ALICE, key(2))).rejects.toThrow(message);
  });

  it('is not known when the records cannot be listed or read, and is asked about again for the next user', async () => {
    const records = open();
    s3.on(ListObjectsV2Command).rejectsOnce(accessDenied());
    await expect(records.announced(ALICE, key(2))).rejects.toMatchObject({ name: 'AccessDenied' });
    lists(0);
    s3.on(GetObjectCommand).rejectsOnce(timeout());
    await expect(records.announced(ALICE, key(2))).rejects.toMatchObject({ name: 'TimeoutError' });
    holds(await noted(intent));
    await expect(records.announced(ALICE, key(2))).resolves.toBe(true);
  });
});

it('has its calls watched as all calls about users', () => {
  const [client, watch] = [new S3Client({ region: 'eu-west-1' }), jest.fn()];
  openIntentRecords({ s3: client, bucket: 'results' }, { account: ACCOUNT, watches: [{ watch }] });
  expect(watch.mock.calls).toEqual([[client]]);
});
