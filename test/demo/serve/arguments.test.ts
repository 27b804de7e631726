import { HELP, readArguments } from '../../../demo/serve/arguments';

describe('arguments of npm run sandbox', () => {
  it('have defaults: the usual port, enforcing', () => {
    expect(readArguments([])).toEqual({ port: 4566, dryRun: false, help: false });
  });

  it.each([
    [['--port', '0'], { port: 0 }],
    [['--port=8080', '--dry-run'], { port: 8080, dryRun: true }],
    [['-h'], { help: true }],
  ])('%j are read', (args, expected) => {
    expect(readArguments(args)).toMatchObject(expected);
  });

  it.each([
    [['--port', 'http'], '--port http must be a number from 0 to 65535'],
    [['--port', '65536'], '--port 65536 must be a number from 0 to 65535'],
    [['--port='], '--port  must be a number from 0 to 65535'],
    [['--dryrun'], "Unknown option '--dryrun'"],
    [['start'], "Unexpected argument 'start'"],
  ])('%j are refused', (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });

  it('are all in the help', () => {
    for (const option of ['--port', '--dry-run', '--help']) expect(HELP).toContain(option);
  });
});
