import { S3Client } from '@aws-sdk/client-s3';
import {
  recordedAccounts,
  recordedOrganization,
  type RecordedAccount,
  type UnrecordedAccount,
} from '../../../../cli/rotation/operations/stored-results';
import { RunStore } from '../../../../lambda/runs/run-store';
import type { AccountResult, Inventory, RunManifest } from '../../../../lambda/runs/schemas';
import { fakeBucket } from '../../../helpers/fake-bucket';
import { accountResult } from '../../../helpers/results';

const NOW = new Date('2026-06-10T12:00:00Z');
const bucket = fakeBucket(() => NOW, 1_000);
const store = new RunStore(new S3Client({ region: 'eu-west-1' }), 'results');
const [A, B, C] = ['111111111111', '222222222222', '333333333333'];
const INVENTORY: Inventory = { policy: { rotateMs: 1, disableMs: 2, deleteMs: 3 }, users: [] };

beforeEach(() => {
  bucket.objects.clear();
});

const runOf = (day: number): string => `202606${String(day).padStart(2, '0')}T020000Z-abcdef01`;
function run(day: number, manifest: Partial<RunManifest> = {}, runId = runOf(day)): string {
  const accounts = [A, B, C].map((id) => ({ id, name: `name of ${id}`, email: 'x@example.com' }));
  const startedAt = `2026-06-${String(day).padStart(2, '0')}T02:00:00Z`;
  bucket.put(`runs/${runId}/manifest.json`, { runId, startedAt, dryRun: false, accounts, skipped: [], failed: [], ...manifest });
  return runId;
}
function result(runId: string, account: string, more: Partial<AccountResult> = { inventory: INVENTORY }): void {
  bucket.put(`runs/${runId}/${account}.json`, accountResult({ runId, account: { id: account, name: account, email: '' }, ...more }));
}
async function recorded(onProgress?: (done: number) => void): Promise<(RecordedAccount | UnrecordedAccount)[]> {
  const found: (RecordedAccount | UnrecordedAccount)[] = [];
  for await (const one of recordedAccounts(store, await recordedOrganization(store, NOW), onProgress)) found.push(one);
  return found;
}
const inShort = async (): Promise<string[]> =>
  (await recorded()).map((one) => ('reason' in one ? `${one.account}: ${one.reason}` : `${one.account} ${one.asOf} ${one.later ?? ''}`));
const [at8, at9] = ['2026-06-08T02:00:00.000Z', '2026-06-09T02:00:00.000Z'];

it('takes the last record of each account, and says why it is not of the last run', async () => {
  const [earlier, last] = [run(8), run(9)];
  for (const account of [A, B, C]) result(earlier, account);
  result(last, A);
  result(last, B, { status: 'failed', failures: [{ step: 'account', error: 'AccountFailedError', message: 'cannot assume' }] });
  expect(await inShort()).toEqual([`${A} ${at9} `, `${B} ${at8} run ${last} failed there: cannot assume`, `${C} ${at8} `]);
});

it('takes a later record of a run for some accounts, and none of a forced rotation', async () => {
  const full = run(8);
  for (const account of [A, B, C]) result(full, account);
  const some = run(9, { skipped: [{ account: B, name: '', code: 'not-asked-for', reason: 'x' }] });
  result(some, A);
  result(run(10, { forceRotate: 'alice' }), A, { forceRotate: 'alice' });
  expect(await inShort()).toEqual([`${A} ${at9} `, `${B} ${at8} `, `${C} ${at8} `]);
});

it('names accounts without a record, each with the reason', async () => {
  const last = run(9, { failed: [{ account: '444444444444', error: 'TooManyRequestsException', message: 'no' }] });
  result(last, A, {});
  bucket.put(`runs/${last}/${B}.json`, '{');
  expect(await inShort()).toEqual([
    `${A}: its result of 2026-06-09 is of another version, which did not record every key in this way: the next run does, or --role reads the account as it is now`,
    expect.stringMatching(new RegExp(`^${B}: runs/${last}/${B}.json cannot be read`)) as string,
    `${C}: no run has stored a result of it`,
    '444444444444: no run has stored a result of it',
  ]);
});

it('finds the last run of all accounts behind any number of forced rotations, and throws where there is none', async () => {
  for (let nth = 0; nth < 45; nth += 1) run(9, { forceRotate: 'alice' }, `20260609T02${String(nth).padStart(2, '0')}00Z-abcdef01`);
  await expect(recorded()).rejects.toThrow(/no run of all accounts is in the results bucket since 2026-05-06: iam-keys doctor says why/);
  const full = run(8);
  bucket.put(`runs/${full}/manifest.json`, '{');
  await expect(recorded()).rejects.toThrow(`since 2026-05-06 (runs/${full}/manifest.json cannot be read`);
  result(run(8), A);
  expect((await inShort())[0]).toBe(`${A} ${at8} `);
});

it('reads 10,000 accounts, a few at a time, and tells how far it is', async () => {
  const ids = Array.from({ length: 10_000 }, (_, place) => String(100_000_000_000 + place));
  const last = run(9, { accounts: ids.map((id) => ({ id, name: '', email: '' })) });
  const text = JSON.stringify(accountResult({ runId: last, inventory: INVENTORY }));
  for (const id of ids) bucket.put(`runs/${last}/${id}.json`, text);
  let [reading, most] = [0, 0];
  const read = jest.spyOn(store, 'result').mockImplementation(async (runId, account) => {
    most = Math.max(most, (reading += 1));
    await Promise.resolve();
    const found = await RunStore.prototype.result.call(store, runId, account);
    reading -= 1;
    return found;
  });
  const progress: number[] = [];
  const accounts = await recorded((done) => progress.push(done));
  read.mockRestore();
  expect(accounts.map(({ account }) => account)).toEqual(ids);
  expect([progress.length, progress.at(-1), most]).toEqual([10_000, 10_000, 20]);
});
