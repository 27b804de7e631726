import fc from 'fast-check';
import {
  canonicalTagKey,
  EXEMPT_UNTIL,
  intentTag,
  intentToken,
  keyTag,
  readState,
  staleTags,
  STORED_AS,
  tagValue,
  writeIntent,
  writeKeyState,
  writeStoredAs,
  type KeyState,
} from '../../../../lambda/core/plan/key-state';
import { daysAgo, inDays, NEW, NOW, OLD } from '../../../helpers/facts';

const CREATED = new Map([[OLD, daysAgo(95)]]);
const read = (tags: Record<string, string>, now = NOW) => readState(new Map(Object.entries(tags)), CREATED, now);
const keyState = (value: string): KeyState | undefined => read({ [keyTag(OLD)]: value }).keys.get(OLD);
const TAG_VALUE = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
const at = (days: number): string => daysAgo(days).toISOString();
const MINUTE = 60_000;

describe('a key’s state', () => {
  it.each<KeyState>([
    {},
    { inactive: daysAgo(3) },
    { notice: daysAgo(3), noticeBeside: NEW },
    { notice: daysAgo(3), noticeBeside: 'none' },
    { reenabled: daysAgo(3), times: 4 },
    { behind: daysAgo(3) },
    { issued: daysAgo(95) },
    { issued: daysAgo(95), central: true },
    { lost: daysAgo(1) },
    {
      inactive: daysAgo(1),
      behind: daysAgo(2),
      notice: daysAgo(20),
      noticeBeside: NEW,
      reenabled: daysAgo(30),
      times: 12,
      issued: daysAgo(95),
      central: true,
      lost: daysAgo(3),
    },
  ])('is read as it was written: %j', (state) => {
    expect(keyState(writeKeyState(state))).toEqual(state);
  });

  it('fits into a tag that IAM accepts, whatever it holds', () => {
    const moment = fc.date({ min: new Date(0), max: NOW, noInvalidDate: true });
    const some = fc.record(
      {
        inactive: moment,
        notice: moment,
        reenabled: moment,
        behind: moment,
        issued: moment,
        lost: moment,
        central: fc.constant(true as const),
        times: fc.integer({ min: 1, max: 100_000 }),
      },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(some, (state) => TAG_VALUE.test(writeKeyState({ ...state, noticeBeside: NEW }))));
  });

  it('counts a missing number of re-enablings as one', () => {
    for (const times of ['', ' times=x', ' times=-2', ' times=0', ' times=1.5']) {
      expect(keyState(`reenabled=${at(1)}${times}`)).toEqual({ reenabled: daysAgo(1), times: 1 });
    }
  });

  it.each([
    ['empty', ''],
    ['prose', 'leave this key alone please'],
    ['no moment', 'inactive=yes notice=true beside=none'],
    ['a day without a time', 'inactive=2026-11-01'],
    ['an impossible moment', 'inactive=2026-13-45T99:99:99Z'],
    ['a day that the month does not have', 'inactive=2026-09-31T00:00:00Z'],
    ['an hour that the day does not have', 'inactive=2026-10-31T24:00:00Z'],
    ['a local time', 'inactive=2026-11-01T00:00:00+02:00'],
    ['a number', 'inactive=1763694000000'],
    ['other letter case', `INACTIVE=${at(3)}`],
    ['other separators', `inactive:${at(3)}`],
    ['the future', `inactive=${inDays(1).toISOString()} reenabled=${inDays(1).toISOString()}`],
    ['a millisecond ahead', `inactive=${new Date(NOW.getTime() + 1).toISOString()}`],
    ['before the key was made', `inactive=${at(96)} notice=${at(96)} beside=none`],
    ['a notice that does not say beside which key', `notice=${at(3)}`],
  ])('is absent when its tag is %s', (_, value) => {
    expect(keyState(value)).toEqual({});
  });

  it('keeps what is true beside what is garbage', () => {
    expect(keyState(`inactive=nonsense reenabled=${at(3)} times=2 and more`)).toEqual({ reenabled: daysAgo(3), times: 2 });
  });

  it.each([
    [-5_001, false],
    [-5_000, true],
    [0, true],
    [900_000, true],
    [900_001, false],
  ])('was issued by the invocation that made the key: a moment %d ms after that: %s', (after, issued) => {
    const moment = new Date(daysAgo(95).getTime() + after);
    expect(keyState(`issued=${moment.toISOString()} store=central`)).toEqual(issued ? { issued: moment, central: true } : {});
  });

  it('is in the central store only beside the moment of its issue', () => {
    expect(keyState('store=central')).toEqual({});
  });

  it.each([keyTag(NEW), `KEY-ROTATION:${OLD}`, `xxxxxxxxxxxxx${OLD}`, OLD])('is not read from the tag %s', (tagKey) => {
    expect(read({ [tagKey]: `inactive=${at(3)}` }).keys.size).toBe(0);
  });
});

describe('an intent', () => {
  const value = (agoMinutes: number, lasts: number, known: readonly string[] = [OLD]) => {
    const begun = new Date(NOW.getTime() - agoMinutes * MINUTE);
    return writeIntent({ at: begun, until: new Date(begun.getTime() + lasts * MINUTE), known });
  };
  const intents = (text: string) => read({ [intentTag('aaaa1111')]: text }).intents;

  it.each([[[]], [[OLD]], [[OLD, NEW]]])('is read as it was written, with the known keys %j', (known) => {
    expect(intents(value(1, 15, known))).toEqual([
      {
        tagKey: 'key-rotation:issuing:aaaa1111',
        at: new Date(NOW.getTime() - MINUTE),
        until: new Date(NOW.getTime() + 14 * MINUTE),
        known,
      },
    ]);
    expect(value(1, 15, known)).toMatch(TAG_VALUE);
  });

  it('is told apart from others by its token', () => {
    const tags = { [intentTag('aaaa1111')]: value(1, 15), [intentTag('bbbb2222')]: value(2, 15) };
    expect(read(tags).intents.map((intent) => intent.tagKey)).toEqual(Object.keys(tags));
  });

  it.each([
    ['of a clock a minute ahead', 1, value(-1, 15)],
    ['of a clock further ahead', 0, value(-1.1, 15)],
    ['that ended before it began', 0, value(5, -1)],
    ['longer than any invocation', 0, value(5, 16.1)],
    ['as long as an invocation can be', 1, value(5, 15)],
    ['without an end', 0, `at=${at(0)} keys=${OLD}`],
    ['without a beginning', 0, `until=${at(0)} keys=${OLD}`],
    ['that is garbage', 0, 'true'],
    ['that is empty', 0, ''],
  ])('%s: %d are read', (_, count, text) => {
    expect(intents(text)).toHaveLength(count);
  });

  it('that would not fit into a tag is refused with length and limit', () => {
    const known = ['A'.repeat(128), 'B'.repeat(128)];
    expect(() => value(0, 15, known)).toThrow(new RangeError('the intent tag would have 321 characters, IAM allows 256'));
  });
});

describe('an intent whose key a run did not see', () => {
  const seenAt = (agoMinutes: number): Date => new Date(NOW.getTime() - agoMinutes * MINUTE);
  const base = { at: seenAt(60), until: seenAt(45), known: [OLD] };
  const readSeen = (seen: Date) => read({ [intentTag('a')]: writeIntent({ ...base, central: true, seen }) }).intents[0];

  it('is read as it was written', () => {
    expect(readSeen(seenAt(30))).toEqual({ tagKey: intentTag('a'), ...base, central: true, seen: seenAt(30) });
    expect(writeIntent({ ...base, known: [OLD, NEW], central: true, seen: NOW })).toMatch(TAG_VALUE);
  });

  it.each([
    [45, true],
    [46, false],
    [0, true],
    [-1, false],
  ])('counts from when the invocation was over and not in the future: %d minutes ago: %s', (minutes, counts) => {
    expect(readSeen(seenAt(minutes))?.seen !== undefined).toBe(counts);
  });
});

describe('the name that a user had when their key was stored', () => {
  it.each([
    ['alice', 'alice'],
    ['a/2Cb', 'a,b'],
    ['x+=@._-1', 'x+=@._-1'],
    ['', undefined],
    ['a/b', undefined],
    ['a b', undefined],
    ['x'.repeat(65), undefined],
    ['*', undefined],
  ])('%s is read as %s', (value, name) => {
    expect(read({ [STORED_AS]: value }).storedAs).toBe(name);
  });

  it.each(['alice', 'a,b', ',,', 'x+=,.@-_'])('%s comes back as it was written', (name) => {
    expect(writeStoredAs(name)).toMatch(TAG_VALUE);
    expect(read({ [STORED_AS]: writeStoredAs(name) }).storedAs).toBe(name);
  });
});

describe('the letter case of tags, which IAM ignores', () => {
  it.each([
    [keyTag(OLD), keyTag(OLD)],
    [`Key-Rotation:${OLD.toLowerCase()}`, keyTag(OLD)],
    ['KEY-ROTATION:ISSUING:AAAA1111', intentTag('aaaa1111')],
    ['Key-Rotation:Exempt-Until', EXEMPT_UNTIL],
    ['KEY-ROTATION:STORED-AS', STORED_AS],
    ['OwnerEmail', 'OwnerEmail'],
    ['TEAM:X', 'TEAM:X'],
  ])('%s is ours as %s', (given, expected) => {
    expect(canonicalTagKey(given)).toBe(expected);
  });

  it.each([
    ['OwnerEmail', 'a'],
    ['owneremail', 'a'],
    ['OWNEREMAIL', 'a'],
    ['Owner', undefined],
  ])('a tag is found by the key %s: %s', (key, expected) => {
    expect(tagValue(new Map([['ownerEmail', 'a']]), key)).toBe(expected);
  });

  it('finds the one of the same case first', () => {
    expect(
      tagValue(
        new Map([
          ['a', '1'],
          ['A', '2'],
        ]),
        'A',
      ),
    ).toBe('2');
  });
});

describe('staleTags', () => {
  const stale = (tags: Record<string, string>) => staleTags(new Map(Object.entries(tags)), new Set([OLD]), read(tags), NOW);

  it.each([
    ['state of a key that is gone', true, keyTag(NEW), 'inactive=x'],
    ['an intent that cannot be read', true, intentTag('x'), 'garbage'],
    ['state of a key that was issued a while ago and is gone', true, keyTag(NEW), writeKeyState({ issued: daysAgo(1) })],
    ['state of a key that was issued just now, and that a list may not show yet', false, keyTag(NEW), writeKeyState({ issued: NOW })],
    ['state of a key that is there', false, keyTag(OLD), 'garbage'],
    ['the exemption', false, EXEMPT_UNTIL, '2026-01-01'],
    ['the name that the secret has', false, STORED_AS, 'alice'],
    ['a tag of ours that names no key', false, 'key-rotation:managed', 'true'],
    ['somebody’s tag', false, `team:${NEW}`, 'x'],
    ['a tag named like a key', false, NEW, 'x'],
  ])('%s: %s', (_, expected, tagKey, value) => {
    expect(stale({ [tagKey]: value })).toEqual(expected ? [tagKey] : []);
  });

  it('are not intents that can be read', () => {
    const tagKey = intentTag('aaaa1111');
    expect(stale({ [tagKey]: writeIntent({ at: daysAgo(1), until: daysAgo(1), known: [] }) })).toEqual([]);
  });
});

it.each([
  ['key-rotation:issuing:0123abcd', '0123abcd'],
  ['key-rotation:issuing:0123abc', undefined],
  ['key-rotation:issuing:0123abcde', undefined],
  ['key-rotation:issuing:../abcde', undefined],
  ['key-rotation:issuing:', undefined],
])('the token of the tag %s', (tagKey, token) => {
  expect(intentToken(tagKey)).toBe(token);
});
