import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { UsageError, working } from '../base/program';

/** What `sync` is asked for. */
export interface SyncAsked {
  /** Every profile with a long-lived key when absent. */
  profile?: readonly string[];
  region?: string;
  secret?: string;
  then?: string;
}

const DESCRIPTION = `Keeps static keys in ~/.aws/credentials up to date, for programs that read nothing else: looks, with each key, whether the rotation has stored a successor for it, proves it with sts:GetCallerIdentity, and puts it into the file. Comments, order, other lines, line ends, mode, owner and symbolic links stay as they are; the file as it was before is beside it (.iam-keys-backup). Run it every few hours, by cron, a systemd timer or launchd.

--then runs a command after a change, such as one that restarts a service; the names of the changed profiles are in IAM_KEYS_PROFILES. A command that fails is run again by the next start.

It needs secretsmanager:GetSecretValue for the user's own secret, which the secret's policy gives, and nothing else. AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are honoured.

Exit code: 0 every profile is up to date, 1 some are not, or --then failed, 2 it could not be done.

EXAMPLES
  iam-keys sync                                                              every profile with a long-lived key
  iam-keys sync --profile web --then 'systemctl restart web'                 one, and what has to know
  iam-keys sync --profile web --secret arn:aws:secretsmanager:…              the central store: the ARN in the mail; it is remembered`;

const text = { kind: 'parsed', parse: String, optional: true } as const;

/** The command `sync`. */
export const syncCommand = (work: (asked: SyncAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: { brief: 'keeps static keys in ~/.aws/credentials up to date', fullDescription: DESCRIPTION },
    parameters: {
      flags: {
        profile: {
          ...text,
          variadic: true,
          placeholder: 'name',
          brief: 'profile of ~/.aws/credentials, any number of times (default: all)',
        },
        region: { ...text, placeholder: 'name', brief: 'region of the secrets (default: that of each profile, or AWS_REGION)' },
        secret: {
          ...text,
          placeholder: 'ARN',
          brief: "the user's secret, with one --profile (default: the one in the user's own account)",
        },
        then: { ...text, placeholder: 'command', brief: 'run after a change, by the shell' },
      },
    },
    func: working('nothing was synced', async (asked: SyncAsked) => {
      if (asked.secret !== undefined && asked.profile?.length !== 1)
        throw new UsageError('--secret needs one --profile: each user has a secret of their own');
      return work(asked);
    }),
  });
