import {
  ArgumentScannerError,
  buildApplication,
  formatMessageForArgumentScannerError,
  run,
  text_en,
  type ApplicationText,
  type Command,
  type CommandContext,
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
  });
}

const text: ApplicationText = {
  ...text_en,
  briefs: { ...text_en.briefs, help: 'this text' },
  exceptionWhileParsingArguments: argumentMessage,
};

/** A mistake of this program is shown with its place; everything else in one line. */
function explained(thrown: unknown): string {
  if (thrown instanceof TypeError || thrown instanceof ReferenceError) return thrown.stack ?? thrown.message;
  const { error, message } = errorFacts(thrown);
  return UNNAMED.has(error) ? message : `${error}: ${message}`;
}

/** A command's function: sets the exit code that the work gives, or says why it could not be done, and, where it is known, what to do. */
export function working<FLAGS>(failure: string, work: (flags: FLAGS) => Promise<ExitCode>): (flags: FLAGS) => Promise<void> {
  return async (flags) => {
    try {
      process.exitCode = await work(flags);
    } catch (thrown) {
      if (isEnding()) return;
      const next = await nextStep(thrown);
      process.stderr.write(`${failure}: ${explained(thrown)}\n${next === undefined ? '' : `→ ${next}\n`}`);
      process.exitCode = EXIT.failed;
    }
  };
}

/** The library sets defaults off in a column of their own, and shows that what is off by default is off. */
const tidied = (help: string): string =>
  help
    .replaceAll(/ +\[default = false\]$/gm, '')
    .replaceAll(/ +\[default = (.+)\]$/gm, ' (default: $1)')
    .replaceAll(/ +$/gm, '');

/** Reads the arguments and runs the command, shows its help, or refuses wrong arguments with one message and exit code 2. */
export async function runCommand(name: string, command: Command<CommandContext>, args: readonly string[]): Promise<void> {
  const application = buildApplication(command, {
    name,
    scanner: { caseStyle: 'allow-kebab-for-camel', distanceOptions: NEAR },
    documentation: { disableAnsiColor: true },
    localization: { text },
  });
  const asked: StricliProcess = {
    stdout: { write: (help) => process.stdout.write(wrapHanging(tidied(help), columnsOf())) },
    stderr: { write: (refusal) => process.stderr.write(refusal) },
  };
  await run(application, args, { process: asked });
  // The library's own codes are negative, and all of them say that nothing was done.
  if (typeof asked.exitCode === 'number' && asked.exitCode < 0) process.exitCode = EXIT.failed;
}

/** Runs a command as this process's program, which ends well when it is interrupted. */
export async function runProgram(name: string, command: Command<CommandContext>): Promise<void> {
  endWell();
  await runCommand(name, command, process.argv.slice(2));
}
