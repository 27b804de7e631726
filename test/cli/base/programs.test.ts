import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
/** Every program of this project, by the script that runs it. */
const PROGRAMS = Object.entries(scripts).flatMap(([script, command]) => {
  const [, program] = /^node bin\/run\.js (\S+)$/.exec(command) ?? [];
  return program === undefined ? [] : [[script, program] as const];
});

/** Runs a program with nothing in its environment but what is given; it has no credentials and no way out. */
function runProgram(program: string, args: readonly string[], environment: Record<string, string> = {}) {
  return new Promise<{ status: number; out: string; error: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [join('bin', 'run.js'), program, ...args],
      { cwd: ROOT, env: { PATH: process.env['PATH'], AWS_ENDPOINT_URL: 'http://127.0.0.1:9', ...environment } },
      (_, out, error) => {
        resolve({ status: child.exitCode ?? -1, out, error });
      },
    );
  });
}

it('are all that package.json runs', () => {
  expect(PROGRAMS.map(([script]) => script).sort()).toEqual(
    ['bench', 'documents', 'doctor', 'pause', 'redrive', 'resume', 'sandbox', 'start', 'test:mutations', 'test:soak'].sort(),
  );
});

it.each(PROGRAMS)('npm run %s explains itself and does nothing else when asked for help', async (script, program) => {
  const { status, out, error } = await runProgram(program, ['--help'], { COLUMNS: '60' });
  expect([status, error]).toEqual([0, '']);
  expect(out).toMatch(new RegExp(`^USAGE\n  npm (run )?${script} --`));
  expect(out).toContain('Exit code: 0');
  expect(out).toMatch(/^ +-h +--help +this text$/m);
  expect(out.split('\n').filter((line) => line.length > 60)).toEqual([]);
  // Escapes are for terminals.
  expect(out).not.toContain('\u001b');
});

it('takes -h for --help, whatever else is asked', async () => {
  const asked = await runProgram('cli/redrive/main.ts', ['--list', '-h']);
  expect(asked).toMatchObject({ status: 0, out: expect.stringContaining('USAGE') as string, error: '' });
});

it('refuses an unknown option with one line and exit code 2', async () => {
  const { status, out, error } = await runProgram('demo/story/main.ts', ['--colour']);
  expect([status, out, error]).toEqual([2, '', '--colour is not an option; --help shows what there is\n']);
});
