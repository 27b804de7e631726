import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../helpers/commands-host';

const ROOT = join(__dirname, '..', '..', '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** Every program of this project, by the script that runs it. */
const PROGRAMS = Object.entries(scripts).flatMap(([script, command]) => {
  const [, starter = '', first] = /^node (bin\/(?:run|keys)\.js)(?: (\S+))?$/.exec(command) ?? [];
  return starter === '' ? [] : [[script, [starter, ...(first === undefined ? [] : [first])]] as const];
});

/** Nothing but what is given: no credentials and no way out. */
const environmentWith = (given: Record<string, string>) => ({
  PATH: process.env['PATH'],
  AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
  ...given,
});

/** Runs a program in a process of its own. */
function runProgram(program: readonly string[], args: readonly string[], environment: Record<string, string> = {}) {
  return new Promise<{ status: number; out: string; error: string }>((resolve) => {
    const child = execFile(process.execPath, [...program, ...args], { cwd: ROOT, env: environmentWith(environment) }, (_, out, error) => {
      resolve({ status: child.exitCode ?? -1, out, error });
    });
  });
}

/** Runs `iam-keys` in one process for all. */
const keys = (args: readonly string[], environment: Record<string, string> = {}) => commands.run(args, environmentWith(environment));

it('are all that package.json runs', () => {
  expect(PROGRAMS.map(([script]) => script).sort()).toEqual(
    [
      'bench',
      'documents',
      'doctor',
      'keys',
      'pause',
      'pictures',
      'redrive',
      'resume',
      'sandbox',
      'start',
      'start:fast',
      'test:mutations',
      'test:soak',
    ].sort(),
  );
});

it.each(PROGRAMS)('npm run %s explains itself and does nothing else when asked for help', async (script, program) => {
  const { status, out, error } = await runProgram(program, ['--help'], { COLUMNS: '60' });
  expect([status, error]).toEqual([0, '']);
  expect(out).toMatch(new RegExp(`^USAGE\n  (npm (run )?${script} --|iam-keys (${script} )?)`));
  expect(out).toContain('Exit code: 0');
  expect(out).toMatch(/^ +-h +--help +this text$/m);
  expect(out.split('\n').filter((line) => line.length > 60)).toEqual([]);
  // Escapes are for terminals.
  expect(out).not.toContain('\u001b');
});

it('takes -h for --help, whatever else is asked', async () => {
  const asked = await keys(['redrive', '--list', '-h']);
  expect(asked).toMatchObject({ status: 0, out: expect.stringContaining('USAGE') as string, error: '' });
});

it('refuses an unknown option with one line and exit code 2', async () => {
  const { status, out, error } = await keys(['redrive', '--colour']);
  expect([status, out, error]).toEqual([2, '', '--colour is not an option; --help shows what there is\n']);
});

describe('iam-keys', () => {
  it('names every command, each of which has help with examples and says how it ends', async () => {
    const { status, out } = await keys(['--help']);
    expect(status).toBe(0);
    const names = [...(out.split('COMMANDS\n')[1] ?? '').matchAll(/^ {2}(\S+) /gm)].map(([, command]) => command ?? '');
    expect(names).toEqual(expect.arrayContaining(['list', 'last-used', 'doctor', 'redrive', 'pause', 'resume', 'version', 'completion']));
    const helps = await Promise.all(names.map((command) => keys([command, '--help'], { COLUMNS: '60' })));
    for (const [at, shown] of helps.entries()) {
      expect([names[at], shown.status, shown.error]).toEqual([names[at], 0, '']);
      expect(shown.out).toContain(`EXAMPLES\n`);
      expect(shown.out).toContain('Exit code: 0');
      // Each option is whole: what may be left out in brackets, its default behind what it does.
      expect(shown.out).not.toMatch(/\(--\S+\]|>=<|default = /);
      expect(shown.out.split('\n').filter((line) => line.length > 60)).toEqual([]);
    }
  });

  it.each(['list', 'show', 'rotate', 'revoke', 'cleanup'])('explains api-client %s, too', async (command) => {
    const { status, out, error } = await keys(['api-client', command, '--help'], { COLUMNS: '60' });
    expect([status, error]).toEqual([0, '']);
    for (const part of ['EXAMPLES\n', 'Exit code: 0', 'apigateway:']) expect(out).toContain(part);
    expect(out.split('\n').filter((line) => line.length > 60)).toEqual([]);
  });

  it('names the nearest command to one that it does not know', async () => {
    expect(await keys(['lst'])).toEqual({
      status: 2,
      out: '',
      error: '"lst" is not a command; did you mean list? --help shows what there is\n',
    });
  });

  it.each([
    ['version', ['version'], /^iam-keys \d+\.\d+\.\d+ on Node\.js [\d.]+, \w+\n$/],
    ['version as JSON', ['version', '--output', 'json'], /"version": "\d/],
    ['version as CSV', ['version', '--output', 'csv'], /^version,node,platform\n\d/],
    ['the option', ['--version'], /^\d+\.\d+\.\d+\n$/],
  ])('tells its version: %s', async (_, args, wanted) => {
    const { status, out, error } = await keys(args);
    expect([status, error]).toEqual([0, '']);
    expect(out).toMatch(wanted);
  });
});
