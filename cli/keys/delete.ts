import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, changeOptions, outputOption, type Access, type Change, type Output } from '../base/options';
import { working } from '../base/program';
import { keyArgument } from './values';

/** What `delete` is asked for. */
export interface DeleteAsked extends Access, Change {
  keyId: string;
  output: Output;
}

const DESCRIPTION = `Deletes an inactive key for good; an active one is refused, whatever else is said. Shows the last use, and asks. Whose key it is is found out.

It needs iam:GetAccessKeyLastUsed, iam:ListAccessKeys and iam:DeleteAccessKey.

Exit code: 0 the key is gone, 2 nothing was changed.

EXAMPLES
  iam-keys deactivate AKIAIOSFODNN7EXAMPLE   first, and see whether anything misses it
  iam-keys delete AKIAIOSFODNN7EXAMPLE
  iam-keys delete AKIAIOSFODNN7EXAMPLE --yes --profile prod`;

/** The command `delete`. */
export const deleteCommand = (work: (asked: DeleteAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Omit<DeleteAsked, 'keyId'>, [keyId: string]>({
    docs: { brief: 'deletes an inactive key for good', fullDescription: DESCRIPTION },
    parameters: { flags: { ...accessOptions, output: outputOption, ...changeOptions }, positional: keyArgument },
    func: working('nothing was deleted', async (flags: Omit<DeleteAsked, 'keyId'>, keyId: string) => work({ ...flags, keyId })),
  });
