import { ReplicateSecretToRegionsCommand, type ReplicationStatusType, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretUnusableError } from '../../shared/errors';
import { describeSecret } from './describe-secret';

/** Replication takes AWS seconds; in milliseconds. */
const LONGEST_WAIT_MS = 20_000;
const BETWEEN_LOOKS_MS = 1_000;

/** Where a secret shall have replicas. */
export interface WantedReplicas {
  regions: readonly string[];
  /** ARN of the primary's customer managed key, which has a replica key in each region; `aws/secretsmanager` of the region when absent. */
  key?: string | undefined;
  /** Whether a replica under another key is of no use to its reader. */
  needsKey: boolean;
  sleep: (milliseconds: number) => Promise<void>;
}

type Statuses = readonly ReplicationStatusType[];

/** The same alias there, or the ARN of a multi-Region key's replica: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html */
export const keyIn = (key: string, region: string): string => key.replace(/^(arn:[^:]+:kms:)[^:]+/, `$1${region}`);

/** The replicas that may hold an older value than the secret itself, each as its region with what AWS says about it. */
export function replicasBehind(replicas: Statuses = []): string[] {
  return replicas
    .filter(({ Status }) => Status !== 'InSync')
    .map(({ Region = 'an unknown region', Status = 'no status', StatusMessage }) => `${Region} (${StatusMessage ?? Status})`);
}

/**
 * Makes sure that the secret has a replica in each of these regions, and that every replica it has, there or elsewhere, holds what it
 * holds: one that does not follow would show an old key until that key is disabled. One that failed is asked for again. Throws before any
 * key exists: https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets_troubleshoot.html
 */
export async function ensureReplicas(
  secrets: SecretsManagerClient,
  name: string,
  { regions, key, needsKey, sleep }: WantedReplicas,
): Promise<void> {
  const look = async (): Promise<Statuses> => (await describeSecret(secrets, name)).ReplicationStatus ?? [];
  let replicas = await look();
  if (key !== undefined && needsKey) refuseOtherKeys(name, replicas, regions, key);
  const missing = missingIn(regions, replicas);
  if (missing.length > 0) {
    const AddReplicaRegions = missing.map((Region) => ({ Region, ...(key !== undefined && { KmsKeyId: keyIn(key, Region) }) }));
    try {
      await secrets.send(new ReplicateSecretToRegionsCommand({ SecretId: name, AddReplicaRegions }));
    } catch (error) {
      // A repeat of a call whose answer was lost is refused, because the replicas are there.
      if (missingIn(regions, await look()).length > 0) throw error;
    }
    replicas = await look();
  }
  const unknown = (): ReplicationStatusType[] =>
    regions.flatMap((Region) => (replicas.some((replica) => replica.Region === Region) ? [] : [{ Region, Status: 'InProgress' as const }]));
  for (let waited = 0; ; waited += BETWEEN_LOOKS_MS) {
    const all = [...replicas, ...unknown()];
    const behind = replicasBehind(all);
    if (behind.length === 0) return;
    if (waited >= LONGEST_WAIT_MS || all.some(({ Status }) => Status === 'Failed')) throw notFollowing(name, behind);
    await sleep(BETWEEN_LOOKS_MS);
    replicas = await look();
  }
}

function missingIn(regions: readonly string[], replicas: Statuses): string[] {
  return regions.filter((region) => {
    const replica = replicas.find(({ Region }) => Region === region);
    return !replica || replica.Status === 'Failed';
  });
}

function notFollowing(name: string, behind: readonly string[]): SecretUnusableError {
  return new SecretUnusableError(
    `the secret ${name} does not reach its replica in ${behind.join(' and in ')}, where a new key would not arrive; repair the cause, and the next run tries again, or, if nobody reads it there, take the region out of replicaRegions and remove it (aws secretsmanager remove-regions-from-replication --secret-id ${name} --remove-replica-regions …)`,
  );
}

/** A replica under another key than the region's own could not be decrypted by the user. */
function refuseOtherKeys(name: string, replicas: Statuses, regions: readonly string[], key: string): void {
  for (const { Region = '', Status, KmsKeyId = 'none' } of replicas) {
    const wanted = keyIn(key, Region);
    if (!regions.includes(Region) || Status === 'Failed' || wanted.endsWith(KmsKeyId)) continue;
    throw new SecretUnusableError(
      `the replica of the secret ${name} in ${Region} is encrypted with ${KmsKeyId}, by which its user cannot read it; change it (aws secretsmanager update-secret --region ${Region} --secret-id ${name} --kms-key-id ${wanted})`,
    );
  }
}
