import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, outputOption, type Access, type Output } from '../base/options';
import { working } from '../base/program';
import { userName } from './values';

/** What `list` is asked for. */
export interface ListAsked extends Access {
  /** All users of the account when absent. */
  user?: string;
  output: Output;
}

const DESCRIPTION = `Lists the access keys of a user, or of every user of the account: status, age, and when and for what each was last used. Secrets are never shown; AWS itself shows them only once.

It needs iam:ListAccessKeys and iam:GetAccessKeyLastUsed, and iam:ListUsers for all users.

Exit code: 0 listed, 2 it could not be done.

EXAMPLES
  iam-keys list                                  every key of the account
  iam-keys list alice --profile prod             one user's
  iam-keys list --output csv > keys.csv          for a spreadsheet
  iam-keys list --account 222233334444 --role Audit
  iam-keys list --output json | jq '.keys[] | select(.lastUsed == null)'`;

/** The command `list`. */
export const listCommand = (work: (asked: ListAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Omit<ListAsked, 'user'>, [user?: string]>({
    docs: { brief: 'access keys of a user, or of all', fullDescription: DESCRIPTION },
    parameters: {
      flags: { ...accessOptions, output: outputOption },
      positional: {
        kind: 'tuple',
        parameters: [{ brief: "the user's name; all users when it is not given", parse: userName, placeholder: 'user', optional: true }],
      },
    },
    func: working('could not list', async (flags: Omit<ListAsked, 'user'>, user?: string) =>
      work({ ...flags, ...(user !== undefined && { user }) }),
    ),
  });
