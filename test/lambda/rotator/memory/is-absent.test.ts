import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { isAbsent } from '../../../../lambda/rotator/memory/is-absent';
import { accessDenied, awsError, callsOf, namesOf, timeout } from '../../../helpers/aws';

const s3 = mockClient(S3Client);
const place = { Bucket: 'results', Key: 'memory/1.json' };
const absent = (error: Error) => isAbsent(new S3Client({ region: 'eu-west-1' }), place, error);

beforeEach(() => {
  s3.reset();
  s3.on(ListObjectsV2Command).resolves({});
});

it.each([
  ['S3 knows no such object', awsError('NoSuchKey', 404), true],
  ['the service fails', awsError('InternalError', 500), false],
  ['no answer comes', timeout(), false],
])('when %s, nothing more is asked', async (_, error, expected) => {
  await expect(absent(error)).resolves.toBe(expected);
  expect(namesOf(s3)).toEqual([]);
});

it.each([
  ['nothing', [], true],
  ['another object that begins alike', [{ Key: 'memory/1.json.bak' }], true],
  ['the object', [{ Key: 'memory/1.json' }], false],
])('when reading is refused and the list shows %s', async (_, Contents, expected) => {
  s3.on(ListObjectsV2Command).resolves({ Contents });
  await expect(absent(accessDenied())).resolves.toBe(expected);
  expect(callsOf(s3)).toMatchObject([{ name: 'ListObjectsV2', input: { Bucket: 'results', Prefix: 'memory/1.json' } }]);
});

it('is not said when the list cannot be had either', async () => {
  s3.on(ListObjectsV2Command).rejects(accessDenied());
  await expect(absent(accessDenied())).resolves.toBe(false);
});
