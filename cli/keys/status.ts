import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, changeOptions, outputOption, type Access, type Change, type Output } from '../base/options';
import { working } from '../base/program';
import type { Status } from './operations/change-status';
import { keyArgument } from './values';

/** What `activate` and `deactivate` are asked for. */
export interface StatusAsked extends Access, Change {
  keyId: string;
  status: Status;
  output: Output;
}

const NEEDS = `Whose key it is is found out. It needs iam:GetAccessKeyLastUsed, iam:ListAccessKeys and iam:UpdateAccessKey.`;

const COMMANDS = {
  activate: {
    status: 'Active',
    brief: 'lets an inactive key work again',
    says: `Lets an inactive key work again. Where the rotation is deployed, a key that it had disabled gets a fresh grace; it is not switched off again on the next day.

${NEEDS}

Exit code: 0 the key is active, 2 nothing was changed.

EXAMPLES
  iam-keys activate AKIAIOSFODNN7EXAMPLE
  iam-keys activate AKIAIOSFODNN7EXAMPLE --account 222233334444 --role Admin`,
  },
  deactivate: {
    status: 'Inactive',
    brief: 'makes a key useless until it is activated again',
    says: `Makes a key useless until it is activated again: whatever uses it fails from then on. Shows the last use, and asks. Where the rotation is deployed, it deletes an inactive key once its recovery time is over.

${NEEDS}

Exit code: 0 the key is inactive, 2 nothing was changed.

EXAMPLES
  iam-keys deactivate AKIAIOSFODNN7EXAMPLE --dry-run   who would miss it
  iam-keys deactivate AKIAIOSFODNN7EXAMPLE --yes       for scripts`,
  },
} as const;

/** The commands `activate` and `deactivate`. */
export const statusCommand = (name: keyof typeof COMMANDS, work: (asked: StatusAsked) => Promise<ExitCode>): Command<CommandContext> => {
  const { status, brief, says } = COMMANDS[name];
  return buildCommand<Omit<StatusAsked, 'keyId' | 'status'>, [keyId: string]>({
    docs: { brief, fullDescription: says },
    parameters: { flags: { ...accessOptions, output: outputOption, ...changeOptions }, positional: keyArgument },
    func: working('nothing was changed', async (flags: Omit<StatusAsked, 'keyId' | 'status'>, keyId: string) =>
      work({ ...flags, keyId, status }),
    ),
  });
};
