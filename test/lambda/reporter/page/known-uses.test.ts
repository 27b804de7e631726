import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import { KnownUses } from '../../../../lambda/reporter/page/known-uses';
import type { Uses } from '../../../../lambda/runs/history';
import type { RecordedKey } from '../../../../lambda/runs/schemas';
import { daysAgo, NOW } from '../../../helpers/facts';
import { inventoryOf, recordedKey, recordedUser } from './factories';

const ONE = '111111111111';
const TODAY = Math.floor(NOW.getTime() / 86_400_000);
const day = (days: number): string => daysAgo(days).toISOString().slice(0, 10);
const unasked: RecordedKey = { keyId: 'AKIA', status: 'Active', created: daysAgo(60).toISOString() };
const asked: RecordedKey = { ...unasked, lastUsed: daysAgo(2).toISOString(), lastUsedService: 's3', lastUsedRegion: 'eu-west-1' };
const uses = (before: Uses) => new KnownUses(before, TODAY);
const before = (use: string): Uses => ({ [ONE]: { AKIA: use } });

it('of a key that the run asked about is what it was told, as of the credential report', () => {
  const known = uses(before(`${day(1)}|never||`));
  expect(known.complete(ONE, asked, { usesAsOf: daysAgo(1).toISOString() })).toEqual({ key: asked, asOf: TODAY - 1 });
  expect(known.complete(ONE, asked, {}).asOf).toBe(TODAY);
  expect(known.after).toEqual(before(`${day(0)}|${daysAgo(2).toISOString()}|s3|eu-west-1`));
});

it('of another key is what the runs before knew, as of that day, and stays known', () => {
  const use = `${day(3)}|${day(5)}|s3|eu-west-1`;
  const known = uses(before(use));
  const key = { ...unasked, lastUsed: day(5), lastUsedService: 's3', lastUsedRegion: 'eu-west-1' };
  expect(known.complete(ONE, unasked, {})).toEqual({ key, asOf: TODAY - 3 });
  expect(known.after).toEqual(before(use));
});

it('is that it was never used, which has neither service nor region', () => {
  expect(uses(before(`${day(1)}|never||`)).complete(ONE, unasked, {}).key).toEqual({ ...unasked, lastUsed: 'never' });
});

it.each<[string, Uses, RecordedKey]>([
  ['that no run has asked about', {}, unasked],
  ['of another account', { '222222222222': { AKIA: `${day(1)}|never||` } }, unasked],
  ['that was asked about more than two weeks ago', before(`${day(15)}|never||`), unasked],
  ['without an id', before(`${day(1)}|never||`), { status: 'Active' }],
  ['called like something that every object has', before(`${day(1)}|never||`), { ...unasked, keyId: 'constructor' }],
  ['of which something else is remembered', before('what is this'), unasked],
])('of a key %s is not known', (_, known, key) => {
  expect(uses(known).complete(ONE, key, {})).toEqual({ key, asOf: null });
});

it('of accounts that told nothing today is kept for two weeks', () => {
  const recent = { AKIA: `${day(14)}|never||` };
  expect(uses({ [ONE]: recent, '222222222222': { AKIB: `${day(15)}|never||` } }).after).toEqual({ [ONE]: recent });
});

describe('a run that listed users instead of reading a report', () => {
  const successor = recordedKey(4, { keyId: 'AKIANEW', issued: true, fetched: daysAgo(1).toISOString() });
  const table = (known: Uses): KeyTable => {
    const keys = new KeyTable(NOW, known);
    keys.add({ id: ONE, name: 'One' }, inventoryOf(recordedUser('alice', [{ ...unasked, successorId: 'AKIANEW' }, successor])));
    return keys;
  };

  it('shows the use of each key with its day, and notes what follows from it', () => {
    const [old] = table(before(`${day(1)}|${day(2)}|s3|eu-west-1`)).rows;
    expect(old).toMatchObject({
      lastUsed: TODAY - 2,
      usedFor: 's3, eu-west-1',
      usedAsOf: TODAY - 1,
      use: 'used',
      note: 'used after its successor',
    });
    const [unknown] = table({}).rows;
    expect(unknown).toMatchObject({ lastUsed: null, usedAsOf: null, use: 'not known', note: null });
  });
});
