import { HELP, readArguments } from '../../sandbox/bench/arguments';

describe('arguments of npm run bench', () => {
  it('have defaults', () => {
    expect(readArguments([])).toEqual({ users: [20, 100, 1000], runs: 3, latencyMs: 0, help: false });
  });

  it('are read', () => {
    expect(readArguments(['--users', '5, 7', '--runs', '1', '--latency', '40'])).toEqual({
      users: [5, 7],
      runs: 1,
      latencyMs: 40,
      help: false,
    });
  });

  it.each([
    [['--users', '20,,5'], '--users: "" must be a whole number from 1 to 5000'],
    [['--users', '5001'], '--users: "5001" must be a whole number from 1 to 5000'],
    [['--runs', '0'], '--runs: "0" must be a whole number from 1 to 100'],
    [['--runs', '1.5'], '--runs: "1.5" must be a whole number'],
    [['--latency', 'x'], '--latency: "x" must be a whole number from 0 to 10000'],
    [['--user', '5'], "Unknown option '--user'"],
  ])('%j are refused', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('are all in the help', () => {
    for (const option of ['--users', '--runs', '--latency', '--help']) expect(HELP).toContain(option);
  });
});
