import type * as sdk from '@aws-sdk/client-secrets-manager';
import { arnSuffix, uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { Secret } from '../../kernel/world';
import type { Call, Operations, SdkShapes } from '../service';
import { pairsOf, requestTags } from '../tags';
import { findSecret, holderOf, keyChecks, keyOf, requirePrimary, requireSecret, secretChecks } from './lookup';
import { inProgress, refuseRegions, replicate, replicationContext, startReplication } from './replication';
import { findVersion, putVersion, refuseInvalidVersion } from './versions';

const startOfDay = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 86_400_000) * 86_400_000);

/** Creating secrets, and their values. */
export const valueOperations: Operations<SdkShapes<typeof sdk>> = {
  CreateSecret: {
    checks(input, call) {
      const { Name, Tags, KmsKeyId, AddReplicaRegions } = input;
      // The suffix is not known yet: a policy must allow whatever six characters it will be.
      const resource = `arn:${call.world.partition}:secretsmanager:${call.region}:${call.account.id}:secret:${Name}-??????`;
      const context = {
        'secretsmanager:Name': Name,
        'secretsmanager:KmsKeyId': KmsKeyId,
        ...requestTags(Tags),
        ...replicationContext(input),
      };
      const actions = [
        'CreateSecret',
        ...(Tags?.length ? ['TagResource'] : []),
        ...(AddReplicaRegions?.length ? ['ReplicateSecretToRegions'] : []),
      ];
      return [
        ...actions.map((action) => ({ action: `secretsmanager:${action}`, resource, shown: Name, context })),
        ...keyChecks(KmsKeyId, input.SecretString === undefined ? [] : ['GenerateDataKey', 'Decrypt'], call),
      ];
    },
    handle(input, call) {
      refuseBinary(input.SecretBinary);
      const { Name, SecretString, ClientRequestToken, AddReplicaRegions = [] } = input;
      refuseRegions(AddReplicaRegions, call);
      const token = ClientRequestToken ?? uuid(`version-${call.platform.next()}`);
      if (SecretString !== undefined) refuseInvalidVersion(token, SecretString);
      const secret = existing(Name, token, SecretString, call) ?? create(input, call);
      const version = SecretString === undefined ? undefined : putVersion(secret, token, SecretString, ['AWSCURRENT'], call.now);
      startReplication(secret, AddReplicaRegions, call);
      return { ARN: secret.arn, Name, VersionId: version?.id, ...(secret.replicas && { ReplicationStatus: inProgress(secret) }) };
    },
  },
  PutSecretValue: {
    checks(input, call) {
      const secret = findSecret(input.SecretId, call);
      const key = secret && keyChecks(secret.kmsKeyId, ['GenerateDataKey', 'Decrypt'], call, holderOf(secret, call), secret.arn);
      return [...secretChecks('PutSecretValue', input.SecretId, call), ...(key ?? [])];
    },
    handle({ SecretId, SecretString, SecretBinary, ClientRequestToken, VersionStages }, call) {
      refuseBinary(SecretBinary);
      const secret = requirePrimary(SecretId, call);
      const token = ClientRequestToken ?? uuid(`version-${call.platform.next()}`);
      refuseInvalidVersion(token, SecretString ?? '');
      const version = putVersion(secret, token, SecretString ?? '', VersionStages ?? ['AWSCURRENT'], call.now);
      replicate(secret, call);
      return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
    },
  },
  GetSecretValue: {
    reads: true,
    checks({ SecretId, VersionStage, VersionId }, call) {
      const secret = findSecret(SecretId, call);
      const key = secret && keyChecks(secret.kmsKeyId, ['Decrypt'], call, holderOf(secret, call), secret.arn);
      const context = { 'secretsmanager:VersionStage': VersionStage, 'secretsmanager:VersionId': VersionId };
      return [...secretChecks('GetSecretValue', SecretId, call, context), ...(key ?? [])];
    },
    handle({ SecretId, VersionId, VersionStage }, call) {
      const secret = requireSecret(SecretId, call);
      const version = findVersion(secret, VersionId, VersionStage);
      secret.accessed = version.accessed = startOfDay(call.now);
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: version.id,
        SecretString: version.value,
        VersionStages: [...version.stages],
        CreatedDate: version.created,
      };
    },
  },
};

/** The secret that a repeated CreateSecret made before, found by its token; throws when the name is taken otherwise. */
function existing(name: string, token: string, value: string | undefined, call: Call): Secret | undefined {
  const secret = findSecret(name, call);
  if (!secret) return undefined;
  if (secret.deleted) {
    throw new ServiceError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    );
  }
  if (value !== undefined && secret.versions.get(token)?.value === value) return secret;
  throw new ServiceError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);
}

function create(input: { Name: string; Description?: string; KmsKeyId?: string; Tags?: sdk.Tag[] }, call: Call): Secret {
  const { Name, Description, KmsKeyId, Tags } = input;
  if (!/^[\w/+=.@-]{1,512}$/.test(Name)) {
    throw new ServiceError(
      'ValidationException',
      'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
    );
  }
  const { region, account, now, platform } = call;
  const secret: Secret = {
    name: Name,
    region,
    arn: `arn:${call.world.partition}:secretsmanager:${region}:${account.id}:secret:${Name}-${arnSuffix(`${account.id}/${Name}/${platform.next()}`)}`,
    created: now,
    changed: now,
    tags: new Map(pairsOf(Tags)),
    versions: new Map(),
    ...(Description !== undefined && { description: Description }),
    ...(KmsKeyId !== undefined && { kmsKeyId: KmsKeyId }),
  };
  account.secrets.set(keyOf(secret), secret);
  return secret;
}

function refuseBinary(binary: Uint8Array | undefined): void {
  if (binary !== undefined) throw new ServiceError('NotImplemented', 'the sandbox does not emulate SecretBinary', 501);
}
