import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Ended } from './operator';

const PROGRAM = join(__dirname, '..', '..', 'bin', 'iam-keys.js');

/** Runs `iam-keys` in a terminal of 100 columns, where a person presses a key when a text appears. */
export async function inTerminal(
  home: string,
  args: readonly string[],
  press?: { key: string; at: string },
): Promise<Omit<Ended, 'error'>> {
  const command = ['stty cols 100;', process.execPath, PROGRAM, ...args].join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], HOME: home, TERM: 'xterm', SHELL: '/bin/sh' },
  });
  let [out, isPressed] = ['', false];
  child.stdout.on('data', (data) => {
    out += String(data);
    if (press === undefined || isPressed || !stripVTControlCharacters(out).includes(press.at)) return;
    isPressed = true;
    child.stdin.write(press.key);
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, out: stripVTControlCharacters(out).replaceAll('\r', '') };
}
