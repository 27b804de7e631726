import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, outputOption, type Access, type Output } from '../base/options';
import { working } from '../base/program';
import { keyArgument } from './values';

/** What `last-used` is asked for. */
export interface LastUsedAsked extends Access {
  keyId: string;
  output: Output;
}

const DESCRIPTION = `Says whose an access key is, and when, for which service and in which region it was last used. AWS notes uses since 2015, and a new one some minutes late.

It needs iam:GetAccessKeyLastUsed and iam:ListAccessKeys.

Exit code: 0 found, 2 it could not be done.

EXAMPLES
  iam-keys last-used AKIAIOSFODNN7EXAMPLE
  iam-keys last-used AKIAIOSFODNN7EXAMPLE --output json | jq -r .user`;

/** The command `last-used`. */
export const lastUsedCommand = (work: (asked: LastUsedAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Omit<LastUsedAsked, 'keyId'>, [keyId: string]>({
    docs: { brief: 'whose a key is, and when it was last used', fullDescription: DESCRIPTION },
    parameters: { flags: { ...accessOptions, output: outputOption }, positional: keyArgument },
    func: working('could not look', async (flags: Omit<LastUsedAsked, 'keyId'>, keyId: string) => work({ ...flags, keyId })),
  });
