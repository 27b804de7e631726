import { Readable } from 'node:stream';
import * as s3 from '@aws-sdk/client-s3';
import { allow, deny, failure, Harness, management, policy } from '../harness';

let harness: Harness;
let client: s3.S3Client;
const Bucket = 'results';
beforeEach(async () => {
  harness = await Harness.start();
  client = new s3.S3Client(harness.user('admin'));
  harness.kernel
    .account(management)
    .buckets.set(Bucket, { name: Bucket, region: 'eu-west-1', arn: `arn:aws:s3:::${Bucket}`, objects: new Map() });
});
afterEach(() => {
  client.destroy();
  harness.stop();
});
const put = (Key: string, Body: string | Readable, rest: Partial<s3.PutObjectCommandInput> = {}) =>
  client.send(new s3.PutObjectCommand({ Bucket, Key, Body, ...rest }));
const get = async (Key: string) => (await client.send(new s3.GetObjectCommand({ Bucket, Key }))).Body!.transformToString();

it.each(['runs/2026/1.json', 'a b+c/é☃.txt', "with'quote(1)*!", 'a//b', 'percent%20'])('keeps an object under the key %s', async (key) => {
  await put(key, 'content', { ContentType: 'text/plain', Metadata: { run: '1' } });
  const object = await client.send(new s3.GetObjectCommand({ Bucket, Key: key }));
  expect(await object.Body!.transformToString()).toBe('content');
  expect(object).toMatchObject({ ContentType: 'text/plain', Metadata: { run: '1' }, ContentLength: 7 });
  expect([...harness.kernel.account(management).buckets.get(Bucket)!.objects.keys()]).toEqual([key]);
});

it('takes a stream, which the SDK sends in chunks', async () => {
  await put('stream', Readable.from([Buffer.from('abc'), Buffer.from('def')]), { ContentLength: 6 });
  expect(await get('stream')).toBe('abcdef');
});

it('lists keys in order, with prefix, delimiter and pages', async () => {
  for (const key of ['runs/2/a', 'runs/1/a', 'runs/1/b', 'runs/x', 'other']) await put(key, key);
  const list = (input: Partial<s3.ListObjectsV2CommandInput>) => client.send(new s3.ListObjectsV2Command({ Bucket, ...input }));
  const flat = await list({ Prefix: 'runs/', Delimiter: '/' });
  expect(flat.CommonPrefixes?.map((common) => common.Prefix)).toEqual(['runs/1/', 'runs/2/']);
  expect(flat.Contents?.map((object) => object.Key)).toEqual(['runs/x']);
  const keys: string[][] = [];
  for await (const page of s3.paginateListObjectsV2({ client, pageSize: 2 }, { Bucket }))
    keys.push(page.Contents!.map((object) => object.Key!));
  expect(keys).toEqual([['other', 'runs/1/a'], ['runs/1/b', 'runs/2/a'], ['runs/x']]);
  expect((await list({ Prefix: 'none' })).Contents).toBeUndefined();
});

it('tells a missing object only to those who may list the bucket', async () => {
  const reader = new s3.S3Client(harness.user('reader', [allow('s3:GetObject')]));
  expect(await failure(get('none'))).toBe('NoSuchKey: The specified key does not exist.');
  expect(await failure(client.send(new s3.HeadObjectCommand({ Bucket, Key: 'none' })))).toMatch(/^NotFound/);
  expect(await failure(reader.send(new s3.GetObjectCommand({ Bucket, Key: 'none' })))).toMatch(/^AccessDenied: .*s3:ListBucket/);
  expect(await failure(client.send(new s3.GetObjectCommand({ Bucket: 'nowhere', Key: 'a' })))).toMatch(/^NoSuchBucket/);
  reader.destroy();
});

it('overwrites, deletes, and keeps an object that may only be created once', async () => {
  await put('a', 'one');
  await put('a', 'two');
  expect(await get('a')).toBe('two');
  expect(await failure(put('a', 'three', { IfNoneMatch: '*' }))).toMatch(/^PreconditionFailed/);
  await client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'a' }));
  expect(await failure(get('a'))).toMatch(/^NoSuchKey/);
});

describe('conditions', () => {
  const head = async (Key: string) => (await client.send(new s3.HeadObjectCommand({ Bucket, Key }))).ETag;

  it('keep a write from overwriting what somebody else wrote meanwhile', async () => {
    const { ETag: first } = await put('a', 'one');
    const { ETag: second } = await put('a', 'two', { IfMatch: first });
    expect(second).not.toBe(first);
    expect(await head('a')).toBe(second);
    expect((await client.send(new s3.GetObjectCommand({ Bucket, Key: 'a' }))).ETag).toBe(second);
    expect(await failure(put('a', 'three', { IfMatch: first }))).toMatch(/^PreconditionFailed/);
    expect(await get('a')).toBe('two');
  });

  it('on an object that is not there are answered with that', async () => {
    expect(await failure(put('none', 'x', { IfMatch: '"0"' }))).toMatch(/^NoSuchKey/);
    expect(await failure(put('a', 'x', { IfNoneMatch: '*' }))).toBe('it succeeded');
  });

  it('with an entity tag need permission to read', async () => {
    const { ETag } = await put('a', 'one');
    const writer = new s3.S3Client(harness.user('writer', [allow('s3:PutObject')]));
    const write = (rest: Partial<s3.PutObjectCommandInput>) =>
      failure(writer.send(new s3.PutObjectCommand({ Bucket, Key: 'a', Body: 'x', ...rest })));
    expect(await write({ IfMatch: ETag })).toMatch(/^AccessDenied: .*s3:GetObject/);
    expect(await write({ IfNoneMatch: '*' })).toMatch(/^PreconditionFailed/);
    expect(await write({})).toBe('it succeeded');
    writer.destroy();
  });

  it('can be asked for by a policy', async () => {
    const once = allow('s3:PutObject', '*', { Condition: { StringEquals: { 's3:if-none-match': '*' } } });
    const writer = new s3.S3Client(harness.user('writer', [once]));
    const write = (Key: string, rest: Partial<s3.PutObjectCommandInput>) =>
      failure(writer.send(new s3.PutObjectCommand({ Bucket, Key, Body: 'x', ...rest })));
    expect(await write('a', { IfNoneMatch: '*' })).toBe('it succeeded');
    expect(await write('b', {})).toMatch(/^AccessDenied/);
    writer.destroy();
  });

  it('bind reads and deletions too', async () => {
    const { ETag } = await put('a', 'one');
    const read = (rest: Partial<s3.GetObjectCommandInput>) => failure(client.send(new s3.GetObjectCommand({ Bucket, Key: 'a', ...rest })));
    expect(await read({ IfMatch: '"0"' })).toMatch(/^PreconditionFailed/);
    expect(await read({ IfNoneMatch: ETag })).toMatch(/^(304|NotModified|Unknown)/);
    const remove = (IfMatch?: string) => failure(client.send(new s3.DeleteObjectCommand({ Bucket, Key: 'a', IfMatch })));
    expect(await remove('"0"')).toMatch(/^PreconditionFailed/);
    expect(await remove(ETag)).toBe('it succeeded');
  });
});

it('tells a missing object to those who may list its prefix, and not beyond', async () => {
  const some = allow('s3:ListBucket', '*', { Condition: { StringLike: { 's3:prefix': 'runs/*' } } });
  const reader = new s3.S3Client(harness.user('reader', [allow('s3:GetObject'), some]));
  const read = (Key: string) => failure(reader.send(new s3.GetObjectCommand({ Bucket, Key })));
  expect(await read('runs/none')).toMatch(/^NoSuchKey/);
  expect(await read('none')).toMatch(/^AccessDenied/);
  reader.destroy();
});

it('obeys the bucket’s policy', async () => {
  harness.kernel.account(management).buckets.get(Bucket)!.policy = policy(
    deny('s3:PutObject', `arn:aws:s3:::${Bucket}/locked/*`, { Principal: '*' }),
  );
  expect(await failure(put('locked/a', 'x'))).toMatch(
    /^AccessDenied: .* on resource: "arn:aws:s3:::results\/locked\/a" with an explicit deny in a resource-based policy$/,
  );
  expect(await failure(put('open/a', 'x'))).toBe('it succeeded');
});

it('answers an operation that it does not emulate clearly', async () => {
  expect(await failure(client.send(new s3.CopyObjectCommand({ Bucket, Key: 'b', CopySource: 'results/a' })))).toBe(
    'NotImplemented: the sandbox does not emulate s3:CopyObject',
  );
});

it('survives a snapshot', async () => {
  await put('a', 'kept');
  harness.kernel.restore(harness.kernel.snapshot());
  expect(await get('a')).toBe('kept');
});
