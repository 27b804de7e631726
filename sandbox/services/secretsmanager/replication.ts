import type * as sdk from '@aws-sdk/client-secrets-manager';
import { copy } from '../../kernel/copy';
import { ServiceError } from '../../kernel/service-error';
import type { Replication, Secret } from '../../kernel/world';
import type { Context } from '../../kernel/contracts';
import type { Call, Operations, SdkShapes } from '../service';
import { findKey, holderOf, keyOf, requirePrimary, secretChecks } from './lookup';

const SUCCEEDED = 'Replication succeeded';

/** Secrets in more than one region. */
export const replicationOperations: Operations<SdkShapes<typeof sdk>> = {
  ReplicateSecretToRegions: {
    checks: (input, call) => secretChecks('ReplicateSecretToRegions', input.SecretId, call, replicationContext(input)),
    handle({ SecretId, AddReplicaRegions, ForceOverwriteReplicaSecret }, call) {
      if (ForceOverwriteReplicaSecret === true) {
        throw new ServiceError('NotImplemented', 'the sandbox does not emulate ForceOverwriteReplicaSecret', 501);
      }
      const secret = requirePrimary(SecretId, call);
      refuseRegions(AddReplicaRegions, call, secret);
      startReplication(secret, AddReplicaRegions, call);
      return { ARN: secret.arn, ReplicationStatus: inProgress(secret) };
    },
  },
  RemoveRegionsFromReplication: {
    checks: ({ SecretId }, call) => secretChecks('RemoveRegionsFromReplication', SecretId, call),
    handle({ SecretId, RemoveReplicaRegions }, call) {
      const secret = requirePrimary(SecretId, call);
      for (const region of RemoveReplicaRegions) {
        if (replicaIn(region, secret, call)) holderOf(secret, call).secrets.delete(keyOf({ region, name: secret.name }));
        secret.replicas?.delete(region);
      }
      if (secret.replicas?.size === 0) delete secret.replicas;
      return { ARN: secret.arn, ReplicationStatus: statusOf(secret, call) };
    },
  },
};

/** Condition keys of a request that may add replicas. */
export const replicationContext = (input: {
  AddReplicaRegions?: sdk.ReplicaRegionType[];
  ForceOverwriteReplicaSecret?: boolean;
}): Context => ({
  ...(input.AddReplicaRegions && { 'secretsmanager:AddReplicaRegions': regionsOf(input.AddReplicaRegions) }),
  ...(input.ForceOverwriteReplicaSecret !== undefined && {
    'secretsmanager:ForceOverwriteReplicaSecret': String(input.ForceOverwriteReplicaSecret),
  }),
});

const regionsOf = (added: readonly sdk.ReplicaRegionType[]): string[] => added.flatMap(({ Region }) => Region ?? []);

/** Refuses regions that Secrets Manager cannot replicate to; a replica that failed may be asked for again. */
export function refuseRegions(added: readonly sdk.ReplicaRegionType[], { region: home }: Call, secret?: Secret): void {
  for (const region of regionsOf(added)) {
    if (region === home) throw new ServiceError('InvalidParameterException', `Invalid replica region: ${region} is the primary region.`);
    if (!/^([a-z]+-)+\d+$/.test(region)) throw new ServiceError('InvalidParameterException', `Invalid replica region: ${region}.`);
    if (secret?.replicas?.get(region)?.status === 'InSync') {
      throw new ServiceError('InvalidParameterException', `The secret is replicated to ${region} already.`);
    }
  }
}

/** Replicates to these regions from now on; what comes of it, `statusOf` tells. */
export function startReplication(secret: Secret, added: readonly sdk.ReplicaRegionType[], call: Call): void {
  for (const { Region = '', KmsKeyId } of added) {
    secret.replicas ??= new Map();
    secret.replicas.set(Region, { status: 'InSync', message: SUCCEEDED, ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }) });
  }
  replicate(secret, call);
}

/** How the answer to a request shows replicas: AWS replicates after it has answered. */
export const inProgress = ({ replicas = new Map<string, Replication>() }: Secret): sdk.ReplicationStatusType[] =>
  [...replicas].map(([Region, { kmsKeyId }]) => ({ Region, KmsKeyId: kmsKeyId, Status: 'InProgress' }));

/** How DescribeSecret shows replicas. */
export const statusOf = (secret: Secret, call: Call): sdk.ReplicationStatusType[] =>
  [...(secret.replicas ?? [])].map(([Region, { status, message, kmsKeyId }]) => ({
    Region,
    KmsKeyId: kmsKeyId ?? 'alias/aws/secretsmanager',
    Status: status,
    StatusMessage: message,
    LastAccessedDate: replicaIn(Region, secret, call)?.accessed,
  }));

/**
 * Brings every replica to what the secret is. One that fails keeps what it holds until it is asked for again, and vanishes if it holds
 * nothing: https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets_troubleshoot.html
 */
export function replicate(secret: Secret, call: Call): void {
  const { secrets } = holderOf(secret, call);
  for (const [region, replication] of secret.replicas ?? []) {
    if (replication.status === 'Failed') continue;
    const key = keyOf({ region, name: secret.name });
    const replica = replicaIn(region, secret, call);
    const why = whyNot(region, replication, secret, call);
    if (why !== undefined) {
      Object.assign(replication, { status: 'Failed', message: `Replication failed: ${why}` });
      if (replica?.versions.size === 0) secrets.delete(key);
      continue;
    }
    const { arn, ...same } = copy(secret);
    delete same.replicas;
    delete same.accessed;
    delete same.kmsKeyId;
    for (const version of same.versions.values()) {
      const accessed = replica?.versions.get(version.id)?.accessed;
      if (accessed) version.accessed = accessed;
      else delete version.accessed;
    }
    secrets.set(key, {
      ...same,
      region,
      arn: arn.replace(`:${secret.region}:`, `:${region}:`),
      primary: secret.region,
      ...(replication.kmsKeyId !== undefined && { kmsKeyId: replication.kmsKeyId }),
      ...(replica?.accessed && { accessed: replica.accessed }),
    });
  }
}

function replicaIn(region: string, secret: Secret, call: Call): Secret | undefined {
  const found = holderOf(secret, call).secrets.get(keyOf({ region, name: secret.name }));
  return found?.primary === secret.region ? found : undefined;
}

/**
 * Reasons in AWS's order of description; whoever changes the secret needs the keys:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ReplicateSecretToRegions.html
 */
function whyNot(region: string, { kmsKeyId }: Replication, secret: Secret, call: Call): string | undefined {
  const account = holderOf(secret, call);
  if (account.regionsOff?.has(region)) return `Region ${region} is not enabled for the account.`;
  const taken = account.secrets.get(keyOf({ region, name: secret.name }));
  if (taken && taken.primary !== secret.region) return `Secret name ${secret.name} already exists in region ${region}.`;
  if (secret.versions.size === 0) return undefined;
  const allowed = (id: string | undefined, where: string, actions: readonly string[]): string | undefined => {
    if (id === undefined || id === 'alias/aws/secretsmanager') return undefined;
    const key = findKey(id, account, { world: call.world, region: where });
    if (key === undefined || key.state !== undefined) return `The KMS key ${id} is disabled or not found.`;
    const { principal } = call.caller;
    const context = { 'kms:ViaService': `secretsmanager.${where}.amazonaws.com`, 'kms:CallerAccount': principal.account };
    const may = actions.every((action) => call.platform.authorize(principal, `kms:${action}`, key.arn, context).allowed);
    return may ? undefined : `No permissions available on the KMS key ${id} to complete the replication.`;
  };
  return allowed(secret.kmsKeyId, secret.region, ['Decrypt']) ?? allowed(kmsKeyId, region, ['GenerateDataKey', 'Encrypt']);
}
