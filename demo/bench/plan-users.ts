import type { AccessKey, Remembered, UserFacts } from '../../lambda/core/plan/user-facts';
import { policyOf, type Policy } from '../../lambda/core/plan/policy';
import { keyTag, readState, writeKeyState } from '../../lambda/core/plan/key-state';

const days = (count: number): { unit: 'days'; days: number } => ({ unit: 'days', days: count });

/** The default policy. */
export const POLICY: Policy = policyOf({
  rotate: days(90),
  disable: days(100),
  delete: days(110),
  warn: [days(7)],
  untold: 'wait',
  unusedKeys: 'rotate',
  whileInUse: 'disable',
  maxHold: days(30),
});

const AGES = [1, 30, 83, 89, 90, 95, 120, 400];
const SECOND: readonly (Pick<AccessKey, 'status'> & { age: number; issued: boolean })[] = [
  { status: 'Active', age: 5, issued: true },
  { status: 'Active', age: 10, issued: true },
  { status: 'Active', age: 20, issued: false },
  { status: 'Inactive', age: 60, issued: false },
];

/** Users of one and two keys in the situations that the policy knows, with the tags that go with them. */
export function mixedUsers(now: Date, day: number): UserFacts[] {
  const ago = (count: number): Date => new Date(now.getTime() - count * day);
  const key = (id: string, age: number, status: AccessKey['status']): AccessKey => ({
    id,
    status,
    created: ago(age),
    lastUsed: { at: ago(1), service: 's3', region: 'eu-west-1' },
  });
  return AGES.flatMap((age, index) => {
    const old = `AKIAOLD${String(index).padStart(13, '0')}`;
    const other = `AKIANEW${String(index).padStart(13, '0')}`;
    const inactive = new Map([[keyTag(old), `inactive=${ago(Math.min(age, 10)).toISOString()}`]]);
    return [
      userOf([key(old, age, 'Active')], new Map(), undefined, now),
      userOf([key(old, age, 'Inactive')], inactive, undefined, now),
      userOf([key(old, age, 'Active')], inactive, undefined, now),
      ...SECOND.map(({ status, age: younger, issued }) =>
        userOf([key(old, age, 'Active'), key(other, younger, status)], new Map(), issued ? other : undefined, now),
      ),
    ];
  });
}

/** Of a successor all evidence is there, and people were told of every step in time. */
function userOf(keys: AccessKey[], given: ReadonlyMap<string, string>, current: string | undefined, now: Date): UserFacts {
  const successor = keys.find(({ id }) => id === current);
  const tags = new Map(given);
  if (successor) tags.set(keyTag(successor.id), writeKeyState({ issued: successor.created }));
  const told = { on: new Date(0), at: now };
  const memory = new Map(keys.map(({ id }): [string, Remembered] => [id, { told: { disable: told, delete: told } }]));
  const state = readState(tags, new Map(keys.map(({ id, created }) => [id, created])), now);
  const stored = {
    ...(successor && { current: successor.id, since: successor.created }),
    versions: new Set(current === undefined ? [] : [current]),
  };
  return { name: 'user', arn: 'arn:aws:iam::222233334444:user/user', listedAt: now, keys, tags, state, stored, memory };
}
