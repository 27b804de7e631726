import {
  ArgumentScannerError,
  buildApplication,
  formatMessageForArgumentScannerError,
  run,
  text_en,
  type Application,
  type ApplicationText,
  type Command,
  type CommandContext,
  type RouteMap,
  type StricliProcess,
} from '@stricli/core';
import { errorFacts } from '../../lambda/shared/errors';
import { endWell, isEnding } from './ending';
import { EXIT, type ExitCode } from './exit-codes';
import { nextStep } from './next-step';
import { columnsOf } from './terminal';
import { wrapHanging } from './wrap';

/** Arguments that are right each by itself and wrong together; the message names them. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Errors whose names say nothing to the person who reads them. */
const UNNAMED = new Set(['Error', 'UsageError', 'RotationError', 'SynthesisError']);
/** How far a mistyped option may be from the one that is meant: two letters, or one and its case. */
const NEAR = { threshold: 4, weights: { insertion: 1, deletion: 3, substitution: 2, transposition: 0 } };
const SEE_HELP = '--help shows what there is';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The library gives some names as they are typed and others as the code has them. */
const option = (name: string): string => `--${name.replace(/^--/, '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const guess = (corrections: readonly string[]): string =>
  corrections.length === 0 ? '' : `did you mean ${corrections.map(option).join(' or ')}? `;

function argumentMessage(error: unknown): string {
  if (!(error instanceof ArgumentScannerError)) return messageOf(error);
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) => `${option(input)} is not an option; ${guess(corrections)}${SEE_HELP}`,
    AliasNotFoundError: ({ input }) => `-${input} is not an option; ${SEE_HELP}`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, exception }) => `${option(name)}: ${messageOf(exception)}`,
    EnumValidationError: ({ externalFlagName: name, input, values }) => `${option(name)}: "${input}" must be one of ${values.join(', ')}`,
    UnsatisfiedFlagError: ({ externalFlagName: name }) => `${option(name)} needs a value; ${SEE_HELP}`,
    UnexpectedFlagError: ({ externalFlagName: name }) => `${option(name)} is given twice`,
    UnexpectedPositionalError: ({ input }) => `"${input}" is not understood; ${SEE_HELP}`,
    UnsatisfiedPositionalError: ({ placeholder }) => `${placeholder.toUpperCase()} is missing; ${SEE_HELP}`,
  });
}

const text: ApplicationText = {
  ...text_en,
  briefs: { ...text_en.briefs, help: 'this text', version: 'which version this is' },
  exceptionWhileParsingArguments: argumentMessage,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    `"${input}" is not a command; ${corrections.length === 0 ? '' : `did you mean ${corrections.map((name) => name.replaceAll('`', '')).join(' or ')}? `}${SEE_HELP}`,
};

/** A mistake of this program is shown with its place; everything else in one line. */
export function explained(thrown: unknown): string {
  if (thrown instanceof TypeError || thrown instanceof ReferenceError) return thrown.stack ?? thrown.message;
  const { error, message } = errorFacts(thrown);
  return UNNAMED.has(error) ? message : `${error}: ${message}`;
}

/** Work for the answer to which a person was asked, who went away. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
}

/** A command's function: sets the exit code that the work gives, or says why it could not be done, and, where it is known, what to do. */
export function working<FLAGS, ARGS extends readonly unknown[] = []>(
  failure: string,
  work: (flags: FLAGS, ...args: ARGS) => Promise<ExitCode>,
): (flags: FLAGS, ...args: ARGS) => Promise<void> {
  return async (flags, ...args) => {
    try {
      process.exitCode = await work(flags, ...args);
    } catch (thrown) {
      if (isEnding()) return;
      if (thrown instanceof InterruptedError) {
        process.exitCode = EXIT.interrupted;
        return;
      }
      const { profile } = flags as { profile?: string };
      const next = await nextStep(thrown, { ...process.env, ...(profile !== undefined && { AWS_PROFILE: profile }) });
      process.stderr.write(`${failure}: ${explained(thrown)}\n${next === undefined ? '' : `→ ${next}\n`}`);
      process.exitCode = EXIT.failed;
    }
  };
}

/** The library sets defaults off in a column of their own, and shows that what is off by default is off. */
const tidied = (help: string): string =>
  help
    .replaceAll(/ +\[default = false\]$/gm, '')
    .replaceAll(
      / +\[(?:([^[\]]+), )?default = ([^[\]]+)\]$/gm,
      (_, values?: string, value = '') => ` (${values === undefined ? '' : `${values}; `}default: ${value})`,
    )
    .replaceAll(/ +$/gm, '');

/** How a program is called, with everything that it can do. */
export interface Program {
  name: string;
  root: Command<CommandContext> | RouteMap<CommandContext>;
  /** What `--version` answers; there is no such option when absent. */
  version?: string;
}

/** The program as the library runs it, or completes its arguments. */
export const applicationOf = ({ name, root, version }: Program): Application<CommandContext> => {
  const configuration = {
    name,
    ...(version !== undefined && { versionInfo: { currentVersion: version } }),
    scanner: { caseStyle: 'allow-kebab-for-camel', distanceOptions: NEAR },
    documentation: { disableAnsiColor: true, caseStyle: 'convert-camel-to-kebab' },
    localization: { text },
  } as const;
  return 'getAllEntries' in root ? buildApplication(root, configuration) : buildApplication(root, configuration);
};

/** Reads the arguments and runs the command, shows its help, or refuses wrong arguments with one message and exit code 2. */
export async function runCommand(program: Program, args: readonly string[]): Promise<void> {
  const asked: StricliProcess = {
    stdout: { write: (help) => process.stdout.write(wrapHanging(tidied(help), columnsOf())) },
    stderr: { write: (refusal) => process.stderr.write(refusal) },
  };
  await run(applicationOf(program), args, { process: asked });
  // The library's own codes are negative, and all of them say that nothing was done.
  if (typeof asked.exitCode === 'number' && asked.exitCode < 0) process.exitCode = EXIT.failed;
}

/** Runs a command as this process's program, which ends well when it is interrupted. */
export async function runProgram(name: string, command: Command<CommandContext>): Promise<void> {
  endWell();
  await runCommand({ name, root: command }, process.argv.slice(2));
}
