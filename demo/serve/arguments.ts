import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../../cli/base/exit-codes';
import { off } from '../../cli/base/options';
import { working } from '../../cli/base/program';
import { wholeNumber } from '../../cli/base/values';

/** What the command line asks for. */
export interface ServeArguments {
  /** 0 takes any free port. */
  port: number;
  dryRun: boolean;
}

/** The port when none is given: the one that tools for local AWS endpoints expect. */
const DEFAULT_PORT = 4566;
const MAX_PORT = 65_535;

const DESCRIPTION = `Keeps a local AWS organization running, with this app deployed into it, for the aws command line and the SDKs.

It is the organization of npm start, on its first day: 7 accounts, 39 users, keys of every age. Nothing leaves this computer, and nothing is kept when it ends. Once it runs, it prints what to paste into another terminal; at its own prompt, type help.

Exit code: 0 it was ended at its prompt, 2 it could not start, 130 it was ended by Ctrl-C.`;

/** The command `sandbox`. */
export const serveCommand = (work: (asked: ServeArguments) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: {
      brief: 'a local AWS organization with this app deployed into it',
      fullDescription: DESCRIPTION,
      customUsage: ['[--port <number>] [--dry-run]'],
    },
    parameters: {
      flags: {
        port: {
          kind: 'parsed',
          parse: wholeNumber(0, MAX_PORT),
          placeholder: 'number',
          default: String(DEFAULT_PORT),
          brief: 'where to listen on 127.0.0.1; 0 takes any free port',
        },
        dryRun: off(
          'deploy with DryRun: people are told what would happen, nothing changes (default: enforcing, so that things can be tried)',
        ),
      },
    },
    func: working('the sandbox did not start', work),
  });
