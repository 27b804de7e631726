import { controls } from '../../../../lambda/reporter/page/controls';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import type { Inventory, RecordedKey } from '../../../../lambda/runs/schemas';
import { daysAgo, NOW } from '../../../helpers/facts';
import { inventoryOf, recordedKey, recordedUser } from './factories';

/** What is said of these keys, under a policy that disables after so many days. */
function said(keys: RecordedKey[], disableDays = 100): string {
  const table = new KeyTable(NOW);
  const inventory: Inventory = inventoryOf(recordedUser('alice', keys));
  table.add({ id: '1', name: 'One' }, { ...inventory, policy: { ...inventory.policy, disableMs: disableDays * 86_400_000 } });
  return controls({ keys: table });
}
const verdicts = (html: string): string[] => [...html.matchAll(/class="mark \w+">([^<]*)</g)].map(([, verdict = '']) => verdict);

it.each<[string, RecordedKey[], string[]]>([
  ['no key at all', [], ['passed', 'passed']],
  ['a key of 90 days', [recordedKey(90)], ['passed', 'passed']],
  ['a key of 91 days', [recordedKey(91)], ['1 failing', 'passed']],
  ['an inactive key of 91 days', [recordedKey(91, { status: 'Inactive' })], ['passed', 'passed']],
  ['a key that is unused for 45 days', [recordedKey(60, { lastUsed: daysAgo(45).toISOString() })], ['passed', '1 failing']],
  ['old and unused keys', [recordedKey(95, { lastUsed: 'never' }), recordedKey(96, { lastUsed: 'never' })], ['2 failing', '2 failing']],
])('%s', (_, keys, expected) => {
  expect(verdicts(said(keys))).toEqual(expected);
});

it.each([
  [100, 'an old key stays active for up to 100 days'],
  [91, 'an old key stays active for up to 91 days'],
])('says why a policy of %s days cannot pass', (days, why) => {
  expect(said([], days)).toContain(why);
});

it.each([90, 85])('says no such thing of a policy of %s days', (days) => {
  expect(said([], days)).not.toContain('By this policy');
});

it('adds up the accounts', () => {
  const table = new KeyTable(NOW);
  for (const id of ['1', '2'])
    table.add(
      { id, name: id },
      inventoryOf(
        recordedUser(
          'alice',
          Array.from({ length: 600 }, () => recordedKey(50, { lastUsed: 'never' })),
        ),
      ),
    );
  expect(verdicts(controls({ keys: table }))).toEqual(['passed', '1,200 failing']);
});

it('gives no verdict when no result tells of keys', () => {
  const html = controls({ keys: new KeyTable(NOW) });
  expect(verdicts(html)).toEqual([]);
  expect(html).toContain('No result of this run tells of keys.');
});
