import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Ended } from './commands-host';

const PROGRAM = join(__dirname, '..', '..', 'bin', 'iam-keys.js');

/** A key that a person presses when a text appears. */
export interface Press {
  key: string;
  at: string | RegExp;
}

/** Runs `iam-keys` in a terminal of 100 columns, where a person presses keys, each when its text appears after the one before. */
export async function inTerminal(
  home: string,
  args: readonly string[],
  presses: readonly Press[] = [],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<Omit<Ended, 'error'>> {
  const command = ['stty cols 100 rows 40;', process.execPath, PROGRAM, ...args].join(' ');
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { PATH: process.env['PATH'], HOME: home, TERM: 'xterm', SHELL: '/bin/sh', ...environment },
  });
  const left = [...presses];
  let [out, read] = ['', 0];
  child.stdout.on('data', (data) => {
    out += String(data);
    const [press] = left;
    const shown = stripVTControlCharacters(out);
    const found = press === undefined ? null : exactly(press.at).exec(shown.slice(read));
    if (press === undefined || found === null) return;
    left.shift();
    read += found.index + found[0].length;
    child.stdin.write(press.key);
  });
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, out: stripVTControlCharacters(out).replaceAll('\r', '') };
}

const exactly = (text: string | RegExp): RegExp =>
  typeof text === 'string' ? new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')) : text;
