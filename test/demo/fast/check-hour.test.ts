import { checksOf, countsOf, type HourOutcome, type ProgramOutcome } from '../../../demo/fast/check-hour';
import type { KeyLife } from '../../../demo/fast/key-lives';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 5, 1, minute));
const life = (id: string, created: number, disabled?: number, deleted?: number): KeyLife => ({
  id,
  account: '222233334444',
  user: 'checkout',
  created: at(created),
  issued: true,
  ...(disabled !== undefined && { disabled: at(disabled) }),
  ...(deleted !== undefined && { deleted: at(deleted) }),
});
const GOOD_LIVES = [life('one', 0, 13, 17), life('two', 10, 23), life('three', 20)];

function program(changes: Partial<ProgramOutcome> = {}): ProgramOutcome {
  return {
    program: { user: 'checkout', fetches: 'each minute' },
    lives: GOOD_LIVES,
    promised: new Map([
      ['one', at(13)],
      ['three', at(40)],
    ]),
    calls: 30,
    failures: [],
    ...changes,
  };
}

function hour(changes: Partial<HourOutcome> = {}): HourOutcome {
  return {
    minutes: 30,
    programs: [program()],
    keysFetched: 30,
    handOutEvents: 30,
    strangers: ['404 no-such-user', '404 no-such-user'],
    daily: ['archive rotate', 'checkout skip'],
    ordinary: 'archive',
    denied: 0,
    changes: 7,
    broken: 0,
    ...changes,
  };
}
const lives = (...of: KeyLife[]): Partial<HourOutcome> => ({ programs: [program({ lives: of, promised: new Map([['one', at(5)]]) })] });

it('passes an hour that went as the policy promises', () => {
  const checks = checksOf(hour());
  expect(checks.filter(([good]) => !good)).toEqual([]);
  expect(checks.map(([, text]) => text)).toEqual(
    expect.arrayContaining([
      '1 programs made a signed call in each of 30 minutes: 30 calls, 0 failures',
      'a new key every 10 minutes, by the first run then: 2 times, after 10.0 minutes',
      '2 times a client asked for a user who is not its own, or does not exist: 2 × 404 no-such-user',
    ]),
  );
});

it.each<[string, Partial<HourOutcome>, string]>([
  ['a call failed', { programs: [program({ failures: ['01:05 checkout: InvalidClientTokenId'] })] }, 'made a signed call'],
  ['a minute is missing', { programs: [program({ calls: 29 })] }, 'made a signed call'],
  ['a key is replaced too early', lives(life('one', 0, 12, 16), life('two', 9, 22), life('three', 19)), 'a new key every'],
  ['a key is replaced two runs late', lives(life('one', 0, 15, 19), life('two', 12, 25), life('three', 22)), 'a new key every'],
  ['a key is off before its grace is over', lives(life('one', 0, 11, 15), life('two', 10, 23), life('three', 20)), 'the old one off'],
  ['a key is off late', lives(life('one', 0, 15, 19), life('two', 10, 23), life('three', 20)), 'the old one off'],
  ['a key is off that has no successor', lives(life('one', 0, 13, 17), life('two', 10, 23)), 'the old one off'],
  ['a key is gone too early', lives(life('one', 0, 13, 15), life('two', 10, 23), life('three', 20)), 'and gone'],
  ['a key is gone that was never off', lives({ ...life('one', 0), deleted: at(17) }, life('two', 10, 23), life('three', 20)), 'and gone'],
  ['a key is off before what was promised', { programs: [program({ promised: new Map([['one', at(14)]]) })] }, 'was promised'],
  ['a key was promised that there never was', { programs: [program({ promised: new Map([['none', at(14)]]) })] }, 'was promised'],
  ['a hand-out is no event', { handOutEvents: 29 }, 'is an event'],
  ['nothing was handed out', { keysFetched: 0, handOutEvents: 0 }, 'is an event'],
  ['a stranger got a key', { strangers: ['404 no-such-user', '200'] }, 'asked for a user'],
  ['a stranger learns that there is such a user', { strangers: ['404 no-such-user', '404 no-key-stored'] }, 'asked for a user'],
  ['no stranger asked', { strangers: [] }, 'asked for a user'],
  ['there was no daily run', { daily: [] }, 'the daily run'],
  ['the daily run touched a user of the policy', { daily: ['archive rotate', 'checkout disable'] }, 'the daily run'],
  ['something was denied', { denied: 1 }, 'nothing was denied'],
  ['a never-rule was broken', { broken: 1 }, 'no never-rule'],
])('fails when %s', (_, changes, text) => {
  const failed = checksOf(hour(changes)).filter(([good]) => !good);
  expect(failed.map(([, about]) => about)).toEqual([expect.stringContaining(text)]);
});

it('fails when nothing at all was done to keys', () => {
  const failed = checksOf(hour(lives(life('one', 0)))).filter(([good]) => !good);
  expect(failed.map(([, about]) => about.split(',')[0])).toEqual([
    'a new key every 10 minutes',
    'the old one off 2 minutes after its successor',
    'and gone 3 minutes after that',
  ]);
});

it('counts answers', () => {
  expect(countsOf(['404 no-such-user', '200', '404 no-such-user'])).toBe('2 × 404 no-such-user, 1 × 200');
});
