import type { ExemptRow, KeyRow } from '../../../../lambda/reporter/page/key-rows';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import type { RecordedKey, RecordedUser } from '../../../../lambda/runs/schemas';
import { daysAgo, inDays, NOW } from '../../../helpers/facts';
import { inventoryOf, recordedKey, recordedUser } from './factories';

const ONE = { id: '111111111111', name: 'One' };
const SUCCESSOR = 'AKIASUCCESSOR0000001';
const TODAY = Math.floor(NOW.getTime() / 86_400_000);
const exempt: NonNullable<RecordedUser['exemption']> = { by: 'group', exempt: true, since: '2026-01-01T00:00:00.000Z' };

function tableOf(...users: RecordedUser[]): KeyTable {
  const table = new KeyTable(NOW);
  table.add(ONE, inventoryOf(...users));
  return table;
}
const first = (keys: RecordedKey[], more: Partial<RecordedUser> = {}): KeyRow => tableOf(recordedUser('alice', keys, more)).rows[0]!;
const AGELESS: RecordedKey = { status: 'Active', lastUsed: daysAgo(1).toISOString() };

describe('the standing', () => {
  it.each<[KeyRow['standing'], string, RecordedKey, Partial<RecordedUser>]>([
    ['within policy', 'a key of 99 days', recordedKey(99), {}],
    ['over policy', 'a key of 100 days', recordedKey(100), {}],
    ['unknown', 'a key whose age AWS did not say', AGELESS, {}],
    ['unknown', 'a key whose date cannot be read', recordedKey(5, { created: 'yesterday' }), {}],
    ['within policy', 'a key of tomorrow', recordedKey(-1), {}],
    ['exempt', 'an old key of an exempt user', recordedKey(300), { exemption: exempt }],
    ['over policy', 'an old key whose exemption does nothing', recordedKey(300), { exemption: { ...exempt, exempt: false } }],
    ['inactive', 'an inactive key', recordedKey(300, { status: 'Inactive' }), {}],
    ['inactive', 'an inactive key of an exempt user', recordedKey(300, { status: 'Inactive' }), { exemption: exempt }],
  ])('%s: %s', (standing, _, key, more) => {
    expect(first([key], more).standing).toBe(standing);
  });

  it('is counted once for each key', () => {
    const [account] = tableOf(
      recordedUser('a', [recordedKey(5), recordedKey(120)]),
      recordedUser('b', [recordedKey(5, { status: 'Inactive' }), AGELESS]),
      recordedUser('c', [recordedKey(5)], { exemption: exempt }),
    ).accounts;
    expect(account).toEqual({ ...ONE, keys: 5, active: 4, within: 1, over: 1, exempt: 1, inactive: 1, unknown: 1, unused: 0 });
  });
});

describe('the use', () => {
  it.each<[KeyRow['use'], string, RecordedKey, number]>([
    ['used', 'used 44 days ago', recordedKey(60, { lastUsed: daysAgo(44).toISOString() }), 0],
    ['unused for 45 days', 'used 45 days ago', recordedKey(60, { lastUsed: daysAgo(45).toISOString() }), 1],
    ['unused for 45 days', 'of unknown age, used 45 days ago', { status: 'Active', lastUsed: daysAgo(45).toISOString() }, 1],
    ['not used yet', 'of 44 days, never used', recordedKey(44, { lastUsed: 'never' }), 0],
    ['unused for 45 days', 'of 45 days, never used', recordedKey(45, { lastUsed: 'never' }), 1],
    ['unused for 45 days', 'of unknown age, never used', { status: 'Active', lastUsed: 'never' }, 1],
    ['unused for 45 days', 'inactive and never used', recordedKey(60, { lastUsed: 'never', status: 'Inactive' }), 0],
    ['not known', 'of which nobody knows', { status: 'Active', created: daysAgo(60).toISOString() }, 0],
  ])('%s: a key %s', (use, _, key, unused) => {
    const table = tableOf(recordedUser('alice', [key]));
    expect([table.rows[0]!.use, table.accounts[0]!.unused]).toEqual([use, unused]);
  });

  it.each<[string | null, Partial<RecordedKey>]>([
    ['s3, eu-west-1', {}],
    ['iam', { lastUsedService: 'iam', lastUsedRegion: 'N/A' }],
    [null, { lastUsedService: 'N/A', lastUsedRegion: 'N/A' }],
    ['never used', { lastUsed: 'never' }],
  ])('was for %s', (usedFor, more) => {
    expect(first([recordedKey(5, more)]).usedFor).toBe(usedFor);
  });
});

describe('the note', () => {
  const old = (more: Partial<RecordedKey> = {}): RecordedKey => recordedKey(95, { successorId: SUCCESSOR, ...more });
  const fresh = (more: Partial<RecordedKey> = {}): RecordedKey =>
    recordedKey(4, { keyId: SUCCESSOR, issued: true, lastUsed: 'never', ...more });

  it.each<[KeyRow['note'], string, RecordedKey[]]>([
    ['used after its successor', 'an old key in use', [old(), fresh()]],
    [null, 'an old key last used on the day of its rotation', [old({ lastUsed: daysAgo(4).toISOString() }), fresh()]],
    [null, 'an old key that is off', [old({ status: 'Inactive' }), fresh()]],
    [null, 'an old key never used', [old({ lastUsed: 'never' }), fresh()]],
    [null, 'an old key whose successor is gone', [old()]],
    ['nobody fetched it', 'a new key in its secret alone', [fresh()]],
    [null, 'a new key that was fetched', [fresh({ fetched: daysAgo(1).toISOString() })]],
    [null, 'a new key in use', [fresh({ lastUsed: daysAgo(1).toISOString() })]],
    [null, 'a new key that is off', [fresh({ status: 'Inactive' })]],
    [null, 'a new key that a person made', [recordedKey(4, { lastUsed: 'never' })]],
  ])('%s: %s', (note, _, keys) => {
    expect(first(keys).note).toBe(note);
  });
});

it('says of a key when it was fetched, and of an old one when its successor was', () => {
  const fetched = (days: number) => ({ fetched: daysAgo(days).toISOString() });
  const old = (more: Partial<RecordedKey> = {}): RecordedKey =>
    recordedKey(95, { issued: true, successorId: SUCCESSOR, ...fetched(90), ...more });
  const fresh = (more: Partial<RecordedKey> = {}): RecordedKey => recordedKey(4, { keyId: SUCCESSOR, issued: true, ...more });
  const days = (keys: RecordedKey[]) => tableOf(recordedUser('alice', keys)).rows.map((row) => row.fetched && TODAY - row.fetched);
  expect(days([old(), fresh(fetched(2))])).toEqual([2, 2]);
  expect(days([old(), fresh()])).toEqual([null, null]);
  expect(days([old()])).toEqual([null]);
});

describe('an exemption', () => {
  const day = (days: number): string => inDays(days).toISOString().slice(0, 10);
  it.each<[ExemptRow['standing'], string, Partial<NonNullable<RecordedUser['exemption']>>]>([
    ['exempt', 'has no end', {}],
    ['exempt', 'ends in 31 days', { until: day(31) }],
    ['lapsing soon', 'ends in 30 days', { until: day(30) }],
    ['lapsing soon', 'ends today', { until: day(0) }],
    ['lapsed', 'ended yesterday', { exempt: false, until: day(-1) }],
    ['no end readable', 'has an end that nobody can read', { unclear: 'soon is no date' }],
    ['does nothing', 'is a tag that exempts nobody', { by: 'tag', exempt: false }],
  ])('is %s when it %s', (standing, _, more) => {
    const [row] = tableOf(recordedUser('alice', [recordedKey(5)], { exemption: { ...exempt, ...more } })).exempt;
    expect(row).toMatchObject({ standing, user: 'alice', keys: 1, unclear: more.unclear ?? null });
  });

  it('of a user without keys is there, too', () => {
    expect(tableOf(recordedUser('alice', [], { exemption: exempt })).exempt).toMatchObject([{ user: 'alice', keys: 0 }]);
  });
});

it.each<[number, string, RecordedKey]>([
  [0, 'of 90 days', recordedKey(90)],
  [1, 'of 91 days', recordedKey(91)],
  [0, 'of 91 days that is inactive', recordedKey(91, { status: 'Inactive' })],
  [0, 'of unknown age', AGELESS],
])('counts %s as older than 90 days: a key %s', (expected, _, key) => {
  expect(tableOf(recordedUser('alice', [key])).olderThan90).toBe(expected);
});

it('counts accounts that tell nothing of keys, and takes the policy from one that does', () => {
  const table = new KeyTable(NOW);
  table.add(ONE, undefined);
  expect([table.without, table.accounts, table.policy]).toEqual([1, [], undefined]);
  const inventory = inventoryOf();
  table.add({ id: '222222222222', name: 'Two' }, inventory);
  expect([table.without, table.accounts.length, table.rows, table.policy]).toEqual([1, 1, [], inventory.policy]);
});

describe('rows', () => {
  const later = { step: 'rotate' as const, on: inDays(80).toISOString() };
  const users = [
    recordedUser('never', [{ status: 'Active', created: NOW.toISOString() }]),
    recordedUser('later', [recordedKey(10, later)]),
    recordedUser('soon', [recordedKey(89)]),
    recordedUser('over', [recordedKey(150, later)]),
    recordedUser('unknown', [AGELESS]),
    recordedUser('unfetched', [recordedKey(5, { ...later, issued: true, lastUsed: 'never' })]),
  ];
  const shown = (room: number, given: readonly RecordedUser[]) => {
    const table = new KeyTable(NOW, {}, room);
    for (const user of given) table.add(ONE, inventoryOf(user));
    return { users: table.rows.map(({ user }) => user), table };
  };

  it('are all keys as they came, where there is room', () => {
    expect(shown(6, users).users).toEqual(users.map(({ user }) => user));
  });

  it.each([
    [5, ['over', 'unknown', 'unfetched', 'soon', 'later']],
    [4, ['over', 'unknown', 'unfetched', 'soon']],
    [2, ['over', 'unknown']],
  ])('are the %d that need a look or come first, where there is no more room, in whatever order accounts answer', (room, expected) => {
    expect(shown(room, users).users).toEqual(expected);
    expect(new Set(shown(room, users.toReversed()).users).size).toBe(room);
    expect(shown(room, [...users.slice(3), ...users.slice(0, 3)]).users).toEqual(expected);
  });

  it('are counted, noted and in the file and the calendar, whether there is room or not', () => {
    const { table } = shown(1, users);
    expect([table.count, table.noted['nobody fetched it'], table.noted['used after its successor']]).toEqual([6, 1, 0]);
    expect(table.accounts.reduce((sum, { keys }) => sum + keys, 0)).toBe(6);
    expect(table.coming.days[1]!.counts.rotate).toBe(1);
    expect(table.file.bytes().toString().split('\r\n')).toHaveLength(users.length + 2);
  });
});
