import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { readUndelivered } from '../../../../lambda/rotator/memory/read-undelivered';
import { accessDenied } from '../../../helpers/aws';
import { ACCOUNT } from '../../../helpers/facts';
import { fakeBucket } from '../../../helpers/fake-bucket';

const bucket = fakeBucket(() => new Date(), 2);
const read = (...mails: string[]) => readUndelivered(new S3Client({ region: 'eu-west-1' }), 'results', ACCOUNT, mails);
const put = (
  id: string,
  record: object | string = { id, kind: 'Reject', reason: '', to: ['a@x.io'], sent: '' },
  account = ACCOUNT,
): void => {
  bucket.put(`undelivered/${account}/${id}.json`, record);
};

beforeEach(() => {
  bucket.objects.clear();
  bucket.mock.resetHistory();
});

it('gives the records of the mails that are asked about, however many there are', async () => {
  for (const id of ['m1', 'm2', 'm3', 'm4', 'm5']) put(id);
  expect((await read('m5', 'm1', 'm9')).map(({ id }) => id)).toEqual(['m5', 'm1']);
});

it('is one call where nothing is recorded', async () => {
  expect(await read('m1')).toEqual([]);
  expect(bucket.mock.calls()).toHaveLength(1);
});

it('takes no other account’s record for its own', async () => {
  put('m1', {}, '999999999999');
  expect(await read('m1')).toEqual([]);
});

it('counts a record that says nothing', async () => {
  put('m1', 'no JSON');
  expect(await read('m1')).toMatchObject([{ id: 'm1', kind: 'unknown' }]);
});

it.each([
  ['list', ListObjectsV2Command],
  ['read', GetObjectCommand],
] as const)('throws when it may not %s', async (_, command) => {
  put('m1');
  bucket.mock.on(command as typeof GetObjectCommand).rejectsOnce(accessDenied());
  await expect(read('m1')).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('takes an answer without a list for no answer, and an empty one for what it says', async () => {
  bucket.mock.on(ListObjectsV2Command).resolvesOnce({});
  await expect(read('m1')).rejects.toThrow('without the list that was asked for');
  bucket.mock.on(ListObjectsV2Command).resolves({ KeyCount: 0 });
  await expect(read('m1')).resolves.toEqual([]);
});
