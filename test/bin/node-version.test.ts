import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const { scripts, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  engines: { node: string };
};

/** Runs a file of Node.js as if this were another version. */
function runAs(version: string, ...args: string[]) {
  const fake = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'${version}'})`;
  return spawnSync(process.execPath, ['--import', fake, ...args], { cwd: ROOT, encoding: 'utf8' });
}

it.each(['8.17.0', '16.20.2', '18.20.8', '20.18.3', '20.9.0'])(
  'refuses Node.js %s in one sentence, before anything is loaded',
  (version) => {
    for (const program of ['bin/run.js', 'bin/keys.js', 'bin/iam-keys.js']) {
      const { status, stdout, stderr } = runAs(version, program, 'no-such-program.ts');
      expect([status, stdout]).toEqual([2, '']);
      expect(stderr).toBe(`This is Node.js ${version}; iam-key-rotation needs ${engines.node.slice(2)} or newer (https://nodejs.org).\n`);
    }
  },
);

it.each(['20.19.0', '20.20.2', '21.0.0', '22.1.0', '24.21.0', '100.0.0'])('takes Node.js %s', (version) => {
  expect(runAs(version, 'bin/node-version.js')).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

it('is asked by every script first', () => {
  // These call others, which ask.
  const callers = ['check'];
  const asking = Object.entries(scripts).filter(([, command]) => /^node bin\/(run\.js|keys\.js|node-version\.js) ?/.test(command));
  expect(Object.keys(scripts).filter((name) => !callers.includes(name))).toEqual(asking.map(([name]) => name));
});

it('is plain JavaScript that old versions can read', () => {
  for (const file of ['node-version.js', 'run.js', 'keys.js', 'iam-keys.js']) {
    const code = readFileSync(join(ROOT, 'bin', file), 'utf8');
    expect(code.replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, '')).not.toMatch(/=>|`|\b(const|let|class|import|async|await)\b|\?\?|\?\./);
  }
});
