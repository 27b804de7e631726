import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { clientDefaults } from '../../lambda/shared/clients';
import { Pace } from '../../lambda/shared/pace';
import { clientSettings, identityOf, type Identity } from '../base/access';
import type { Access } from '../base/options';

/** Users who are read at the same time, at most. */
const CONCURRENCY = 8;

/** One account, with the credentials of a person. */
export interface Session {
  iam: IAMClient;
  /** The SDK's retries off: CreateAccessKey has no idempotency token, and a retry after a lost answer makes a second key. */
  iamWithoutRetries: IAMClient;
  secrets: SecretsManagerClient;
  /** How much is asked of IAM at once. */
  pace: Pace;
  /** Whether a user may be named to whoever asks; all may when absent. */
  mayName?: (userName: string) => boolean;
  /** Whose credentials these are; asked once. */
  whoAmI: () => Promise<Identity>;
}

/** Enters the account that the command line names. */
export async function openSession(access: Access): Promise<Session> {
  const settings = { ...clientDefaults, ...(await clientSettings(access)) };
  const pace = new Pace(CONCURRENCY);
  const iam = new IAMClient(settings);
  pace.watch(iam);
  let identity: Promise<Identity> | undefined;
  return {
    iam,
    iamWithoutRetries: new IAMClient({ ...settings, maxAttempts: 1 }),
    secrets: new SecretsManagerClient(settings),
    pace,
    whoAmI: () => (identity ??= identityOf(new STSClient(settings))),
  };
}
