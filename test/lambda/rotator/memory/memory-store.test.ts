import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { NOTHING, type AccountMemory } from '../../../../lambda/rotator/memory/account-memory';
import { MemoryStore } from '../../../../lambda/rotator/memory/memory-store';
import { accessDenied, awsError, callsOf, namesOf, timeout } from '../../../helpers/aws';
import { ACCOUNT, daysAgo, NEW, OLD } from '../../../helpers/facts';
import { keyMemory, memoryOf, promise } from './factories';

const s3 = mockClient(S3Client);
const store = new MemoryStore(new S3Client({ region: 'eu-west-1' }), 'results');
const Key = `memory/${ACCOUNT}.json`;
const holds = (text: string, ETag = '"1"') =>
  s3.on(GetObjectCommand).resolves({ Body: { transformToString: () => Promise.resolve(text) } as never, ETag });
/** What a run had read before it wrote. */
const before = (etag = '"1"', memory = NOTHING) => ({ memory, etag });
const conflict = () => awsError('PreconditionFailed', 412);
const written = (): AccountMemory[] =>
  callsOf(s3).flatMap(({ name, input }) => (name === 'PutObject' ? [JSON.parse(input['Body'] as string) as AccountMemory] : []));
const conditions = (): unknown[] =>
  callsOf(s3).flatMap(({ name, input }) => (name === 'PutObject' ? [input['IfMatch'] ?? `none but ${String(input['IfNoneMatch'])}`] : []));

beforeEach(() => {
  s3.reset();
  s3.on(PutObjectCommand).resolves({});
});

describe('reading', () => {
  it('gives what was written, and by which mark it can be written again', async () => {
    holds(JSON.stringify(memoryOf()));
    await expect(store.read(ACCOUNT)).resolves.toEqual({ memory: memoryOf(), etag: '"1"' });
    expect(callsOf(s3)).toMatchObject([{ name: 'GetObject', input: { Bucket: 'results', Key } }]);
  });

  it('gives nothing for an account that no run has looked at', async () => {
    s3.on(GetObjectCommand).rejects(awsError('NoSuchKey', 404));
    await expect(store.read(ACCOUNT)).resolves.toEqual({ memory: NOTHING, etag: undefined });
    expect(namesOf(s3)).toEqual(['GetObject']);
  });

  it('gives nothing where an absent object is refused, once the list shows that it is absent', async () => {
    s3.on(GetObjectCommand).rejects(accessDenied());
    s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key: `${Key}.bak` }] });
    await expect(store.read(ACCOUNT)).resolves.toEqual({ memory: NOTHING, etag: undefined });
    expect(callsOf(s3)[1]).toMatchObject({ name: 'ListObjectsV2', input: { Bucket: 'results', Prefix: Key } });
  });

  it.each([
    [
      'access is denied and it is there',
      () => {
        s3.on(GetObjectCommand).rejects(accessDenied());
        s3.on(ListObjectsV2Command).resolves({ Contents: [{ Key }] });
      },
      'AccessDenied: not authorized',
    ],
    [
      'access is denied and nobody says whether it is there',
      () => {
        s3.on(GetObjectCommand).rejects(accessDenied());
        s3.on(ListObjectsV2Command).rejects(accessDenied());
      },
      'AccessDenied: not authorized',
    ],
    ['the service fails', () => s3.on(GetObjectCommand).rejects(awsError('InternalError', 500)), 'InternalError: InternalError says no'],
    ['no answer comes', () => s3.on(GetObjectCommand).rejects(timeout()), 'TimeoutError: TimeoutError says no'],
    ['it is garbage', () => holds('<html>'), 'SyntaxError'],
    ['it is empty', () => holds(''), 'SyntaxError'],
    ['it is of another version', () => holds(JSON.stringify({ ...memoryOf(), version: 2 })), 'ZodError'],
  ])('fails the account when %s: what people were told is not known', async (_, seed, said) => {
    seed();
    await expect(store.read(ACCOUNT)).rejects.toMatchObject({
      name: 'AccountFailedError',
      message: expect.stringContaining(
        `what people of account ${ACCOUNT} were told cannot be read, so nothing was changed: s3://results/${Key}: ${said}`,
      ) as string,
      cause: expect.anything() as unknown,
    });
  });
});

describe('writing', () => {
  it.each([
    [undefined, 'none but *'],
    ['"7"', '"7"'],
  ])('replaces only what was read: %s', async (etag, condition) => {
    await store.write(ACCOUNT, memoryOf(), { memory: NOTHING, etag });
    expect(callsOf(s3)).toMatchObject([{ name: 'PutObject', input: { Bucket: 'results', Key, ContentType: 'application/json' } }]);
    expect([written(), conditions()]).toEqual([[memoryOf()], [condition]]);
  });

  it.each([conflict(), awsError('ConditionalRequestConflict', 409)])(
    'keeps what another run has written meanwhile, and writes on top of that: %s',
    async (error) => {
      holds(JSON.stringify(memoryOf({ [NEW]: keyMemory({ told: { disable: promise(0, 10) } }) })), '"2"');
      s3.on(PutObjectCommand).rejectsOnce(error).resolves({});
      await store.write(ACCOUNT, memoryOf({ [OLD]: keyMemory() }), before());
      expect(conditions()).toEqual(['"1"', '"2"']);
      expect(written()[1]).toEqual(memoryOf({ [NEW]: keyMemory({ told: { disable: promise(0, 10) } }), [OLD]: keyMemory() }));
    },
  );

  it('does not bring back what another run has taken away since both read it', async () => {
    const marked = memoryOf({}, { users: { bot: { policy: { name: 'fast', since: daysAgo(9).toISOString() } } } });
    holds(JSON.stringify(memoryOf({}, { users: { bot: {} } })), '"2"');
    s3.on(PutObjectCommand).rejectsOnce(conflict()).resolves({});
    await store.write(ACCOUNT, { ...marked, sweptTo: 'b' }, before('"1"', marked));
    expect(written()[1]?.users).toEqual({ bot: {} });
  });

  it('keeps on while others write first, five times, and then fails', async () => {
    holds(JSON.stringify(memoryOf({ [NEW]: keyMemory() })), '"2"');
    s3.on(PutObjectCommand).rejects(conflict());
    await expect(store.write(ACCOUNT, memoryOf(), before())).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect(written()).toHaveLength(5);
  });

  it('is done when an attempt that nobody answered has done it', async () => {
    holds(JSON.stringify(memoryOf()), '"2"');
    s3.on(PutObjectCommand).rejects(conflict());
    await store.write(ACCOUNT, memoryOf(), before());
    expect(conditions()).toEqual(['"1"']);
  });

  it('is not tried on top of what cannot be read', async () => {
    s3.on(GetObjectCommand).rejects(timeout());
    s3.on(PutObjectCommand).rejectsOnce(conflict()).resolves({});
    await expect(store.write(ACCOUNT, memoryOf(), before())).rejects.toMatchObject({ name: 'AccountFailedError' });
    expect(written()).toHaveLength(1);
  });

  it('fails by any other error at once', async () => {
    s3.on(PutObjectCommand).rejects(accessDenied());
    await expect(store.write(ACCOUNT, memoryOf(), before())).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(written()).toHaveLength(1);
  });

  it('begins a memory that another run has removed meanwhile', async () => {
    s3.on(GetObjectCommand).rejects(awsError('NoSuchKey', 404));
    s3.on(PutObjectCommand).rejectsOnce(conflict()).resolves({});
    await store.write(ACCOUNT, memoryOf(), before());
    expect(conditions()).toEqual(['"1"', 'none but *']);
  });
});
