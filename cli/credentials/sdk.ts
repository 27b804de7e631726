import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  IAMClient,
  paginateListAccessKeys,
  UpdateAccessKeyCommand,
} from '@aws-sdk/client-iam';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Aws } from './aws';
import type { StaticKey } from './shared-text';

/** Somebody's program waits for us: a call is tried twice, and given up after seconds. */
const PATIENCE = { maxAttempts: 2, requestHandler: { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true } };

/** What may differ from one caller to another. */
export interface SdkOptions {
  /** Whose settings in the configuration file count, such as `endpoint_url`. */
  profile?: string;
  /** Where the time is not that of this machine: of a sandbox. */
  endpoint?: string;
  systemClockOffset?: number;
}

/** AWS itself, by the SDK; endpoint and proxies come from its standard configuration. */
export function sdkAws(options: SdkOptions = {}): Aws {
  const settings = ({ id, secret }: StaticKey, region: string) => ({
    ...PATIENCE,
    ...options,
    region,
    credentials: { accessKeyId: id, secretAccessKey: secret },
  });
  const withIam = async <T>(key: StaticKey, region: string, work: (iam: IAMClient) => Promise<T>, maxAttempts = 2): Promise<T> => {
    const iam = new IAMClient({ ...settings(key, region), maxAttempts });
    try {
      return await work(iam);
    } finally {
      iam.destroy();
    }
  };
  return {
    async identify(key, region) {
      const sts = new STSClient(settings(key, region));
      try {
        const { Account, UserId, Arn } = await sts.send(new GetCallerIdentityCommand());
        return { account: present(Account), userId: present(UserId), arn: present(Arn) };
      } finally {
        sts.destroy();
      }
    },
    async readSecret(key, { id, region }) {
      const secrets = new SecretsManagerClient(settings(key, region));
      try {
        return (await secrets.send(new GetSecretValueCommand({ SecretId: id }))).SecretString ?? '';
      } finally {
        secrets.destroy();
      }
    },
    listKeys: (key, region) =>
      withIam(key, region, async (client) => {
        const listed = [];
        // An answer without its list, or cut off, is no answer.
        for await (const { AccessKeyMetadata, IsTruncated, Marker } of paginateListAccessKeys({ client }, {})) {
          if (IsTruncated) present(Marker);
          for (const { AccessKeyId, Status, CreateDate } of present(AccessKeyMetadata))
            listed.push({ id: present(AccessKeyId), status: present(Status), created: present(CreateDate).toISOString() });
        }
        return listed;
      }),
    lastUsed: (key, region, id) =>
      withIam(key, region, async (iam) => {
        const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id }));
        const { LastUsedDate, ServiceName } = present(AccessKeyLastUsed);
        // Only what IAM says so was never used; an answer without members says nothing.
        return ServiceName === 'N/A' ? undefined : present(LastUsedDate).toISOString();
      }),
    // A repeat after a lost answer makes a second key: the call has no idempotency token.
    createKey: (key, region) =>
      withIam(
        key,
        region,
        async (iam) => {
          const made = present((await iam.send(new CreateAccessKeyCommand())).AccessKey);
          return { id: present(made.AccessKeyId), secret: present(made.SecretAccessKey), created: present(made.CreateDate).toISOString() };
        },
        1,
      ),
    deactivate: (key, region, id) =>
      withIam(key, region, async (iam) => {
        await iam.send(new UpdateAccessKeyCommand({ AccessKeyId: id, Status: 'Inactive' }));
      }),
    deleteKey: (key, region, id) =>
      withIam(key, region, async (iam) => {
        await iam.send(new DeleteAccessKeyCommand({ AccessKeyId: id }));
      }),
  };
}

/** A part that AWS's answers always have. */
function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the answer of AWS is incomplete');
  return value;
}
