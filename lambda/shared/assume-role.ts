import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { AccountFailedError, errorFacts } from './errors';

/** Temporary credentials of the member role. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** Role chaining caps sessions at one hour: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html */
const SESSION_SECONDS = 3_600;

/**
 * Assumes the member role and makes sure that the credentials belong to the expected account; throws an AccountFailedError that names
 * role and account otherwise.
 */
export async function assumeMemberRole(
  sts: STSClient,
  request: { account: string; partition: string; role: string; session: string },
): Promise<Credentials> {
  const arn = `arn:${request.partition}:iam::${request.account}:role/${request.role}`;
  const answer = await sts
    .send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: sessionName(request.session), DurationSeconds: SESSION_SECONDS }))
    .catch((cause: unknown) => {
      const { error, message } = errorFacts(cause);
      throw new AccountFailedError(`cannot assume ${arn}: ${error}: ${message}`, { cause });
    });
  const actual = answer.AssumedRoleUser?.Arn?.split(':')[4];
  if (actual !== request.account) {
    throw new AccountFailedError(`assuming ${arn} gave credentials of account ${actual ?? 'unknown'}, expected ${request.account}`);
  }
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) throw new AccountFailedError(`assuming ${arn} gave no credentials`);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken, expiration: Expiration };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html: 2 to 64 characters of a small set. */
const sessionName = (text: string): string => `key-rotation-${text.replace(/[^\w+=,.@-]/g, '-')}`.slice(0, 64);
