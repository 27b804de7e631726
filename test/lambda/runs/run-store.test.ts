import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { RunStore } from '../../../lambda/runs/run-store';
import type { AccountResult, RunManifest } from '../../../lambda/runs/schemas';
import { accessDenied, callsOf } from '../../helpers/aws';
import { ACCOUNT } from '../../helpers/facts';

const s3 = mockClient(S3Client);
const store = new RunStore(new S3Client({ region: 'eu-west-1' }), 'results');
const manifest: RunManifest = { runId: 'run-1', startedAt: '', dryRun: true, accounts: [], skipped: [], failed: [] };
const result: AccountResult = {
  runId: 'run-1',
  account: { id: ACCOUNT, name: 'Payments', email: 'aws@example.com' },
  dryRun: true,
  startedAt: '',
  finishedAt: '',
  status: 'succeeded',
  coverage: 'report',
  usersSeen: 0,
  users: [],
  failures: [],
  left: [],
  mails: [],
};

beforeEach(() => s3.reset());

it.each([
  ['a manifest', () => store.putManifest(manifest), 'runs/run-1/manifest.json', manifest],
  ['a result', () => store.putResult(result), `runs/run-1/${ACCOUNT}.json`, result],
])('keeps %s where the reporter looks for it, as JSON', async (_, put, Key, content) => {
  await put();
  expect(callsOf(s3)).toMatchObject([{ name: 'PutObject', input: { Bucket: 'results', Key, ContentType: 'application/json' } }]);
  expect(JSON.parse(callsOf(s3)[0]?.input['Body'] as string)).toEqual(content);
});

it('fails when S3 refuses', async () => {
  s3.on(PutObjectCommand).rejects(accessDenied());
  await expect(store.putManifest(manifest)).rejects.toMatchObject({ name: 'AccessDenied' });
});
