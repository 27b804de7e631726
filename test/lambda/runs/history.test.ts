import {
  firstSeen,
  NO_HISTORY,
  parseHistory,
  sameness,
  withDay as afterRun,
  type History,
  type HistoryDay,
} from '../../../lambda/runs/history';

const dayOf = (day: string, runId = `run-${day}`): HistoryDay => ({
  day,
  runId,
  dryRun: false,
  ...{ keys: 5, active: 4, within: 3, over: 1, exempt: 0 },
  ...{ rotated: 1, disabled: 0, deleted: 0 },
  ...{ failures: 2, blocked: 0, missing: 0 },
});
const USES = { '111111111111': { AKIA: '2026-11-21|2026-11-20|s3|eu-west-1' } };
const historyOf = (days: string[], since: History['since'] = {}): History => ({
  version: 1,
  days: days.map((day) => dayOf(day)),
  since,
  uses: USES,
});
const withDay = (before: History, day: HistoryDay, seen: string[], uses: NonNullable<History['uses']> = USES): History =>
  afterRun(before, day, { seen, uses });
const namesOf = ({ days }: History): string[] => days.map(({ day }) => day);

describe('a stored history', () => {
  it('is read as it was written', () => {
    const history = historyOf(['2026-11-20'], { 'f|1|alice': '2026-11-18' });
    expect(parseHistory(JSON.stringify(history))).toEqual(history);
  });

  it.each([
    ['no JSON', 'what is this'],
    ['nothing', ''],
    ['another version', JSON.stringify({ ...NO_HISTORY, version: 2 })],
    ['a day without its numbers', JSON.stringify({ ...NO_HISTORY, days: [{ day: '2026-11-20' }] })],
    ['no list of days', JSON.stringify({ version: 1, since: {} })],
  ])('is refused when it is %s', (_, text) => {
    expect(() => parseHistory(text)).toThrow();
  });
});

describe('what makes two the same', () => {
  it.each([
    [['f', '1', 'alice', 'AKIA'], 'f|1|alice|AKIA'],
    [['f', '1', undefined, 'AKIA'], 'f|1||AKIA'],
    [[], ''],
  ])('%j', (parts, expected) => {
    expect(sameness(...parts)).toBe(expected);
  });
});

describe('the day on which something was first seen', () => {
  it.each([
    ['the day that is remembered', 'known', '2026-11-21', '2026-11-18'],
    ['today for what is new', 'new', '2026-11-21', '2026-11-21'],
    ['the day of an older run that is reported again, if it was seen later', 'known', '2026-11-17', '2026-11-17'],
    ['today for what is called like something that every object has', 'toString', '2026-11-21', '2026-11-21'],
  ])('is %s', (_, what, today, expected) => {
    expect(firstSeen(historyOf([], { known: '2026-11-18' }), what, today)).toBe(expected);
  });
});

describe('a run', () => {
  it('begins the history', () => {
    expect(withDay(NO_HISTORY, dayOf('2026-11-21'), ['a'])).toEqual(historyOf(['2026-11-21'], { a: '2026-11-21' }));
  });

  it('adds its day, keeps since when it is that something fails, and forgets what no longer does', () => {
    const before = historyOf(['2026-11-19', '2026-11-20'], { a: '2026-11-19', gone: '2026-11-19' });
    const after = withDay(before, dayOf('2026-11-21'), ['a', 'b']);
    expect(after).toEqual(historyOf(['2026-11-19', '2026-11-20', '2026-11-21'], { a: '2026-11-19', b: '2026-11-21' }));
    expect(namesOf(before)).toHaveLength(2);
  });

  it('leaves what it knows of the use of keys, unless a newer one has', () => {
    const newer = { '222222222222': { AKIB: '2026-11-21|never||' } };
    expect(withDay(historyOf(['2026-11-20']), dayOf('2026-11-21'), [], newer).uses).toEqual(newer);
    expect(withDay(historyOf(['2026-11-22']), dayOf('2026-11-21'), [], newer).uses).toEqual(USES);
  });

  it('takes the place of another one of its day', () => {
    const after = withDay(historyOf(['2026-11-20', '2026-11-21'], { a: '2026-11-20' }), dayOf('2026-11-21', 'by-hand'), ['a']);
    expect(after.days.map(({ runId }) => runId)).toEqual(['run-2026-11-20', 'by-hand']);
    expect(after.since).toEqual({ a: '2026-11-20' });
  });

  it('before the newest one gets its place among the days, and says nothing of what fails now', () => {
    const after = withDay(historyOf(['2026-11-19', '2026-11-21'], { a: '2026-11-21' }), dayOf('2026-11-20'), ['old']);
    expect(after).toEqual(historyOf(['2026-11-19', '2026-11-20', '2026-11-21'], { a: '2026-11-21' }));
  });

  it('lets the oldest days go after 800', () => {
    const days = Array.from({ length: 800 }, (_, index) => new Date(index * 86_400_000).toISOString().slice(0, 10));
    const after = namesOf(withDay(historyOf(days), dayOf('2026-11-21'), []));
    expect([after.length, after[0], after.at(-1)]).toEqual([800, '1970-01-02', '2026-11-21']);
  });

  it('remembers 20,000 failures and blocked keys, however many there are', () => {
    const seen = Array.from({ length: 20_001 }, (_, index) => `f|${index}`);
    const { since } = withDay(NO_HISTORY, dayOf('2026-11-21'), seen);
    expect([Object.keys(since).length, since['f|19999'], since['f|20000']]).toEqual([20_000, '2026-11-21', undefined]);
  });
});
