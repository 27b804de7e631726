import { buildCommand, type Command, type CommandContext } from '@stricli/core';
import type { ExitCode } from '../base/exit-codes';
import { off } from '../base/options';
import { accountId } from '../base/values';
import { apiUrl } from './api-url';
import { UsageError, working } from '../base/program';

/** What `credentials` is asked for. */
export interface CredentialsAsked {
  profile: string;
  init: boolean;
  check: boolean;
  region?: string;
  secret?: string;
  /** Where the key API is, with `--init`. */
  api?: string;
  user?: string;
  account?: string;
  apiKeyFile?: string;
}

const DESCRIPTION = `Gives programs an access key that renews itself: it is the credential_process of a profile in ~/.aws/config. It answers from a private file (~/.aws/iam-keys) and looks now and then, with the key in use, whether the rotation has stored a successor for it; a successor is proven with sts:GetCallerIdentity before it is used. Whatever fails, the key that worked stays. It writes a secret to programs only, never to a terminal.

--init takes the static key of the profile out of ~/.aws/credentials into the private file and writes the credential_process line. Running it again is safe. --check looks for a successor now and says what there is, without any secret.

With --api the key comes from the key API (docs/key-api.md), and no static key is needed: a token and the key that is active now are fetched, proven with sts:GetCallerIdentity, and kept until half of what the API promised is over. When the API does not answer, the key that worked is used on. The API key is read from --api-key-file, or from IAM_KEYS_API_KEY, and kept nowhere else.

It needs secretsmanager:GetSecretValue for the user's own secret, which the secret's policy gives, and nothing else. AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are honoured.

Exit code: 0 answered, 1 with --check: AWS refuses the key, or its successor cannot be used yet, 2 there is no answer; the reason is on the standard error, where programs show it.

EXAMPLES
  iam-keys credentials --init --profile web                                     the secret is in the user's own account
  iam-keys credentials --init --profile web --secret arn:aws:secretsmanager:…   the central store: the ARN in the mail
  iam-keys credentials --init --profile web --api https://…/v1 --user web-deploy --api-key-file /run/secrets/api-key
  iam-keys credentials --check --profile web                                    what is in use, what the secret holds
  iam-keys credentials --profile web | jq -r .Expiration                        what programs get`;

const text = { kind: 'parsed', parse: String, optional: true } as const;

/** The command `credentials`. */
export const credentialsCommand = (work: (asked: CredentialsAsked) => Promise<ExitCode>): Command<CommandContext> =>
  buildCommand({
    docs: {
      brief: 'an access key for programs that renews itself',
      fullDescription: DESCRIPTION,
      customUsage: [
        '--profile <name>',
        '--init --profile <name> [--region <name>] [--secret <ARN>]',
        '--init --profile <name> --api <URL> --user <name> [--account <id>] [--api-key-file <file>] [--region <name>]',
        '--check --profile <name>',
      ],
    },
    parameters: {
      flags: {
        profile: { kind: 'parsed', parse: String, placeholder: 'name', brief: 'profile of ~/.aws/config and ~/.aws/credentials' },
        init: off('set the profile up'),
        check: off('look for a successor now, and say what there is'),
        region: { ...text, placeholder: 'name', brief: 'with --init: region of the secret (default: that of the profile, or AWS_REGION)' },
        secret: { ...text, placeholder: 'ARN', brief: "with --init: the user's secret (default: the one in the user's own account)" },
        api: { kind: 'parsed', parse: apiUrl, optional: true, placeholder: 'URL', brief: 'with --init: the key API, the output KeyApiUrl' },
        user: { ...text, placeholder: 'name', brief: 'with --api: whose key' },
        account: {
          ...text,
          parse: accountId,
          placeholder: 'id',
          brief: 'with --api: the account of the user, where several have that name',
        },
        apiKeyFile: { ...text, placeholder: 'file', brief: 'with --api: holds the API key (default: IAM_KEYS_API_KEY)' },
      },
    },
    func: working('no credentials', async (asked: CredentialsAsked) => {
      if (asked.init && asked.check) throw new UsageError('--init and --check exclude each other');
      const { init, api, user, account, apiKeyFile, region, secret } = asked;
      if (!init && [region, secret, api, user, account, apiKeyFile].some((given) => given !== undefined))
        throw new UsageError('--region, --secret, --api, --user, --account and --api-key-file are for --init, which remembers them');
      if (api === undefined && [user, account, apiKeyFile].some((given) => given !== undefined))
        throw new UsageError('--user, --account and --api-key-file go with --api');
      if (api !== undefined && user === undefined) throw new UsageError('--api needs --user: whose key is to be fetched');
      if (api !== undefined && secret !== undefined) throw new UsageError('--api and --secret exclude each other');
      return work(asked);
    }),
  });
