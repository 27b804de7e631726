import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ChainStore, entryFile } from '../../../lambda/chain/chain-store';
import { parseEntry, type StoredEntry } from '../../../lambda/chain/entry';
import { sha256 } from '../../../lambda/chain/hash';
import type { Sign } from '../../../lambda/chain/sign';
import { appendEvidence, Proofs, type EvidenceServices } from '../../../lambda/reporter/append-evidence';
import { RunStore } from '../../../lambda/runs/run-store';
import { bodyOf, fakeBucket } from '../../helpers/fake-bucket';
import { action, user } from '../mail/factories';
import { accountId, manifest, resultOf } from './factories';

const NOW = new Date('2026-11-21T04:00:00.000Z');
const SINCE = new Date('2026-11-14T04:00:00.000Z');
const RUN = '20261121T020000Z-1234abcd';
const OTHER_RUN = '20261120T020000Z-1234abcd';
const MANUAL = 'manual-20261121T030000Z-1234abcd';

let bucket: ReturnType<typeof fakeBucket>;
let services: EvidenceServices;
let warnings: unknown[];
const sign: Sign = (line) =>
  Promise.resolve({ algorithm: 'ECDSA_SHA_256', key: 'arn', signature: Buffer.from(line.slice(0, 9)).toString('base64') });

beforeEach(() => {
  bucket = fakeBucket(() => NOW);
  warnings = [];
  const s3 = new S3Client({ region: 'eu-west-1' });
  services = {
    store: new RunStore(s3, 'results'),
    chain: new ChainStore(s3, 'results'),
    logger: { info: () => undefined, warn: (...args) => warnings.push(args) },
  };
});

const keyOf = (number: number): string => `evidence/000000/${entryFile(number)}`;
const append = (more: Partial<Parameters<typeof appendEvidence>[1]> = {}, using = services): Promise<void> =>
  appendEvidence(using, { since: SINCE, now: NOW, proofs: new Proofs(), ...more });
const putRun = (runId: string, accounts: number, answers: readonly number[], startedAt = '2026-11-21T02:00:00.000Z'): void => {
  bucket.put(`runs/${runId}/manifest.json`, manifest(accounts, { runId, startedAt }));
  for (const n of answers) putAnswer(runId, n);
};
const putAnswer = (runId: string, n: number, more: Parameters<typeof resultOf>[1] = {}): void => {
  bucket.put(`runs/${runId}/${accountId(n)}.json`, resultOf(n, { runId, users: [user('alice', { actions: [action()] })], ...more }));
};
const chain = (): StoredEntry[] =>
  [...bucket.objects]
    .filter(([key]) => key.startsWith('evidence/'))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { body }]) => parseEntry(Buffer.from(body)));
const told = () =>
  chain().map(({ entry: { number, kind, runId, accounts } }) => [number, kind, runId, accounts.map(({ account }) => account[0]).join('')]);
const isLinked = (): boolean =>
  chain().every(({ entry }, place, all) => entry.previous === (all[place - 1]?.sha256 ?? null) && entry.number === place + 1);

describe('what gets an entry', () => {
  it('each run that is over, oldest first, with the hash of each result as stored and of the entry before', async () => {
    putRun(RUN, 2, [1, 2]);
    putRun(OTHER_RUN, 1, [1], '2026-11-20T02:00:00.000Z');
    await append();
    expect(told()).toEqual([
      [1, 'run', OTHER_RUN, '1'],
      [2, 'run', RUN, '12'],
    ]);
    expect(isLinked()).toBe(true);
    const [, { entry } = { entry: undefined }] = chain();
    expect(entry?.accounts[0]?.resultSha256).toBe(sha256(bucket.objects.get(`runs/${RUN}/${accountId(1)}.json`)!.body));
    expect(entry).toMatchObject({ startedAt: '2026-11-21T02:00:00.000Z', at: NOW.toISOString(), mode: 'enforcing' });
  });

  it('says who was silent, not dispatched and skipped, and that it was a DryRun or by force', async () => {
    const failed = [{ account: accountId(2), error: 'E', message: 'm' }];
    const skipped = [{ account: accountId(9), name: 'Nine', code: 'excluded-account' as const, reason: 'r' }];
    bucket.put(`runs/${RUN}/manifest.json`, manifest(3, { runId: RUN, dryRun: true, forceRotate: 'alice', failed, skipped }));
    putAnswer(RUN, 1);
    await append();
    expect(chain()[0]?.entry).toMatchObject({
      mode: 'dry run',
      forceRotate: 'alice',
      sent: { dispatched: 3, silent: [accountId(3)], notDispatched: [accountId(2)], skipped: [accountId(9)] },
    });
  });

  it('an account rotated by hand, which no report has', async () => {
    putAnswer(MANUAL, 1, { dryRun: true });
    await append();
    expect(chain()[0]?.entry).toMatchObject({ kind: 'run', runId: MANUAL, mode: 'dry run', startedAt: '2026-11-21T03:00:00.000Z' });
    expect(chain()[0]?.entry.sent).toBeUndefined();
  });

  it('no run that may still be answered, and nothing when there is no run', async () => {
    await append();
    putRun(RUN, 2, [1], '2026-11-21T03:50:00.000Z');
    await append();
    expect(bucket.calls).toEqual([]);
  });

  it('a run whose manifest cannot be read, with what its answers say', async () => {
    bucket.put(`runs/${RUN}/manifest.json`, '{', new Date('2026-11-21T02:00:00.000Z'));
    putAnswer(RUN, 1);
    await append();
    expect(chain()[0]?.entry).toMatchObject({ mode: 'enforcing', startedAt: '2026-11-21T02:00:00.000Z' });
  });

  it('a result that is none, by its hash, and with why it has no records', async () => {
    putRun(RUN, 1, []);
    bucket.put(`runs/${RUN}/${accountId(1)}.json`, 'no result');
    await append();
    expect(chain()[0]?.entry.accounts).toMatchObject([{ resultSha256: sha256('no result'), records: 0, mode: 'unknown' }]);
    expect(chain()[0]?.entry.accounts[0]?.unreadable).toContain('SyntaxError');
  });

  it('a run of long ago that is asked for', async () => {
    putRun('20260101T020000Z-1234abcd', 1, [1], '2026-01-01T02:00:00.000Z');
    await append({ asked: '20260101T020000Z-1234abcd' });
    expect(told()).toEqual([[1, 'run', '20260101T020000Z-1234abcd', '1']]);
    await append({ asked: '20260101T020000Z-1234abcd' });
    expect(chain()).toHaveLength(1);
  });
});

describe('what is there already', () => {
  it('is left as it is', async () => {
    putRun(RUN, 1, [1]);
    await append();
    await append();
    expect(bucket.calls).toEqual([`put ${keyOf(1)}`]);
  });

  it('gets another entry for answers that came late, or took the place of others', async () => {
    putRun(RUN, 3, [1, 2]);
    await append();
    putAnswer(RUN, 3);
    putAnswer(RUN, 1, { status: 'partial' });
    await append();
    await append();
    expect(told()).toEqual([
      [1, 'run', RUN, '12'],
      [2, 'late', RUN, '13'],
    ]);
    expect(isLinked()).toBe(true);
    expect(chain()[1]?.entry).toMatchObject({ startedAt: '2026-11-21T02:00:00.000Z', mode: 'enforcing' });
  });

  it('is proven anew where somebody damaged the entry, and the chain goes on behind it', async () => {
    putRun(RUN, 1, [1]);
    await append();
    bucket.put(keyOf(1), 'damaged');
    await append();
    expect(parseEntry(Buffer.from(bucket.objects.get(keyOf(2))!.body)).entry).toMatchObject({ runId: RUN, previous: sha256('damaged') });
    expect(JSON.stringify(warnings)).toContain('evidence entry damaged');
  });
});

it('does not read again what this invocation has read, unless another result has taken its place', async () => {
  putRun(RUN, 2, [1, 2]);
  const proofs = new Proofs();
  await append({ proofs });
  const stale = chain()[0]!.entry.accounts;
  for (const key of [...bucket.objects.keys()].filter((name) => name.startsWith('evidence/'))) bucket.objects.delete(key);
  putAnswer(RUN, 2, { status: 'failed' });
  bucket.mock.resetHistory();
  await append({ proofs });
  const read = bucket.mock.commandCalls(GetObjectCommand).map(({ args }) => args[0].input.Key);
  expect(read.filter((key) => /\d{12}\.json$/.test(key ?? ''))).toEqual([`runs/${RUN}/${accountId(2)}.json`]);
  const [first, second] = chain()[0]!.entry.accounts;
  expect([first, second?.resultSha256 === stale[1]?.resultSha256]).toEqual([stale[0], false]);
});

describe('signing', () => {
  it('is of each entry, and the next one holds the hash of both', async () => {
    putRun(OTHER_RUN, 1, [1], '2026-11-20T02:00:00.000Z');
    putRun(RUN, 1, [1]);
    await append({}, { ...services, sign });
    expect(chain().map(({ signature }) => signature?.key)).toEqual(['arn', 'arn']);
    expect(isLinked()).toBe(true);
  });

  it('that fails leaves nothing unsigned, and the next invocation goes on', async () => {
    putRun(RUN, 1, [1]);
    const refused: Sign = () => Promise.reject(Object.assign(new Error('disabled'), { name: 'DisabledException' }));
    await expect(append({}, { ...services, sign: refused })).rejects.toThrow('disabled');
    expect(bucket.calls).toEqual([]);
    await append({}, { ...services, sign });
    expect(told()).toEqual([[1, 'run', RUN, '1']]);
  });
});

describe('several invocations', () => {
  /** Another invocation does the same right before the first entry is written. */
  const interrupted = (work: () => Promise<void>): void => {
    let isFirst = true;
    const own = services.chain.append.bind(services.chain);
    jest.spyOn(services.chain, 'append').mockImplementation(async (number, content) => {
      if (isFirst) {
        isFirst = false;
        await work();
      }
      return own(number, content);
    });
  };

  it('do not fork the chain, nor prove a run twice', async () => {
    putRun(OTHER_RUN, 1, [1], '2026-11-20T02:00:00.000Z');
    putRun(RUN, 1, [1]);
    interrupted(() => append());
    await append();
    expect(told()).toEqual([
      [1, 'run', OTHER_RUN, '1'],
      [2, 'run', RUN, '1'],
    ]);
    expect(isLinked()).toBe(true);
  });

  it('that are always first are an error, and nothing is overwritten', async () => {
    putRun(RUN, 1, [1]);
    jest.spyOn(services.chain, 'append').mockResolvedValue(false);
    await expect(append()).rejects.toThrow('other invocations wrote evidence 5 times first; the next invocation goes on');
    expect(bucket.calls).toEqual([]);
  });

  it('a write whose answer was lost is not repeated', async () => {
    putRun(RUN, 1, [1]);
    const own = services.chain.append.bind(services.chain);
    jest.spyOn(services.chain, 'append').mockImplementationOnce(async (number, content) => {
      await own(number, content);
      return own(number, content);
    });
    await append();
    expect(told()).toEqual([[1, 'run', RUN, '1']]);
  });
});

it('an answer that S3 does not give is left out, is an error, and is proven by the next invocation', async () => {
  putRun(RUN, 2, [1, 2]);
  const kept = bucket.objects;
  const gone = `runs/${RUN}/${accountId(2)}.json`;
  bucket.mock.on(GetObjectCommand, { Key: gone }).rejects(Object.assign(new Error('slow down'), { name: 'SlowDown' }));
  await expect(append()).rejects.toThrow(`the next invocation tries again to prove 1 answers: ${gone} cannot be read: SlowDown: slow down`);
  expect(told()).toEqual([[1, 'run', RUN, '1']]);
  bucket.mock.on(GetObjectCommand, { Key: gone }).callsFake(() => ({ Body: bodyOf(kept.get(gone)!.body), ETag: 'e' }));
  await append();
  expect(told()).toEqual([
    [1, 'run', RUN, '1'],
    [2, 'late', RUN, '2'],
  ]);
});

it('a bucket that takes nothing is an error', async () => {
  putRun(RUN, 1, [1]);
  bucket.mock.on(PutObjectCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  await expect(append()).rejects.toThrow('no');
});
