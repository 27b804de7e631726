import type * as sdk from '@aws-sdk/client-secrets-manager';
import { pageAfter, pageSize } from '../paging';
import type { Operations, SdkShapes } from '../service';
import { requirePrimary, requireSecret, secretChecks } from './lookup';
import { replicate } from './replication';
import { updateStage } from './versions';

/** The versions of a secret and their staging labels. */
export const versionOperations: Operations<SdkShapes<typeof sdk>> = {
  ListSecretVersionIds: {
    reads: true,
    checks: ({ SecretId }, call) => secretChecks('ListSecretVersionIds', SecretId, call),
    handle({ SecretId, IncludeDeprecated, MaxResults, NextToken }, call) {
      const secret = requireSecret(SecretId, call, { deleted: 'allowed' });
      const size = pageSize(MaxResults, { standard: 100, most: 100, name: 'maxResults', code: 'InvalidParameterException' });
      // A version without a label is deprecated.
      const versions = [...secret.versions.values()].filter(({ stages }) => stages.size > 0 || IncludeDeprecated === true);
      const { items, next } = pageAfter(versions, ({ id }) => id, NextToken, size);
      return {
        ARN: secret.arn,
        Name: secret.name,
        Versions: items.map(({ id, stages, created, accessed }) => ({
          VersionId: id,
          ...(stages.size > 0 && { VersionStages: [...stages] }),
          CreatedDate: created,
          LastAccessedDate: accessed,
          KmsKeyIds: [secret.kmsKeyId ?? 'DefaultEncryptionKey'],
        })),
        NextToken: next,
      };
    },
  },
  UpdateSecretVersionStage: {
    checks: ({ SecretId, VersionStage }, call) =>
      secretChecks('UpdateSecretVersionStage', SecretId, call, { 'secretsmanager:VersionStage': VersionStage }),
    handle({ SecretId, VersionStage, RemoveFromVersionId, MoveToVersionId }, call) {
      const secret = requirePrimary(SecretId, call);
      updateStage(secret, VersionStage, RemoveFromVersionId, MoveToVersionId);
      secret.changed = call.now;
      replicate(secret, call);
      return { ARN: secret.arn, Name: secret.name };
    },
  },
};
