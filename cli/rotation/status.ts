import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { accessOptions, optionalStackOption, outputOption, type Access, type Output } from '../base/options';
import { working } from '../base/program';
import { userArgument } from '../keys/values';
import { settingOption, settingsFrom, type GivenSettings } from './options';

/** What `status` is asked for. */
export interface StatusAsked extends Access {
  user: string;
  stack?: string;
  given: GivenSettings;
  output: Output;
}

const DESCRIPTION = `Says where a user stands: keys, what the rotation remembers of them, what it will do within 120 days and when, where the user's secret is and whether it was fetched, and who gets mails about it. The secret's value is never read. It changes nothing.

It needs what iam-keys audit needs, of one user, with iam:GetUser; of the secret secretsmanager:DescribeSecret and secretsmanager:ListSecretVersionIds.

Exit code: 0 nothing is due, 2 it could not be done, 3 a step is due.

EXAMPLES
  iam-keys status alice
  iam-keys status alice --account 222233334444 --role Audit
  iam-keys status alice --output json | jq -r .secret.name`;

interface Flags extends Omit<StatusAsked, 'given' | 'user'> {
  setting?: (readonly [string, string])[];
}

/** The command `status`. */
export const userStatusCommand = (work: (asked: StatusAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Flags, [user: string]>({
    docs: { brief: 'where a user stands: keys, secret, what comes next, who is told', fullDescription: DESCRIPTION },
    parameters: {
      flags: { ...accessOptions, stack: optionalStackOption, setting: settingOption, output: outputOption },
      aliases: { c: 'setting' },
      positional: userArgument,
    },
    func: working('could not say', async ({ setting, ...asked }: Flags, user: string) =>
      work({ ...asked, user, given: settingsFrom(setting) }),
    ),
  });
