import { help, readArguments } from '../../../demo/bench/arguments';
import { PARTS } from '../../../demo/bench/parts';

const parts = [
  { name: 'quick', title: 'something' },
  { name: 'slow', title: 'something else', long: true },
  { name: 'other', title: 'another thing' },
] as const;
const read = (...args: string[]) => readArguments(args, parts);

describe('arguments of npm run bench', () => {
  it('have defaults: every part that does not take minutes', () => {
    expect(read()).toEqual({
      parts: ['quick', 'other'],
      users: [20, 100, 1000, 5000],
      accounts: [100, 1000, 10000],
      runs: 3,
      latencyMs: 0,
      write: false,
      help: false,
    });
  });

  it('are read, lists in ascending order', () => {
    expect(read('--users', '7, 5', '--accounts', '3', '--runs', '1', '--latency', '40', '--write')).toMatchObject({
      users: [5, 7],
      accounts: [3],
      runs: 1,
      latencyMs: 40,
      write: true,
    });
  });

  it('choose parts, in the order in which they are measured', () => {
    expect(read('--only', 'other, slow').parts).toEqual(['slow', 'other']);
    expect(read('--all').parts).toEqual(['quick', 'slow', 'other']);
  });

  it.each([
    [['--users', '20,,5'], '--users: "" must be a whole number from 1 to 5000'],
    [['--users', '5001'], '--users: "5001" must be a whole number from 1 to 5000'],
    [['--accounts', '0'], '--accounts: "0" must be a whole number from 1 to 20000'],
    [['--runs', '0'], '--runs: "0" must be a whole number from 1 to 100'],
    [['--runs', '1.5'], '--runs: "1.5" must be a whole number'],
    [['--latency', 'x'], '--latency: "x" must be a whole number from 0 to 10000'],
    [['--only', 'quick,fast'], '--only: there is no part "fast"; there are: quick, slow, other'],
    [['--only', 'quick', '--all'], '--only and --all exclude each other'],
    [['--user', '5'], "Unknown option '--user'"],
  ])('%j are refused', (args, message) => {
    expect(() => read(...args)).toThrow(message);
  });

  it('and the parts are all in the help', () => {
    const text = help(PARTS);
    for (const option of ['--only', '--all', '--users', '--accounts', '--runs', '--latency', '--write', '--help'])
      expect(text).toContain(option);
    for (const { name, title } of PARTS) expect(text).toMatch(new RegExp(`${name} +${title.replace(/[()]/g, '\\$&')}`));
  });
});
