import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionLine } from '../../../cli/evidence/pack-files';
import { verifyPack } from '../../../cli/evidence/verify-pack';
import type { Fault } from '../../../sandbox/kernel/faults';
import type { Ended } from '../../helpers/commands-host';
import { operate } from '../../helpers/operator';
import { FUNCTIONS, MANAGEMENT, OTHER, TEAM, TestOrganization } from '../../helpers/sandbox-organization';
import { inTerminal } from '../../helpers/terminal';

const PERIOD = ['--from', '2026-01-05', '--to', '2026-01-25'];

let org: TestOrganization;
let folder: string;
let pack: string;
let made: Ended;

const iamKeys = (args: readonly string[]): Promise<Ended> => operate(org.sandbox, args, { environment: { COLUMNS: '400' } });
const objects = () => [...org.sandbox.kernel.account(MANAGEMENT.id).buckets.values()].find(({ name }) => name.includes('results'))!.objects;
const report = () => org.invoke(FUNCTIONS.reporter, {});

beforeAll(async () => {
  org = await TestOrganization.deployed('enforcing', [TEAM, OTHER], { settings: { evidenceKey: 'true' } });
  folder = mkdtempSync(join(tmpdir(), 'evidence-'));
  pack = join(folder, 'pack');
  org.addUser(TEAM, '+cmd', [{ ageDays: 95, usedDaysAgo: 1 }]);
  org.addUser(OTHER, 'carol', [{ ageDays: 95, usedDaysAgo: 1 }]);
  // Day 0: the answer of one account comes after the report.
  await org.run();
  const late = [...objects()].find(([key]) => key.startsWith('runs/') && key.endsWith(`${OTHER.id}.json`))!;
  objects().delete(late[0]);
  org.goToDay(0, 120);
  await report();
  objects().set(...late);
  await org.rotate(TEAM, {});
  org.goToDay(1, 120);
  await report();
  for (const day of [10, 20]) {
    org.goToDay(day);
    await org.run();
    org.goToDay(day, 120);
    await report();
  }
  made = await iamKeys(['evidence', ...PERIOD, '--out', pack]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await org.stop();
});

const lines = (): ActionLine[] => JSON.parse(readFileSync(join(pack, 'actions.json'), 'utf8')) as ActionLine[];

it('makes a pack of every run, by hand and late answers included, and says that it is signed', () => {
  expect(made.error).toBe('');
  expect(made.out).toContain('of 4 runs in 3 accounts; entries 1 to 5 of the chain');
  expect(made.out).toMatch(/Signed by arn:aws:kms:\S+:111122223333:key\//);
  expect(made.status).toBe(0);
});

it('names each action with its time, reason and the request ids that AWS gave its calls', () => {
  const calls = new Map(
    org.sandbox.calls.map(({ requestId, operation, at }) => [requestId, `${operation} ${at.toISOString().slice(0, 10)}`]),
  );
  const did = lines().filter(({ requests }) => requests.length > 0);
  expect(new Set(did.map(({ action }) => action))).toEqual(new Set(['rotate', 'disable', 'delete']));
  for (const { requests, reason, mode, account, accessKeyId, time } of did) {
    expect([mode, reason !== '', [TEAM.id, OTHER.id].includes(account), accessKeyId.length]).toEqual(['enforcing', true, true, 20]);
    expect(requests[0]?.at).toBe(time);
    for (const { id, call, at } of requests) expect(calls.get(id)).toBe(`${call} ${at.slice(0, 10)}`);
  }
  expect(did.find(({ action }) => action === 'rotate')?.requests.map(({ call }) => call)).toEqual(
    expect.arrayContaining(['CreateAccessKey', 'PutSecretValue', 'TagUser']),
  );
  expect(readFileSync(join(pack, 'actions.csv'), 'utf8')).toContain(did[0]!.requests[0]!.id);
});

it('holds no secret', () => {
  const secrets = [TEAM, OTHER].flatMap(({ id }) =>
    [...org.sandbox.kernel.account(id).users.values()].flatMap(({ keys }) => keys.map(({ secret }) => secret)),
  );
  expect(secrets.length).toBeGreaterThan(0);
  const files = readdirSync(pack, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  const text = files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join();
  for (const secret of secrets) expect(text).not.toContain(secret);
});

it('is verified without AWS, also by a key from elsewhere', async () => {
  const offline = { environment: { COLUMNS: '400', AWS_ACCESS_KEY_ID: undefined, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } };
  const verified = await operate(org.sandbox, ['evidence', '--verify', pack, '--public-key', join(pack, 'public-key.pem')], offline);
  expect([verified.error, verified.status]).toEqual(['', 0]);
  expect(verified.out).toContain('Nothing was changed:');
  expect(verified.out).toMatch(/Signed by arn:\S+; SHA-256 of the public key: [0-9a-f]{64}/);
});

it('names runs that the chain lacks, results that are gone, and periods without a run', async () => {
  const [key, result] = [...objects()].find(([name]) => name.startsWith('runs/20260115') && name.endsWith(`${TEAM.id}.json`))!;
  objects().delete(key);
  objects().set('runs/20260116T020000Z-abcdef01/222233334444.json', result);
  const out = join(folder, 'incomplete');
  const incomplete = await iamKeys(['evidence', ...PERIOD, '--out', out]);
  objects().set(key, result);
  objects().delete('runs/20260116T020000Z-abcdef01/222233334444.json');
  expect(incomplete.status).toBe(1);
  expect(incomplete.out).toContain(`account ${TEAM.id} of entry 4 (its result is not in the bucket any more`);
  expect(incomplete.out).toContain('not in the chain: 20260116T020000Z-abcdef01.');
  const { wrong, about } = await verifyPack(out);
  expect([wrong, about.missing.length, about.withoutEntry]).toEqual([[], 1, ['20260116T020000Z-abcdef01']]);
  const none = await iamKeys(['evidence', '--from', '2025-01-01', '--to', '2025-01-31', '--out', join(folder, 'none')]);
  expect([none.status, none.error]).toEqual([
    2,
    'no evidence: no run began from 2025-01-01 to 2025-01-31, or none is known any more; nothing was written\n',
  ]);
  expect(readdirSync(folder).toSorted()).toEqual(['incomplete', 'pack']);
});

it('writes over nothing that is there', async () => {
  const before = readdirSync(folder, { recursive: true });
  const { status, error } = await iamKeys(['evidence', ...PERIOD, '--out', pack]);
  expect([status, error]).toEqual([2, expect.stringContaining(`--out: ${pack} is there already; nothing was written`)]);
  expect(readdirSync(folder, { recursive: true })).toEqual(before);
});

describe('in the middle', () => {
  let out: string;
  let halves: string;
  let fault: Fault;
  beforeEach(() => {
    halves = mkdtempSync(join(folder, 'halves-'));
    out = join(halves, 'half');
  });
  afterEach(async () => {
    org.sandbox.faults.remove(fault);
    // Whatever was left behind, the next one is whole.
    const again = await iamKeys(['evidence', ...PERIOD, '--out', out]);
    expect([again.status, again.error]).toEqual([0, '']);
    expect((await verifyPack(out)).wrong).toEqual([]);
    rmSync(halves, { recursive: true });
  });

  /** From the third entry on: something happens when it is read. */
  const atThirdEntry = (then: Fault['then']): void => {
    const input = ({ Key }: Record<string, unknown>): boolean => String(Key).startsWith('evidence/');
    fault = org.sandbox.faults.add({ match: { operation: 'GetObject', input, nth: 3 }, when: 'before', then });
  };

  it('refused by S3, it leaves nothing behind', async () => {
    atThirdEntry({ kind: 'error', code: 'AccessDenied', status: 403 });
    const { status, error } = await iamKeys(['evidence', ...PERIOD, '--out', out]);
    expect([status, error]).toEqual([2, expect.stringContaining('AccessDenied')]);
    expect(readdirSync(halves)).toEqual([]);
  });

  it.each<[NodeJS.Signals, number | null]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGKILL', null],
  ])('ended by %s, it leaves nothing that verifying takes for a pack', async (signal, exitCode) => {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => (end = resolve));
    let kill: () => unknown = () => undefined;
    atThirdEntry({ kind: 'call', run: () => (kill(), ended) });
    const { status, ...wrote } = await operate(org.sandbox, ['evidence', ...PERIOD, '--out', out], {
      onStart: (child) => (kill = () => child.kill(signal)),
    });
    end();
    expect([fault.hits, status, wrote]).toEqual([1, exitCode, { out: '', error: '' }]);
    expect(existsSync(out)).toBe(false);
    const left = readdirSync(halves);
    if (signal === 'SIGKILL') expect(left).toEqual([expect.stringMatching(/^half\.unfinished-\d+$/)]);
    else expect(left).toEqual([]);
    for (const name of left) await expect(verifyPack(join(halves, name))).rejects.toThrow('is no evidence pack');
  });
});

it('says in a terminal how far it is, and takes that away; a pipe gets nothing but what was made', async () => {
  const { credentials, region, endpoint } = org.sandbox.client(MANAGEMENT.id);
  const environment = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
  const home = join(folder, 'home');
  mkdirSync(home);
  const out = join(folder, 'seen');
  const seen = await inTerminal(home, ['evidence', ...PERIOD, '--out', out], [], environment);
  expect(seen.status).toBe(0);
  expect(seen.out).toContain('0 of 5 entries');
  expect(seen.out).toMatch(/Evidence of 2026-01-05 to 2026-01-25 is in/);
  const verified = await inTerminal(home, ['evidence', '--verify', out]);
  expect([verified.status, verified.out]).toEqual([0, expect.stringMatching(/0 of \d+ actions and failures.*Nothing was changed/s)]);
  expect(made.out).toMatch(/^Evidence of /);
  expect(made.error).toBe('');
});
