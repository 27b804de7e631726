import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync, sign } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { verifyPack } from '../../../cli/evidence/verify-pack';
import type { ActionLine } from '../../../cli/evidence/pack-files';
import type { Ended } from '../../helpers/commands-host';
import { operate } from '../../helpers/operator';
import { FUNCTIONS, MANAGEMENT, OTHER, TEAM, TestOrganization } from '../../helpers/sandbox-organization';

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
});

it('gives the same as CSV, in which no cell is a formula', () => {
  const rows = parse<Record<string, string>>(readFileSync(join(pack, 'actions.csv')), { columns: true });
  expect(rows.map(({ entry, action, user }) => [Number(entry), action, user])).toEqual(
    lines().map(({ entry, action, user }) => [entry, action, user === '+cmd' ? "'+cmd" : user]),
  );
  const ids = lines().flatMap(({ requests }) => requests.flatMap(({ id }) => id ?? []));
  expect(rows.map(({ requests }) => requests).join()).toContain(ids[0]);
  const runs = parse<Record<string, string>>(readFileSync(join(pack, 'runs.csv')), { columns: true });
  expect(runs.map(({ kind, mode, silent, answers, signed }) => [kind, mode, silent, answers, signed])).toEqual([
    ['run', 'enforcing', OTHER.id, '2', 'yes'],
    ['late', 'enforcing', '', '1', 'yes'],
    ['run', 'enforcing', '', '1', 'yes'],
    ['run', 'enforcing', '', '3', 'yes'],
    ['run', 'enforcing', '', '3', 'yes'],
  ]);
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

it('is verified without AWS, also by a key from elsewhere, which OpenSSL reads as well', async () => {
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

it.each([
  [['--from', '2026-01-05', '--out', 'x'], '--from, --to and --out are needed to make a pack, --verify to look at one'],
  [['--from', '2026-02-01', '--to', '2026-01-01', '--out', 'x'], '--from 2026-02-01 is after --to 2026-01-01'],
  [['--from', '2026-02-30', '--to', '2026-03-01', '--out', 'x'], '--from: "2026-02-30" must be a day such as 2026-11-30'],
  [['--verify', 'x', '--out', 'y'], '--verify looks at a pack, --from, --to and --out make one: give either'],
  [['--public-key', 'x'], '--public-key goes with --verify'],
  [
    ['--verify', tmpdir()],
    `${tmpdir()} is no evidence pack: ${join(tmpdir(), 'pack.json')} is missing, or not what iam-keys evidence writes`,
  ],
])('refuses %j and says why', async (args, message) => {
  const { error, status } = await iamKeys(['evidence', ...args]);
  expect([error, status]).toEqual([expect.stringContaining(message), 2]);
});

it('that cannot be finished leaves nothing behind that looks like a pack', async () => {
  let reads = 0;
  const fault = org.sandbox.faults.add({
    match: { operation: 'GetObject', input: ({ Key }) => String(Key).startsWith('evidence/') && (reads += 1) > 3 },
    when: 'before',
    then: { kind: 'error', code: 'AccessDenied', status: 403 },
  });
  const { status, error } = await iamKeys(['evidence', ...PERIOD, '--out', join(folder, 'half')]);
  org.sandbox.faults.remove(fault);
  expect([status, error]).toEqual([2, expect.stringContaining('AccessDenied')]);
  expect(fault.hits).toBeGreaterThan(0);
  expect(readdirSync(folder).filter((name) => name.startsWith('half'))).toEqual([]);
});

describe('tampering', () => {
  let copy: string;
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'tampered-'));
    cpSync(pack, copy, { recursive: true });
  });
  afterEach(() => {
    rmSync(copy, { recursive: true });
  });
  const path = (name: string): string => join(copy, name);
  const change = (name: string, by: (text: string) => string): void => {
    const before = readFileSync(path(name), 'utf8');
    const after = by(before);
    expect(after).not.toBe(before);
    writeFileSync(path(name), after);
  };
  const entry = (number: number): string => `chain/00000000${number}.jsonl`;
  const wrong = async (key?: string): Promise<string[]> => (await verifyPack(copy, key)).wrong;

  it('nothing is wrong with a copy', async () => {
    expect(await wrong()).toEqual([]);
  });

  it('one digit of an entry: names that entry', async () => {
    change(entry(2), (text) => text.replace('"records":2', '"records":1').replace(/("at":"2026-01-0)6/, '$15'));
    expect(await wrong()).toEqual(
      expect.arrayContaining([
        'chain/000000002.jsonl was changed: entry 3 was written after another one',
        'the signature of entry 2 is forged, the entry was changed, or another key signed it',
      ]),
    );
  });

  it('one digit of the newest entry: its signature does not fit', async () => {
    change(entry(5), (text) => text.replace('"dispatched":3', '"dispatched":4'));
    expect(await wrong()).toEqual([
      'the signature of entry 5 is forged, the entry was changed, or another key signed it',
      'runs.csv: line 6 is not what the chain says',
    ]);
  });

  it('an entry that is none any more', async () => {
    change(entry(3), (text) => text.slice(1));
    expect(await wrong()).toEqual(
      expect.arrayContaining([expect.stringContaining('chain/000000003.jsonl was changed: it is no entry any more')]),
    );
  });

  it('a run is taken away: names the gap', async () => {
    rmSync(path(entry(4)));
    expect(await wrong()).toEqual(expect.arrayContaining(['entry 4 is missing: the chain goes from entry 3 to entry 5']));
  });

  it('two entries are exchanged: names both', async () => {
    renameSync(path(entry(2)), path('x'));
    renameSync(path(entry(3)), path(entry(2)));
    renameSync(path('x'), path(entry(3)));
    expect(await wrong()).toEqual([
      'chain/000000002.jsonl holds entry 3: entries were exchanged or renamed',
      'chain/000000003.jsonl holds entry 2: entries were exchanged or renamed',
    ]);
  });

  it('the newest entry is changed and signed by another key, which replaces the one in the pack: the key from elsewhere tells', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { createHash } = await import('node:crypto');
    change(entry(5), (text) => {
      const [line = '', second = ''] = text.replace('"dispatched":3', '"dispatched":4').split('\n');
      const signature = sign('sha256', Buffer.from(createHash('sha256').update(line).digest('hex')), privateKey).toString('base64');
      return `${line}\n${JSON.stringify({ ...(JSON.parse(second) as object), signature })}\n`;
    });
    expect(await wrong()).toEqual(
      expect.arrayContaining(['the signature of entry 5 is forged, the entry was changed, or another key signed it']),
    );
    const genuine = join(pack, 'public-key.pem');
    writeFileSync(path('public-key.pem'), publicKey.export({ type: 'spki', format: 'pem' }));
    expect(await wrong(genuine)).toEqual(
      expect.arrayContaining([
        'public-key.pem is another key than the one of --public-key',
        'the signature of entry 5 is forged, the entry was changed, or another key signed it',
      ]),
    );
  });

  it('the signature of the newest entry is taken away', async () => {
    change(entry(5), (text) => `${text.split('\n')[0] ?? ''}\n`);
    expect(await wrong()).toEqual([
      'the newest entry, 5, is not signed, entry 4 is: its signature was taken away, or the setting evidenceKey was',
      'runs.csv: line 6 is not what the chain says',
    ]);
  });

  it('the key is taken away, or is none', async () => {
    writeFileSync(path('public-key.pem'), 'no key');
    expect(await wrong()).toEqual([
      'public-key.pem was changed: it is no public key',
      'the newest entry is signed, but public-key.pem is missing: give the key as --public-key',
    ]);
  });

  it('a word of a reason in actions.json: names account, run and entry', async () => {
    change('actions.json', (text) => text.replace('"outcome":"done"', '"outcome":"none"'));
    const [first] = lines().filter(({ outcome }) => outcome === 'done');
    expect(await wrong()).toEqual([
      expect.stringContaining('actions.csv: record 1 is not the one of actions.json'),
      `actions.json: a record of account ${first!.account} in run ${first!.runId} (entry ${first!.entry}) was changed`,
    ]);
  });

  it('an action is taken out of both files: names account, run and entry', async () => {
    const [first] = lines();
    change('actions.json', (text) => text.split('\n').toSpliced(1, 1).join('\n'));
    change('actions.csv', (text) => text.split('\r\n').toSpliced(1, 1).join('\r\n'));
    expect(await wrong()).toEqual([
      expect.stringMatching(`^actions.json: .*account ${first!.account} in run ${first!.runId} \\(entry 1\\)`),
    ]);
  });

  it('all actions are taken out: names every account that had some', async () => {
    writeFileSync(path('actions.json'), '[\n]\n');
    change('actions.csv', (text) => `${text.split('\r\n')[0] ?? ''}\r\n`);
    const groups = new Set(lines().map(({ entry: number, account }) => `${number}/${account}`));
    const found = await wrong();
    expect(found).toHaveLength(groups.size);
    expect(found[0]).toMatch(/^actions.json: the \d+ records? of account \d{12} in run \S+ \(entry 1\) (are|is) missing$/);
  });

  it('two accounts of a run are exchanged, in both files', async () => {
    const at = lines().findIndex(
      ({ entry: number, account }, place, all) => number === all[place + 1]?.entry && account !== all[place + 1]?.account,
    );
    expect(at).toBeGreaterThanOrEqual(0);
    const exchange = (text: string, end: string, from: number): string => {
      const all = text.split(end);
      return all.toSpliced(from, 2, all[from + 1]!, all[from]!).join(end);
    };
    change('actions.json', (text) => exchange(text, '\n', at + 1));
    change('actions.csv', (text) => exchange(text, '\r\n', at + 1));
    expect(await wrong()).toEqual(expect.arrayContaining([expect.stringMatching(/actions.json/)]));
  });

  it.each([
    ['actions.csv', 'x', 'actions.csv: it goes on after its last record'],
    ['actions.json', 'x', /actions.json: line \d+ was changed, it is no record any more/],
    ['runs.csv', 'x', 'runs.csv: it goes on after its last run'],
  ])('something is added to %s', async (name, what, finding) => {
    change(name, (text) => `${text}${what}`);
    expect(await wrong()).toEqual([typeof finding === 'string' ? finding : expect.stringMatching(finding)]);
  });

  it('any byte of a file that is proven', async () => {
    for (const name of ['actions.csv', 'actions.json', 'runs.csv', entry(1), entry(5), 'public-key.pem']) {
      const bytes = readFileSync(join(pack, name));
      for (let at = 0; at < bytes.length; at += Math.max(1, Math.floor(bytes.length / 20))) {
        const changed = Buffer.from(bytes);
        changed[at] = changed[at]! ^ 1;
        writeFileSync(path(name), changed);
        const found = await wrong();
        if (name !== 'public-key.pem') expect([name, at, found.length > 0]).toEqual([name, at, true]);
      }
      writeFileSync(path(name), bytes);
    }
  });
});
