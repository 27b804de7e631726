import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import type { IssuingServices } from '../../lambda/core/act/issue-key';
import { SecretStore } from '../../lambda/core/store/secret-store';
import { openIntentRecords } from '../../lambda/rotator/memory/open-intent-records';
import { issuesKeys } from './aws';
import { ACCOUNT, NOW } from './facts';

export const iam = mockClient(IAMClient);
export const secrets = mockClient(SecretsManagerClient);
export const s3 = mockClient(S3Client);
const region = 'us-east-1';
export const iamClient = new IAMClient({ region });
export const iamWithoutRetries = new IAMClient({ region, maxAttempts: 1 });
export const SECRET_NAME = `Account_${ACCOUNT}_User_alice_AccessKey`;
/** This invocation is certainly over ten minutes from now. */
export const ENDS_AT = new Date(NOW.getTime() + 10 * 60_000);

/** What issuing a key needs, over mocked clients. */
export const services = (overrides: Partial<IssuingServices> = {}): IssuingServices => ({
  iam: iamClient,
  iamWithoutRetries,
  store: new SecretStore(new SecretsManagerClient({ region }), ACCOUNT),
  intents: openIntentRecords({ s3: new S3Client({ region }), bucket: 'results' }, { account: ACCOUNT, watches: [] }),
  clock: () => NOW,
  sleep: () => Promise.resolve(),
  worksUntil: ENDS_AT,
  endsAt: ENDS_AT,
  ...overrides,
});

/** Everything works: the secret exists and is ours, IAM issues the key `NEW`. */
export function everythingWorks(): void {
  iam.reset();
  secrets.reset();
  s3.reset();
  s3.onAnyCommand().resolves({});
  iam.onAnyCommand().resolves({});
  issuesKeys(iam);
  secrets.onAnyCommand().resolves({});
  secrets.on(DescribeSecretCommand).resolves({ ARN: 'arn', Tags: [{ Key: 'key-rotation:managed', Value: 'true' }] });
}

/** Storing the new key fails; the write check before it does not. */
export function storingFails(error: Error): void {
  secrets.on(PutSecretValueCommand).callsFake(({ VersionStages }: { VersionStages?: string[] }) => {
    if (VersionStages === undefined) throw error;
    return {};
  });
}
