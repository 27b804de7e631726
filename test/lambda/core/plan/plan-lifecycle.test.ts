import { DAY_MS } from '../../../../lambda/shared/period';
import type { Policy } from '../../../../lambda/core/plan/policy';
import { accessKey, inMinutes, NEW, OLD, policy } from '../../../helpers/facts';
import { SimulatedUser, type Taken } from '../../../helpers/simulated-user';

const MINUTE = 60_000;
const START = Date.parse('2026-01-01T00:00:00Z');
const dayOf = (at: Date): number => Math.floor((at.getTime() - START) / DAY_MS);
const steps = (taken: readonly Taken[], keyId: string): string[] =>
  taken.filter((step) => step.keyId === keyId).map((step) => `${step.action} on day ${dayOf(step.at)}`);

/** One run per day of `days`, each at `hour` and so many minutes off. */
function live(user: SimulatedUser, days: Iterable<number>, hour = 3, off: (day: number) => number = () => 0): void {
  for (const day of days) user.run(new Date(START + day * DAY_MS + hour * 3_600_000 + off(day) * MINUTE));
}
const until = (end: number): number[] => Array.from({ length: end }, (_, day) => day);
const made = (day: number, time: string, id = OLD) =>
  accessKey({ id, created: new Date(START + day * DAY_MS + Date.parse(`1970-01-01T${time}Z`)) });
const user = (keys = [made(0, '03:00:00')], rules: Policy = policy()): SimulatedUser => new SimulatedUser(keys, rules);

const LIFE = ['rotate on day 90', 'disable on day 100', 'delete on day 110'];

describe('a key made on day 0, with a daily run', () => {
  it.each([
    ['the hour of the run', '03:00:00'],
    ['a minute before the run', '02:59:00'],
    ['a minute after the run', '03:01:00'],
    ['the first second of the day', '00:00:00'],
    ['the last second of the day', '23:59:59'],
  ])('is rotated on day 90, disabled on day 100, deleted on day 110: made at %s', (_, time) => {
    const one = user([made(0, time)]);
    live(one, until(120));
    expect(steps(one.taken, OLD)).toEqual(LIFE);
  });

  it.each([
    ['late', 7],
    ['early', -7],
    ['now early, now late', (day: number) => (day % 2 === 0 ? -9 : 9)],
    ['late first and early ever after', (day: number) => (day === 90 ? 9 : -9)],
  ])('slips no day when runs start a few minutes off: %s', (_, off) => {
    const one = user();
    live(one, until(120), 3, typeof off === 'number' ? () => off : off);
    expect(steps(one.taken, OLD)).toEqual(LIFE);
  });

  it('slips no day when a run starts seconds from midnight', () => {
    for (const [hour, off] of [
      [0, 0.1],
      [23, 59.9],
    ] as const) {
      const one = user([made(0, '12:00:00')]);
      live(one, until(120), hour, () => off);
      expect(steps(one.taken, OLD)).toEqual(LIFE);
    }
  });

  it('hands over to its successor, which lives the same life', () => {
    const one = user();
    live(one, until(301));
    expect(steps(one.taken, 'AKIASUCCESSOR0000001')).toEqual(['rotate on day 180', 'disable on day 190', 'delete on day 200']);
    expect(steps(one.taken, 'AKIASUCCESSOR0000002')).toEqual(['rotate on day 270', 'disable on day 280', 'delete on day 290']);
    expect(one.keys.map((key) => key.id)).toEqual(['AKIASUCCESSOR0000003']);
    expect([...one.tags]).toEqual([
      ['key-rotation:AKIASUCCESSOR0000003', `issued=${new Date(START + 270 * DAY_MS + 3 * 3_600_000).toISOString()}`],
    ]);
  });

  it('takes its steps later, never closer together, when runs were missed', () => {
    const one = user();
    live(
      one,
      until(140).filter((day) => day % 7 === 3),
    );
    expect(steps(one.taken, OLD)).toEqual(['rotate on day 94', 'disable on day 108', 'delete on day 122']);
  });

  it('ends at the same state when every run happens twice', () => {
    const one = user();
    live(
      one,
      until(120).flatMap((day) => [day, day]),
      3,
    );
    expect(steps(one.taken, OLD)).toEqual(LIFE);
  });
});

describe('an organization met for the first time', () => {
  it('a key of 400 days gets its full 10 + 10 days', () => {
    const one = user([made(-400, '12:00:00')]);
    live(one, until(30));
    expect(steps(one.taken, OLD)).toEqual(['rotate on day 0', 'disable on day 10', 'delete on day 20']);
  });

  it('of two active keys the older goes after notice, then the younger is rotated', () => {
    const one = user([made(-400, '12:00:00'), made(-300, '12:00:00', NEW)]);
    live(one, until(50));
    expect(steps(one.taken, OLD)).toEqual(['notify on day 0', 'disable on day 10', 'delete on day 20']);
    expect(steps(one.taken, NEW).filter((step) => !step.startsWith('blocked'))).toEqual([
      'rotate on day 21',
      'disable on day 31',
      'delete on day 41',
    ]);
  });

  it('an ancient inactive key gets ten days, and the active one beside it is rotated after that', () => {
    const one = user([accessKey({ ...made(-900, '12:00:00'), status: 'Inactive' }), made(-300, '12:00:00', NEW)]);
    live(one, until(50));
    expect(steps(one.taken, OLD)).toEqual(['note-inactive on day 0', 'delete on day 10']);
    expect(steps(one.taken, NEW).filter((step) => !step.startsWith('blocked'))[0]).toBe('rotate on day 11');
  });

  it('a young inactive key lives to its 110th day', () => {
    const one = user([accessKey({ ...made(-1, '12:00:00'), status: 'Inactive' })]);
    live(one, until(120));
    expect(steps(one.taken, OLD)).toEqual(['note-inactive on day 0', 'delete on day 109']);
  });
});

describe('people', () => {
  it('who re-enable a key get a fresh grace each time, counted', () => {
    const one = user();
    live(one, until(103));
    one.setStatus(OLD, 'Active');
    live(one, until(120).slice(103));
    one.setStatus(OLD, 'Active');
    live(one, until(150).slice(120));
    expect(steps(one.taken, OLD)).toEqual([
      'rotate on day 90',
      'disable on day 100',
      'note-reenabled on day 103',
      'disable on day 113',
      'note-reenabled on day 120',
      'disable on day 130',
      'delete on day 140',
    ]);
    expect(one.keys).toHaveLength(1);
  });

  it('who switch the successor off keep the old key on', () => {
    const one = user();
    live(one, until(95));
    one.setStatus('AKIASUCCESSOR0000001', 'Inactive');
    live(one, until(150).slice(95));
    expect(one.keys.find((key) => key.id === OLD)?.status).toBe('Active');
  });

  it('who overwrite the secret of a key that nobody used keep the old one on until another one was issued', () => {
    const one = user();
    live(one, until(95));
    one.current = undefined;
    live(one, until(300).slice(95));
    expect(steps(one.taken, 'AKIASUCCESSOR0000001')).toEqual(['notify on day 100', 'disable on day 110', 'delete on day 200']);
    expect(steps(one.taken, OLD).filter((step) => !step.startsWith('blocked'))).toEqual([
      'rotate on day 90',
      'rotate on day 201',
      'disable on day 211',
      'delete on day 221',
    ]);
  });

  it('who overwrite the secret of a key in use keep the old one on until a person decides', () => {
    const one = user();
    live(one, until(95));
    one.current = undefined;
    one.keys = one.keys.map((key) => ({ ...key, lastUsed: { at: new Date(START + 94 * DAY_MS), service: 's3', region: 'eu-west-1' } }));
    live(one, until(300).slice(95));
    expect(one.keys.map((key) => key.status)).toEqual(['Active', 'Active']);
    expect(steps(one.taken, OLD).at(-1)).toBe('blocked on day 299');
  });
});

describe('options', () => {
  it('retire: a never-used key ends at the same ages, without a successor', () => {
    const one = user([accessKey({ ...made(0, '12:00:00'), lastUsed: 'never' })], policy({ unusedKeys: 'retire' }));
    live(one, until(120));
    expect(steps(one.taken, OLD)).toEqual(['notify on day 90', 'disable on day 100', 'delete on day 110']);
    expect(one.keys).toEqual([]);
  });

  it('minutes: the whole life in forty minutes, to the minute', () => {
    const one = user([made(0, '00:00:00')], inMinutes());
    for (let minute = 0; minute <= 45; minute++) one.run(new Date(START + minute * MINUTE));
    const life = one.taken.filter((step) => step.keyId === OLD).map((step) => [step.action, (step.at.getTime() - START) / MINUTE]);
    expect(life).toEqual([
      ['rotate', 20],
      ['disable', 30],
      ['delete', 40],
    ]);
  });
});
