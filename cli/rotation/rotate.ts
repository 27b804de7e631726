import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { Period } from '../../lambda/shared/period';
import type { ExitCode } from '../base/exit-codes';
import {
  accessOptions,
  changeOptions,
  off,
  optionalStackOption,
  outputOption,
  type Access,
  type Change,
  type Output,
} from '../base/options';
import { UsageError, working } from '../base/program';
import { userName } from '../keys/values';
import { ageOption, settingOption, settingsFrom, type GivenSettings } from './options';

/** What `rotate` is asked for: one user, with the service or without it, or all whose keys are of an age. */
export type RotateAsked = Access &
  Change & { stack?: string; output: Output } & ({ user: string; withoutService: boolean; given: GivenSettings } | { olderThan: Period });

const DESCRIPTION = `Has the deployed rotation rotate a user's key now, whatever its age: the new key is stored in the user's secret, people are told, and the old key keeps working for the grace. It waits for the result. A repeat within the grace changes nothing.

--all --older-than rotates, one after the other, every user of the account who has an active key of that age or more and no other key, and is not exempt.

With --self it is another command, which rotates your own key with its own rights: iam-keys rotate --self --help.

With --no-service, where none is deployed, it takes the steps itself, one each time that you repeat it, on whichever days: it creates and stores a key; lets programs change over (10 days, and longer while the old key is used, up to 30); tests from AWS's last use of both; deactivates the old key; watches (10 days); deletes it. Where it stands is read from the user's keys, tags and secret, so it may be interrupted anywhere. -c sets other times, as for cdk deploy. A user whom a rotation looks after that is deployed elsewhere is refused, with the command that has that one do it.

The service does the work with its own role. You need lambda:InvokeFunction on the orchestrator, s3:GetObject and s3:ListBucket on the results bucket, and what iam-keys status needs. --dry-run says what the service would do, and neither asks it nor sends mails.

Exit code: 0 done, 1 something was left or failed, 2 nothing was done.

EXAMPLES
  iam-keys rotate alice                          asks first
  iam-keys rotate alice --dry-run
  iam-keys rotate alice --account 222233334444 --role Audit --yes
  iam-keys rotate --all --older-than 90d --yes
  iam-keys rotate alice --no-service             repeat it until it says that it is done`;

interface Flags extends Access, Change {
  all: boolean;
  olderThan?: Period;
  noService: boolean;
  setting?: (readonly [string, string])[];
  stack?: string;
  output: Output;
}

/** The command `rotate`. */
export const rotateCommand = (work: (asked: RotateAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand<Flags, [user?: string]>({
    docs: { brief: "rotates a user's key now, by the service", fullDescription: DESCRIPTION },
    parameters: {
      flags: {
        all: off('every user with a key of the age that --older-than gives'),
        olderThan: { ...ageOption, brief: 'with --all: active keys of this age or more, such as 90d' },
        noService: off('without the deployed rotation: take the step that is due yourself'),
        ...accessOptions,
        stack: optionalStackOption,
        setting: { ...settingOption, brief: 'with --no-service: count with this setting, as for cdk deploy; may be repeated' },
        ...changeOptions,
        output: outputOption,
      },
      aliases: { c: 'setting' },
      positional: {
        kind: 'tuple',
        parameters: [{ brief: "the user's name", parse: userName, placeholder: 'user', optional: true }],
      },
    },
    func: working('could not rotate', async ({ all, olderThan, noService, setting, ...asked }: Flags, user?: string) => {
      if (all !== (user === undefined)) throw new UsageError('name one user, or give --all with --older-than; --self rotates your own key');
      if (!all && olderThan !== undefined) throw new UsageError('--all and --older-than go together, such as --all --older-than 90d');
      if (noService && (all || asked.stack !== undefined)) throw new UsageError('--no-service takes one user, and no --stack');
      if (!noService && setting !== undefined) throw new UsageError('-c goes with --no-service; the service has its own settings');
      if (user !== undefined) return work({ ...asked, user, withoutService: noService, given: settingsFrom(setting) });
      if (olderThan === undefined) throw new UsageError('--all needs --older-than, such as --all --older-than 90d');
      return work({ ...asked, olderThan });
    }),
  });
