import type { Command, CommandContext } from '@stricli/core';
import { EXIT, type ExitCode } from '../../cli/base/exit-codes';
import { runCommand } from '../../cli/base/program';

/** What a command made of its arguments. */
export interface Read<T> {
  /** What its work was asked for; absent when it was not called. */
  asked?: T;
  out: string;
  error: string;
  exitCode: typeof process.exitCode;
}

/** Runs a command in this process with work that only notes what it is asked for. */
export async function readBy<T>(
  command: (work: (asked: T) => Promise<ExitCode>) => Command<CommandContext>,
  args: readonly string[],
): Promise<Read<T>> {
  const read: Read<T> = { out: '', error: '', exitCode: undefined };
  const before = process.exitCode;
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((read.out += String(text)), true)),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((read.error += String(text)), true)),
  ];
  try {
    process.exitCode = undefined;
    const noting = command((asked) => {
      read.asked = asked;
      return Promise.resolve(EXIT.fine);
    });
    await runCommand({ name: 'program', root: noting }, args);
    return { ...read, exitCode: process.exitCode };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}
