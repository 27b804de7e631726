import { S3Client } from '@aws-sdk/client-s3';
import { givenRun, mayStillAnswer, readRun, type Run } from '../../../lambda/reporter/runs-to-report';
import { RunStore } from '../../../lambda/runs/run-store';
import { ANSWER_TIME_MS } from '../../../lambda/runs/run-summary';
import { fakeBucket } from '../../helpers/fake-bucket';
import { accountId, manifest, resultOf } from './factories';

const START = '2026-11-21T02:00:00.000Z';
const after = (milliseconds: number): Date => new Date(Date.parse(START) + milliseconds);
const store = () => new RunStore(new S3Client({ region: 'eu-west-1' }), 'results');

it('reads a run with its manifest and who answered, and knows a folder without a manifest for none', async () => {
  const bucket = fakeBucket(() => after(0));
  bucket.put('runs/run-1/manifest.json', manifest(2));
  bucket.put(`runs/run-1/${accountId(2)}.json`, resultOf(2));
  bucket.put(`runs/run-2/${accountId(2)}.json`, resultOf(2));
  expect(await readRun(store(), 'run-1')).toMatchObject({
    runId: 'run-1',
    startedAt: Date.parse(START),
    answers: [{ account: accountId(2) }],
  });
  expect(await readRun(store(), 'run-2')).toBeUndefined();
  await expect(givenRun(store(), 'run-2')).rejects.toThrow('runId "run-2": there is no runs/run-2/manifest.json in the results bucket');
});

it('counts a run whose manifest cannot be read from when that was written', async () => {
  fakeBucket(() => after(7)).put('runs/run-1/manifest.json', '{');
  const run = await readRun(store(), 'run-1');
  expect([run?.startedAt, mayStillAnswer(run!, after(8))]).toEqual([after(7).getTime(), true]);
});

it.each([
  ['nobody has answered', [], [], true],
  ['one has', [1], [], true],
  ['all have', [1, 2], [], false],
  ['the others were not dispatched', [1], [2], false],
])('while there is time, when %s', (_, answered, failed, expected) => {
  const run: Run = {
    runId: 'run-1',
    manifest: manifest(2, { failed: failed.map((n) => ({ account: accountId(n), error: 'E', message: 'm' })) }),
    startedAt: Date.parse(START),
    answers: answered.map((n) => ({ account: accountId(n), etag: 'e' })),
  };
  expect(mayStillAnswer(run, after(ANSWER_TIME_MS - 1))).toBe(expected);
  expect(mayStillAnswer(run, after(ANSWER_TIME_MS))).toBe(false);
});
