import { readdirSync, readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { join } from 'node:path';
import { verifyPack } from '../../../cli/evidence/verify-pack';
import { entryOf, packsForTests, REQUEST, SECOND_RUN, SIGNER } from './packs';

const packs = packsForTests();
const csv = (name: string) => parse<Record<string, string>>(readFileSync(join(packs().pack, name)), { columns: true });

it('holds every run of the period, by hand and late answers included, and the entry after it, which shows that none is missing', () => {
  expect(packs().written).toMatchObject({ runs: 4, accounts: 3, entries: [1, 6], missing: [], withoutEntry: [], key: SIGNER });
  expect(packs().written.withoutKey).toBeUndefined();
  expect(readdirSync(join(packs().pack, 'chain'))).toEqual([1, 2, 3, 4, 5, 6].map((number) => entryOf(number).replace('chain/', '')));
  expect(csv('runs.csv').map(({ kind, mode, silent, answers, signed }) => [kind, mode, silent, answers, signed])).toEqual([
    ['run', 'enforcing', '222222222222', '2', 'yes'],
    ['late', 'enforcing', '', '1', 'yes'],
    ['run', 'enforcing', '', '1', 'yes'],
    ['run', 'enforcing', '', '3', 'yes'],
    ['run', 'enforcing', '', '3', 'yes'],
  ]);
});

it('gives the same actions and failures as JSON and as CSV, in which no cell is a formula', () => {
  const lines = packs().copy().lines();
  const rows = csv('actions.csv');
  expect(rows.map(({ entry, action, user }) => [Number(entry), action, user])).toEqual(
    lines.map(({ entry, action, user }) => [entry, action, user === '+cmd' ? "'+cmd" : user]),
  );
  expect(rows.find(({ user }) => user === 'carol')?.['requests']).toBe(
    `CreateAccessKey ${REQUEST}-carol; PutSecretValue no-answer (TimeoutError)`,
  );
  expect(rows.find(({ kind }) => kind === 'failure')).toMatchObject({
    user: 'broken',
    outcome: 'failed',
    reason: 'AccessDenied: not "authorized", at all',
  });
});

it('begins and ends with the period that is asked for', async () => {
  const written = await packs().write('one-run', { period: { from: '2026-01-15', to: '2026-01-15' } });
  expect(written).toMatchObject({ runs: 1, entries: [4, 5] });
  const none = await packs().write('none', { period: { from: '2025-01-01', to: '2025-12-31' } });
  expect([none.entries, none.runs, none.records]).toEqual([undefined, 0, 0]);
});

describe('what is not as the chain has it', () => {
  const key = `runs/${SECOND_RUN}/111111111111.json`;
  let before: Map<string, unknown>;
  beforeEach(() => {
    before = new Map(packs().objects);
  });
  afterEach(() => {
    packs().objects.clear();
    for (const [name, value] of before) packs().objects.set(name, value as never);
  });
  const again = async (name: string) => {
    const written = await packs().write(name);
    const { wrong, about } = await verifyPack(join(packs().folder, name));
    return { ...written, wrong, about };
  };

  it.each<[string, (body: string) => string | undefined, string]>([
    ['a result that is gone', () => undefined, 'its result is not in the bucket any more'],
    ['a result that was changed', (body) => body.replace('alice', 'alica'), 'another result has taken its place since'],
  ])('%s: its account is missing, with the reason, and the pack is genuine', async (name, by, reason) => {
    const object = packs().objects.get(key)!;
    const body = by(object.body);
    if (body === undefined) packs().objects.delete(key);
    else packs().objects.set(key, { ...object, body });
    const { missing, wrong, about } = await again(name);
    expect(missing).toEqual([{ entry: 4, account: '111111111111', reason: expect.stringContaining(reason) as string }]);
    expect([about.missing, wrong]).toEqual([missing, []]);
  });

  it('runs that are in no entry are named', async () => {
    packs().answer('20260116T020000Z-abcdef01', 1, {});
    const { withoutEntry, about, wrong } = await again('no-entry');
    expect([withoutEntry, about.withoutEntry, wrong]).toEqual([['20260116T020000Z-abcdef01'], ['20260116T020000Z-abcdef01'], []]);
  });

  it('an entry that somebody damaged goes in as it is, and verifying names it', async () => {
    const name = 'evidence/000000/000000004.jsonl';
    packs().objects.set(name, { ...packs().objects.get(name)!, body: '{}\n' });
    const { wrong, runs } = await again('damaged');
    expect(runs).toBe(3);
    expect(wrong[0]).toContain('chain/000000004.jsonl was changed: it is no entry any more');
  });

  it('a public key that KMS does not give is said, and the pack is not whole without it', async () => {
    const refusing = () => Promise.reject(Object.assign(new Error('not you'), { name: 'AccessDeniedException' }));
    const { withoutKey } = await packs().write('no-key', { source: { ...packs().source, publicKey: refusing } });
    expect(withoutKey).toBe('AccessDeniedException: not you');
    const { wrong } = await verifyPack(join(packs().folder, 'no-key'));
    expect(wrong).toEqual(['the newest entry is signed, but public-key.pem is missing: give the key as --public-key']);
  });
});
