import { benchCommand, type BenchArguments } from '../../../demo/bench/arguments';
import { PARTS } from '../../../demo/bench/parts';
import { readBy } from '../../helpers/command-line';

const parts = [
  { name: 'quick', title: 'something' },
  { name: 'slow', title: 'something else', long: true },
  { name: 'other', title: 'another thing' },
] as const;
const read = (...args: string[]) => readBy<BenchArguments>((work) => benchCommand(parts, work), args);

describe('arguments of npm run bench', () => {
  it('have defaults: every part that does not take minutes', async () => {
    expect((await read()).asked).toEqual({
      parts: ['quick', 'other'],
      users: [20, 100, 1000, 5000],
      accounts: [100, 1000, 10000],
      runs: 3,
      latencyMs: 0,
      write: false,
    });
  });

  it('are read, lists in ascending order', async () => {
    expect((await read('--users', '7, 5', '--accounts', '3', '--runs', '1', '--latency', '40', '--write')).asked).toMatchObject({
      users: [5, 7],
      accounts: [3],
      runs: 1,
      latencyMs: 40,
      write: true,
    });
  });

  it('choose parts, in the order in which they are measured', async () => {
    expect((await read('--only', 'other, slow')).asked?.parts).toEqual(['slow', 'other']);
    expect((await read('--all')).asked?.parts).toEqual(['quick', 'slow', 'other']);
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
    [['--user', '5'], '--user is not an option; did you mean --users?'],
  ])('%j are refused with exit code 2', async (args, message) => {
    const { asked, error, exitCode } = await read(...args);
    expect(error).toContain(message);
    expect([asked, exitCode]).toEqual([undefined, 2]);
  });

  it('and the parts are all in the help', async () => {
    const { out } = await readBy((work) => benchCommand(PARTS, work), ['--help']);
    for (const option of ['--only', '--all', '--users', '--accounts', '--runs', '--latency', '--write', '--help'])
      expect(out).toContain(option);
    for (const { name, title } of PARTS) expect(out).toMatch(new RegExp(`${name} +${title.replace(/[()]/g, '\\$&')}`));
  });
});
