import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { RunStore } from '../../../lambda/runs/run-store';
import { accessDenied } from '../../helpers/aws';
import { NOW } from '../../helpers/facts';
import { accountResult } from '../mail/factories';
import { fakeBucket } from '../../helpers/fake-bucket';
import { accountId, manifest } from '../reporter/factories';

const setUp = () => ({ bucket: fakeBucket(() => NOW, 2), store: new RunStore(new S3Client({ region: 'eu-west-1' }), 'results') });

it('lists the runs, page after page, without those by hand', async () => {
  const { bucket, store } = setUp();
  const runs = ['20261118T020000Z-a', '20261119T020000Z-b', '20261120T020000Z-c', '20261121T020000Z-d'];
  for (const run of [...runs, 'manual-20261121T020000Z-e']) bucket.put(`runs/${run}/manifest.json`, manifest(1));
  expect(await store.runIdsSince(NOW)).toEqual(runs);
});

it('asks S3 only for runs since the moment, so that history costs nothing', async () => {
  const { bucket, store } = setUp();
  await store.runIdsSince(new Date('2026-11-14T03:00:00Z'));
  const [call] = bucket.mock.commandCalls(ListObjectsV2Command);
  expect(call?.args[0].input).toMatchObject({ Prefix: 'runs/', Delimiter: '/', StartAfter: 'runs/20261114T030000Z' });
});

it('names the accounts that answered, and nothing else that lies there', async () => {
  const { bucket, store } = setUp();
  for (const name of ['manifest', 'summary', accountId(1), accountId(2), accountId(3), '12345']) bucket.put(`runs/run-1/${name}.json`, {});
  expect(await store.answered('run-1')).toEqual([1, 2, 3].map(accountId));
});

it('knows a reported run by its summary, not by one of a longer name', async () => {
  const { bucket, store } = setUp();
  bucket.put('runs/run-1/summary.json.bak', {});
  expect(await store.isReported('run-1')).toBe(false);
  await store.putSummary('run-1', { runs: 1 });
  expect(await store.isReported('run-1')).toBe(true);
});

it('gives the manifest, tells one that cannot be read from one that is not there', async () => {
  const { bucket, store } = setUp();
  expect(await store.manifest('run-1')).toBeUndefined();
  bucket.put('runs/run-1/manifest.json', manifest(2));
  expect(await store.manifest('run-1')).toEqual(manifest(2));
  bucket.put('runs/run-1/manifest.json', '{"runId":');
  expect(await store.manifest('run-1')).toMatchObject({
    unreadable: expect.stringMatching(/^runs\/run-1\/manifest.json cannot be read: SyntaxError: /) as string,
    written: NOW.toISOString(),
  });
});

it('never takes an error of listing for a run that is not there', async () => {
  const { bucket, store } = setUp();
  bucket.mock.on(ListObjectsV2Command).rejects(accessDenied());
  await expect(store.manifest('run-1')).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(store.isReported('run-1')).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(store.runIdsSince(NOW)).rejects.toMatchObject({ name: 'AccessDenied' });
});

it('gives an account’s result, or why it cannot be used, in short', async () => {
  const { bucket, store } = setUp();
  const id = accountId(1);
  bucket.put(`runs/run-1/${id}.json`, accountResult());
  expect(await store.result('run-1', id)).toMatchObject({ status: 'succeeded' });
  bucket.put(`runs/run-1/${id}.json`, { ...accountResult(), users: Array.from({ length: 100 }, () => 'x') });
  const { unreadable } = (await store.result('run-1', id)) as { unreadable: string };
  expect(unreadable.length).toBeLessThan(400);
  expect(await store.result('run-1', accountId(2))).toMatchObject({ unreadable: expect.stringContaining('AccessDenied') as string });
});

it('gives everything that a result says of users, tells one that is not there yet, and one that cannot be used', async () => {
  const { bucket, store } = setUp();
  const id = accountId(1);
  expect(await store.details('run-1', id)).toBeUndefined();
  const result = accountResult();
  const { users, failures } = result;
  bucket.put(`runs/run-1/${id}.json`, result);
  expect(await store.details('run-1', id)).toMatchObject({ users, failures });
  bucket.put(`runs/run-1/${id}.json`, '{"runId":');
  expect(await store.details('run-1', id)).toMatchObject({ unreadable: expect.stringContaining('SyntaxError') as string });
});

it('writes the report for people where it says that it lies', async () => {
  const { bucket, store } = setUp();
  await store.putReport('run-1', Buffer.from('<p>'));
  expect(bucket.objects.get('runs/run-1/report.html')).toMatchObject({ body: '<p>', type: 'text/html; charset=utf-8' });
  expect(store.reportLocation('run-1')).toBe('s3://results/runs/run-1/report.html');
});
