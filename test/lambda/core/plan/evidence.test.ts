import { isIssuedAndStored, isSupersededBy } from '../../../../lambda/core/plan/evidence';
import { plan } from '../../../../lambda/core/plan/plan';
import { keyTag, readState, writeKeyState } from '../../../../lambda/core/plan/key-state';
import type { AccessKey, StoredKeys, UserFacts } from '../../../../lambda/core/plan/user-facts';
import { accessKey, daysAgo, NEW, NOW, OLD, policy, remembered, userFacts } from '../../../helpers/facts';

/** What is known of two keys, of which the younger was issued as the successor of the older. */
interface Known {
  keys: AccessKey[];
  tags: Record<string, string>;
  stored: StoredKeys;
}

const SECOND = 1_000;
const made = daysAgo(12);
const at = (milliseconds: number): Date => new Date(made.getTime() + milliseconds);
const issuedAt = (moment: Date): Record<string, string> => ({ [keyTag(NEW)]: writeKeyState({ issued: moment }) });
const complete = (): Known => ({
  keys: [accessKey({ id: OLD, ageDays: 102 }), accessKey({ id: NEW, created: made })],
  tags: issuedAt(made),
  stored: { current: NEW, versions: new Set([NEW]), since: made },
});
/** Everything by which the evidence can be wrong, one fact at a time. */
const FLAWS: Record<string, (known: Known) => void> = {
  'no tag says that we issued it': (known) => (known.tags = {}),
  'the tag says so of a moment long before': (known) => (known.tags = issuedAt(at(-6 * SECOND))),
  'the tag says so of a moment long after': (known) => (known.tags = issuedAt(at(901 * SECOND))),
  'the tag says so of another key': (known) => (known.tags = { [keyTag(OLD)]: writeKeyState({ issued: daysAgo(102) }) }),
  'the secret holds another key': (known) => (known.stored = { ...known.stored, current: OLD }),
  'the secret holds nothing current': (known) => (known.stored = { versions: known.stored.versions, since: made }),
  'there is no secret': (known) => (known.stored = { versions: new Set() }),
  'nobody knows when its version was made': (known) => (known.stored = { current: NEW, versions: new Set([NEW]) }),
  'its version was made long before': (known) => (known.stored = { ...known.stored, since: at(-6 * SECOND) }),
  'its version was made long after': (known) => (known.stored = { ...known.stored, since: at(901 * SECOND) }),
  'it is older than the other key': (known) => (known.keys = [known.keys[1]!, accessKey({ id: OLD, created: at(SECOND) })]),
};
const names = Object.keys(FLAWS);
const facts = (...flaws: string[]): UserFacts => {
  const known = complete();
  for (const flaw of flaws) FLAWS[flaw]?.(known);
  return { ...userFacts({ keys: known.keys, tags: known.tags }), stored: known.stored };
};
const keyOf = (user: UserFacts, id: string): AccessKey => user.keys.find((key) => key.id === id)!;
const superseded = (user: UserFacts): boolean => isSupersededBy(user, keyOf(user, OLD), keyOf(user, NEW));
const dangerous = (user: UserFacts): string[] =>
  plan(user, policy(), NOW).flatMap(({ action }) => (action === 'disable' || action === 'delete' ? [action] : []));

it('a key is superseded by one that tag, secret and AWS’s own dates all name', () => {
  expect(superseded(facts())).toBe(true);
  expect(dangerous(facts())).toEqual(['disable']);
});

it.each([-5 * SECOND, 0, SECOND, 900 * SECOND])(
  'tag and version may be %d ms apart from the key, for as long as an invocation lasts',
  (apart) => {
    const known = complete();
    const user = { ...userFacts({ keys: known.keys, tags: issuedAt(at(apart)) }), stored: { ...known.stored, since: at(apart) } };
    expect(superseded(user)).toBe(true);
  },
);

it('two keys of one second may supersede one another: the one in the secret stays', () => {
  const keys = [accessKey({ id: NEW, created: made }), accessKey({ id: OLD, created: made })];
  const user = userFacts({ keys, current: NEW });
  expect([isSupersededBy(user, keys[1]!, keys[0]!), isSupersededBy(user, keys[0]!, keys[1]!)]).toEqual([true, false]);
});

describe('a key is not superseded, nor disabled, when', () => {
  it.each(names)('%s', (flaw) => {
    expect(superseded(facts(flaw))).toBe(false);
    expect(dangerous(facts(flaw))).toEqual([]);
  });

  it.each(names.flatMap((one, index) => names.slice(index + 1).map((two): [string, string] => [one, two])))('%s, and %s', (one, two) => {
    const user = facts(one, two);
    // The last word on a fact counts; two flaws never mend one another.
    expect(superseded(user)).toBe(false);
    expect(dangerous(user)).toEqual([]);
  });
});

describe('an inactive key is not deleted before its age when', () => {
  const inactive = (user: UserFacts): UserFacts => {
    const keys = user.keys.map((key) => (key.id === OLD ? { ...key, status: 'Inactive' as const } : key));
    const tag = `${writeKeyState({ inactive: daysAgo(11) })} ${user.tags.get(keyTag(OLD)) ?? ''}`.trim();
    const tags = new Map([...user.tags, [keyTag(OLD), tag]]);
    return { ...user, keys, tags, state: readState(tags, new Map(keys.map(({ id, created }) => [id, created])), NOW) };
  };

  it('it was superseded: then its recovery time counts alone', () => {
    expect(dangerous(inactive(facts()))).toEqual(['delete']);
  });

  it.each(names)('%s', (flaw) => {
    expect(dangerous(inactive(facts(flaw)))).toEqual([]);
  });
});

describe('somebody who may only write secrets', () => {
  it.each([
    ['not due', 30, 'wait'],
    ['due', 95, 'notify'],
  ])('changes nothing for a key that is %s', (_, ageDays, action) => {
    const keys = [accessKey({ id: OLD, ageDays }), accessKey({ id: NEW, ageDays: 5 })];
    const forged = userFacts({ keys, current: NEW, issued: [], since: daysAgo(5) });
    expect(plan(forged, policy(), NOW)[0]).toMatchObject({ action, keyId: OLD });
    expect(plan(forged, policy(), NOW)).toEqual(plan(userFacts({ keys }), policy(), NOW));
  });

  it('changes nothing by a version made now for a key that was tagged long ago', () => {
    const keys = [accessKey({ id: OLD, ageDays: 30 }), accessKey({ id: NEW, ageDays: 20 })];
    const forged = userFacts({ keys, current: NEW, since: daysAgo(0) });
    expect(dangerous(forged)).toEqual([]);
  });
});

it('a key that we remember as issued is none for that alone', () => {
  const user = userFacts({ keys: complete().keys, memory: { [NEW]: { told: {}, issued: true } }, tags: remembered(OLD, {}) });
  expect(isIssuedAndStored(user, keyOf(user, NEW))).toBe(false);
});
