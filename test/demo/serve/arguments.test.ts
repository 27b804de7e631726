import { serveCommand } from '../../../demo/serve/arguments';
import { readBy } from '../../helpers/command-line';

const read = (...args: string[]) => readBy(serveCommand, args);

describe('arguments of npm run sandbox', () => {
  it('have defaults: the usual port, enforcing', async () => {
    expect((await read()).asked).toEqual({ port: 4566, dryRun: false });
  });

  it.each([
    [['--port', '0'], { port: 0 }],
    [['--port=8080', '--dry-run'], { port: 8080, dryRun: true }],
  ])('%j are read', async (args, expected) => {
    expect((await read(...args)).asked).toMatchObject(expected);
  });

  it.each([
    [['--port', 'http'], '--port: "http" must be a whole number from 0 to 65535'],
    [['--port', '65536'], '--port: "65536" must be a whole number from 0 to 65535'],
    [['--port='], '"--port=" is not understood'],
    [['--port'], '--port needs a value'],
    [['--port', '1', '--port', '2'], '--port is given twice'],
    [['--dryrum'], '--dryrum is not an option; did you mean --dry-run?'],
    [['-x'], '-x is not an option'],
    [['start'], '"start" is not understood'],
  ])('%j are refused with exit code 2', async (args, message) => {
    const { asked, error, exitCode } = await read(...args);
    expect(error).toContain(message);
    expect([asked, exitCode]).toEqual([undefined, 2]);
  });

  it('are all in the help', async () => {
    const { out } = await read('--help');
    for (const option of ['--port', '--dry-run', '--help']) expect(out).toContain(option);
  });
});
