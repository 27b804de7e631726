import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ChainStore, entryFile, entryNumber } from '../../../lambda/chain/chain-store';
import { fakeBucket } from '../../helpers/fake-bucket';

const at = (day: number): Date => new Date(Date.UTC(2026, 10, day));
const store = () => new ChainStore(new S3Client({ region: 'eu-west-1' }), 'results');
const keyOf = (number: number): string => `evidence/00000${number < 1_000 ? 0 : 1}/${entryFile(number)}`;
const numbers = async (since: Date): Promise<number[]> => (await store().linksSince(since)).map(({ number }) => number);

it.each([
  [1, 'evidence/000000/000000001.jsonl'],
  [999, 'evidence/000000/000000999.jsonl'],
  [1_000, 'evidence/000001/000001000.jsonl'],
  [1_234_567, 'evidence/001234/001234567.jsonl'],
])('entry %i lies under %s', async (number, key) => {
  const bucket = fakeBucket(() => at(1));
  await store().append(number, Buffer.from('x'));
  expect([...bucket.objects.keys()]).toEqual([key]);
  expect([entryNumber(key), entryNumber(entryFile(number))]).toEqual([number, number]);
});

it.each(['evidence/000000/1.jsonl', 'evidence/000000/000000001.json', 'x000000001.jsonl', ''])('%j is no entry', (name) => {
  expect(entryNumber(name)).toBeUndefined();
});

it('gives the entries since a moment, on several pages and from several folders, and never reads older folders', async () => {
  const bucket = fakeBucket(() => at(1), 2);
  for (const number of [997, 998, 999, 1_000, 1_001, 1_002]) bucket.put(keyOf(number), 'x', at(number - 990));
  bucket.put('evidence/000001/notes.txt', 'x', at(30));
  expect(await numbers(at(8))).toEqual([998, 999, 1_000, 1_001, 1_002]);
  expect(await numbers(at(11))).toEqual([1_001, 1_002]);
  const listed = bucket.mock.calls().flatMap(({ args }) => (args[0].input as { Prefix?: string }).Prefix ?? []);
  expect(listed.slice(listed.lastIndexOf('evidence/')).filter((prefix) => prefix.startsWith('evidence/000000'))).toEqual([]);
});

it('gives the newest entry, however old it is, and none of an empty chain', async () => {
  const bucket = fakeBucket(() => at(1));
  expect(await numbers(at(1))).toEqual([]);
  bucket.put(keyOf(7), 'x', at(2));
  expect(await numbers(at(20))).toEqual([7]);
});

it('writes only where nothing is', async () => {
  fakeBucket(() => at(1));
  expect(await store().append(1, Buffer.from('first'))).toBe(true);
  expect(await store().append(1, Buffer.from('second'))).toBe(false);
  expect((await store().read(1)).toString()).toBe('first');
});

it.each([
  ['PreconditionFailed', false],
  ['ConditionalRequestConflict', false],
])('takes %s for: somebody was first', async (name, written) => {
  fakeBucket(() => at(1))
    .mock.on(PutObjectCommand)
    .rejects(Object.assign(new Error('no'), { name }));
  expect(await store().append(1, Buffer.from('x'))).toBe(written);
});

it('lets every other refusal through', async () => {
  fakeBucket(() => at(1))
    .mock.on(PutObjectCommand)
    .rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  await expect(store().append(1, Buffer.from('x'))).rejects.toThrow('no');
});
