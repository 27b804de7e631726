import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const KEYS = join(__dirname, '..', '..', '..', 'bin', 'keys.js');

/** A folder with `iam-keys` in it, as an installation puts it into PATH. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), 'completion-'));
  writeFileSync(join(folder, 'iam-keys'), `#!/bin/sh\nexec '${process.execPath}' '${KEYS}' "$@"\n`);
  chmodSync(join(folder, 'iam-keys'), 0o755);
  return folder;
}

const bash = (path: string, script: string): string =>
  execFileSync('bash', ['--noprofile', '--norc', '-c', script], {
    encoding: 'utf8',
    env: { PATH: `${path}:${process.env['PATH'] ?? ''}` },
  });

it.each([
  [['la'], ['last-used']],
  [['list', '--out'], ['--output']],
  [['list', '--output', 'j'], ['json']],
  [
    ['completion', ''],
    ['bash', 'zsh'],
  ],
])('completes %j in bash', (words, wanted) => {
  const script = `source <(iam-keys completion bash)
COMP_WORDS=(iam-keys ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_iam_keys; printf '%s\\n' "\${COMPREPLY[@]}"`;
  expect(bash(installed(), script).trim().split('\n')).toEqual(expect.arrayContaining(wanted));
});

it('knows which shells it can help, and no other', () => {
  const completion = (shell: string) => spawnSync(process.execPath, [KEYS, 'completion', shell], { encoding: 'utf8' });
  expect(completion('zsh')).toMatchObject({ status: 0, stdout: expect.stringContaining('compdef _iam_keys iam-keys') as string });
  expect(completion('fish')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringContaining('"fish" must be bash or zsh') as string,
  });
});
