import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { listObjects } from '../../../lambda/runs/list-objects';
import { fakeBucket } from '../../helpers/fake-bucket';

const NOW = new Date('2026-11-21T04:00:00.000Z');
const list = (prefix: string, how?: Parameters<typeof listObjects>[3]) =>
  listObjects(new S3Client({ region: 'eu-west-1' }), 'b', prefix, how);

it('gives every object on every page, with its time and its entity tag', async () => {
  const bucket = fakeBucket(() => NOW, 2);
  for (const key of ['a/1', 'a/2', 'a/3', 'b/1']) bucket.put(key, key);
  const { objects, prefixes } = await list('a/');
  expect(objects.map(({ key, modified }) => [key, modified])).toEqual(['a/1', 'a/2', 'a/3'].map((key) => [key, NOW]));
  expect(new Set(objects.map(({ etag }) => etag)).size).toBe(3);
  expect(prefixes).toEqual([]);
});

it('gives what is further down as prefixes', async () => {
  const bucket = fakeBucket(() => NOW, 1);
  for (const key of ['a/x/1', 'a/x/2', 'a/y/1', 'a/z']) bucket.put(key, key);
  const { objects, prefixes } = await list('a/', { delimiter: '/' });
  expect([objects.map(({ key }) => key), prefixes]).toEqual([['a/z'], ['a/x/', 'a/y/']]);
});

it.each<[string, object, string]>([
  ['without the list', {}, 'of a/ without the list'],
  ['with an object without its date', { KeyCount: 1, Contents: [{ Key: 'a/1' }] }, 'without key or date'],
  ['with an object without its key', { KeyCount: 1, Contents: [{ LastModified: NOW }] }, 'without key or date'],
])('takes an answer %s for none', async (_, answer, message) => {
  fakeBucket(() => NOW)
    .mock.on(ListObjectsV2Command)
    .resolves(answer);
  await expect(list('a/')).rejects.toThrow(message);
});

it('takes an empty answer for what it says', async () => {
  fakeBucket(() => NOW)
    .mock.on(ListObjectsV2Command)
    .resolves({ KeyCount: 0 });
  await expect(list('a/')).resolves.toEqual({ objects: [], prefixes: [] });
});
