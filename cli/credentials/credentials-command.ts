import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { off } from '../base/options';
import { UsageError, working } from '../base/program';

/** What `credentials` is asked for. */
export interface CredentialsAsked {
  profile: string;
  init: boolean;
  check: boolean;
  region?: string;
  secret?: string;
}

const DESCRIPTION = `Gives programs an access key that renews itself: it is the credential_process of a profile in ~/.aws/config. It answers from a private file (~/.aws/iam-keys) and looks now and then, with the key in use, whether the rotation has stored a successor for it; a successor is proven with sts:GetCallerIdentity before it is used. Whatever fails, the key that worked stays. It writes a secret to programs only, never to a terminal.

--init takes the static key of the profile out of ~/.aws/credentials into the private file and writes the credential_process line. Running it again is safe. --check looks for a successor now and says what there is, without any secret.

It needs secretsmanager:GetSecretValue for the user's own secret, which the secret's policy gives, and nothing else. AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are honoured.

Exit code: 0 answered, 1 with --check: AWS refuses the key, or its successor cannot be used yet, 2 there is no answer; the reason is on the standard error, where programs show it.

EXAMPLES
  iam-keys credentials --init --profile web                                     the secret is in the user's own account
  iam-keys credentials --init --profile web --secret arn:aws:secretsmanager:…   the central store: the ARN in the mail
  iam-keys credentials --check --profile web                                    what is in use, what the secret holds
  iam-keys credentials --profile web | jq -r .Expiration                        what programs get`;

const text = { kind: 'parsed', parse: String, optional: true } as const;

/** The command `credentials`. */
export const credentialsCommand = (work: (asked: CredentialsAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: {
      brief: 'an access key for programs that renews itself',
      fullDescription: DESCRIPTION,
      customUsage: ['--profile <name>', '--init --profile <name> [--region <name>] [--secret <ARN>]', '--check --profile <name>'],
    },
    parameters: {
      flags: {
        profile: { kind: 'parsed', parse: String, placeholder: 'name', brief: 'profile of ~/.aws/config and ~/.aws/credentials' },
        init: off('set the profile up'),
        check: off('look for a successor now, and say what there is'),
        region: { ...text, placeholder: 'name', brief: 'with --init: region of the secret (default: that of the profile, or AWS_REGION)' },
        secret: { ...text, placeholder: 'ARN', brief: "with --init: the user's secret (default: the one in the user's own account)" },
      },
    },
    func: working('no credentials', async (asked: CredentialsAsked) => {
      if (asked.init && asked.check) throw new UsageError('--init and --check exclude each other');
      if (!asked.init && (asked.region !== undefined || asked.secret !== undefined))
        throw new UsageError('--region and --secret are for --init, which remembers them');
      return work(asked);
    }),
  });
