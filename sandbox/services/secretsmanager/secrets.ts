import type * as sdk from '@aws-sdk/client-secrets-manager';
import { ServiceError } from '../../kernel/service-error';
import type { Secret } from '../../kernel/world';
import { pageAfter, pageSize } from '../paging';
import type { Call, Operations, SdkShapes } from '../service';
import { pairsOf, requestTags, tagsOf } from '../tags';
import { findSecret, holderOf, keyOf, requirePrimary, requireSecret, secretChecks } from './lookup';
import { replicate, statusOf } from './replication';
import { refuseInvalidPolicy } from './resource-policy';
import { stagesOf } from './versions';

const dayMs = 86_400_000;
const maxTags = 50;

/** Everything about secrets but their values. */
export const secretOperations: Operations<SdkShapes<typeof sdk>> = {
  DescribeSecret: {
    reads: true,
    checks: ({ SecretId }, call) => secretChecks('DescribeSecret', SecretId, call),
    handle({ SecretId }, call) {
      const secret = requireSecret(SecretId, call, { deleted: 'allowed' });
      return { ...details(secret, call), VersionIdsToStages: stagesOf(secret) };
    },
  },
  ListSecrets: {
    reads: true,
    checks: () => [{ action: 'secretsmanager:ListSecrets', resource: '*' }],
    handle({ Filters, IncludePlannedDeletion, MaxResults, NextToken }, call) {
      const size = pageSize(MaxResults, { standard: 100, most: 100, name: 'maxResults', code: 'InvalidParameterException' });
      const here = [...call.account.secrets].flatMap(([key, secret]) => (key === `${call.region}/${secret.name}` ? secret : []));
      const secrets = here.filter(
        (secret) =>
          findSecret(secret.name, call) === secret &&
          (IncludePlannedDeletion === true || !secret.deleted) &&
          (Filters ?? []).every((filter) => passes(secret, filter)),
      );
      const { items, next } = pageAfter(secrets, (secret) => secret.name, NextToken, size);
      return {
        SecretList: items.map((secret) => ({ ...details(secret, call), SecretVersionsToStages: stagesOf(secret) })),
        NextToken: next,
      };
    },
  },
  PutResourcePolicy: {
    checks: ({ SecretId, BlockPublicPolicy }, call) =>
      secretChecks('PutResourcePolicy', SecretId, call, { 'secretsmanager:BlockPublicPolicy': String(BlockPublicPolicy ?? false) }),
    handle({ SecretId, ResourcePolicy, BlockPublicPolicy }, call) {
      const secret = requirePrimary(SecretId, call);
      refuseInvalidPolicy(ResourcePolicy, BlockPublicPolicy === true, call.world);
      secret.policy = ResourcePolicy;
      replicate(secret, call);
      return { ARN: secret.arn, Name: secret.name };
    },
  },
  GetResourcePolicy: {
    reads: true,
    checks: ({ SecretId }, call) => secretChecks('GetResourcePolicy', SecretId, call),
    handle({ SecretId }, call) {
      const { arn, name, policy } = requireSecret(SecretId, call, { deleted: 'allowed' });
      return { ARN: arn, Name: name, ResourcePolicy: policy };
    },
  },
  TagResource: {
    checks: ({ SecretId, Tags }, call) => secretChecks('TagResource', SecretId, call, requestTags(Tags)),
    handle({ SecretId, Tags }, call) {
      const secret = requirePrimary(SecretId, call);
      const tags = new Map([...secret.tags, ...pairsOf(Tags)]);
      if (tags.size > maxTags)
        throw new ServiceError('InvalidParameterException', `A secret can have at most ${maxTags} tags, got ${tags.size}.`);
      secret.tags = tags;
      replicate(secret, call);
      return {};
    },
  },
  UntagResource: {
    checks: ({ SecretId, TagKeys }, call) => secretChecks('UntagResource', SecretId, call, { 'aws:TagKeys': TagKeys }),
    handle({ SecretId, TagKeys }, call) {
      const secret = requirePrimary(SecretId, call);
      for (const key of TagKeys) secret.tags.delete(key);
      replicate(secret, call);
      return {};
    },
  },
  DeleteSecret: {
    checks: ({ SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery }, call) =>
      secretChecks('DeleteSecret', SecretId, call, {
        ...(RecoveryWindowInDays !== undefined && { 'secretsmanager:RecoveryWindowInDays': String(RecoveryWindowInDays) }),
        ...(ForceDeleteWithoutRecovery !== undefined && {
          'secretsmanager:ForceDeleteWithoutRecovery': String(ForceDeleteWithoutRecovery),
        }),
      }),
    handle(input, call) {
      const { SecretId, RecoveryWindowInDays = 30, ForceDeleteWithoutRecovery } = input;
      const secret = requirePrimary(SecretId, call, { deleted: 'allowed' });
      refuseReplicated(secret);
      if (input.RecoveryWindowInDays !== undefined && ForceDeleteWithoutRecovery === true) {
        throw new ServiceError(
          'InvalidParameterException',
          "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        );
      }
      if (RecoveryWindowInDays < 7 || RecoveryWindowInDays > 30) {
        throw new ServiceError(
          'InvalidParameterException',
          `RecoveryWindowInDays must be between 7 and 30 days (inclusive), got ${RecoveryWindowInDays}.`,
        );
      }
      const purge = new Date(call.now.getTime() + (ForceDeleteWithoutRecovery === true ? 0 : RecoveryWindowInDays * dayMs));
      if (ForceDeleteWithoutRecovery === true) holderOf(secret, call).secrets.delete(keyOf(secret));
      else Object.assign(secret, { deleted: call.now, purge });
      return { ARN: secret.arn, Name: secret.name, DeletionDate: purge };
    },
  },
  RestoreSecret: {
    checks: ({ SecretId }, call) => secretChecks('RestoreSecret', SecretId, call),
    handle({ SecretId }, call) {
      const secret = requireSecret(SecretId, call, { deleted: 'allowed' });
      delete secret.deleted;
      delete secret.purge;
      return { ARN: secret.arn, Name: secret.name };
    },
  },
};

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html */
function refuseReplicated({ arn, replicas }: Secret): void {
  if (!replicas || replicas.size === 0) return;
  throw new ServiceError(
    'InvalidRequestException',
    `You can't delete secret ${arn} that still has replica regions [${[...replicas.keys()].join(', ')}].`,
  );
}

function details(secret: Secret, call: Call) {
  return {
    ARN: secret.arn,
    Name: secret.name,
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    CreatedDate: secret.created,
    LastChangedDate: secret.changed,
    LastAccessedDate: secret.accessed,
    DeletedDate: secret.deleted,
    ...(secret.tags.size > 0 && { Tags: tagsOf(secret.tags) }),
    ...((secret.replicas ?? secret.primary) !== undefined && { PrimaryRegion: secret.primary ?? secret.region }),
    ...(secret.replicas && { ReplicationStatus: statusOf(secret, call) }),
  };
}

/**
 * Filters match beginnings, descriptions in any letter case, and `!` negates:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Filter.html
 */
function passes(secret: Secret, { Key, Values = [] }: sdk.Filter): boolean {
  const texts = {
    name: [secret.name],
    description: [(secret.description ?? '').toLowerCase()],
    'tag-key': [...secret.tags.keys()],
    'tag-value': [...secret.tags.values()],
  };
  if (Key !== 'name' && Key !== 'description' && Key !== 'tag-key' && Key !== 'tag-value') {
    throw new ServiceError('NotImplemented', `the sandbox does not emulate the filter ${Key ?? ''} of secretsmanager:ListSecrets`, 501);
  }
  const folded = (value: string): string => (Key === 'description' ? value.toLowerCase() : value);
  const begins = (value: string): boolean => texts[Key].some((text) => text.startsWith(folded(value)));
  return Values.some((value) => (value.startsWith('!') ? !begins(value.slice(1)) : begins(value)));
}
