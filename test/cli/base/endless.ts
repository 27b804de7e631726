// A program that never ends by itself: it has a file and a process to leave behind.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { buildCommand } from '@stricli/core';
import { removeAtEnd } from '../../../cli/base/ending';
import type { ExitCode } from '../../../cli/base/exit-codes';
import { runProgram, working } from '../../../cli/base/program';

function writeForEver({ file, hanging }: { file: string; hanging: boolean }): Promise<ExitCode> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  writeFileSync(file, '');
  removeAtEnd(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  removeAtEnd(() => {
    rmSync(file);
  });
  removeAtEnd(() => Promise.reject(new Error('this could not be removed')));
  if (hanging) removeAtEnd(() => new Promise(() => undefined));
  process.stdout.write(`${String(child.pid)}\n`);
  // What goes on while a program ends may fail, and nobody needs to hear of it.
  return new Promise((_, reject) => {
    const timer = setInterval(() => process.stdout.write('and on\n'), 5);
    removeAtEnd(() => {
      clearInterval(timer);
      reject(new Error('the work was torn down'));
    });
  });
}

const command = buildCommand({
  docs: { brief: 'writes for ever' },
  parameters: {
    flags: {
      file: { kind: 'parsed', parse: String, brief: 'what it would leave behind' },
      hanging: { kind: 'boolean', default: false, brief: 'one thing is never removed' },
    },
  },
  func: working('failed', writeForEver),
});

void runProgram('endless', command);
