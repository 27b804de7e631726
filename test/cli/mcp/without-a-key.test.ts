import type { AccessKey } from '../../../lambda/core/plan/user-facts';
import { leftWithoutAKey } from '../../../cli/mcp/without-a-key';

const NOW = new Date('2026-03-01T12:00:00Z');
const ago = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
const key = (
  id: string,
  usedDaysAgo: number | 'never' | undefined,
  { days = 200, status = 'Active' }: { days?: number; status?: AccessKey['status'] } = {},
): AccessKey => ({
  id,
  status,
  created: ago(days),
  ...(usedDaysAgo !== undefined && {
    lastUsed: usedDaysAgo === 'never' ? usedDaysAgo : { at: ago(usedDaysAgo), service: 's3', region: 'eu-west-1' },
  }),
});
const reason = (one: AccessKey, ...others: AccessKey[]): string | undefined =>
  leftWithoutAKey({ user: 'alice', key: one, keys: [one, ...others] }, NOW);

it.each([
  ['the only key, in use', [key('A', 1)], /alice has no other active key: create one first/],
  ['the only key, whose use nobody knows', [key('A', undefined)], /may be in use/],
  ['the only key, too new for AWS to say', [key('A', 'never', { days: 0.5 })], /may be in use/],
  ['a successor that nobody uses', [key('A', 1), key('B', 'never')], /its successor B was not used in the last 90 days/],
  ['a successor that is new and unused', [key('A', 1), key('B', 'never', { days: 0.1 })], /its successor B/],
  ['a successor that was used long ago', [key('A', 1), key('B', 91)], /its successor B/],
  ['another key that is inactive', [key('A', 1), key('B', 1, { status: 'Inactive' })], /no other active key/],
] as const)('speaks against it: %s', (_, [one, ...others], why) => {
  expect(reason(one, ...others)).toMatch(why);
});

it.each([
  ['a key that nobody ever used', [key('A', 'never')]],
  ['a key that was used long ago', [key('A', 91)]],
  ['a key whose successor is in use', [key('A', 1), key('B', 89)]],
] as const)('says nothing against it: %s', (_, [one, ...others]) => {
  expect(reason(one, ...others)).toBeUndefined();
});
