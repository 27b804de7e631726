import { parseArn } from '../../kernel/arn';
import type { Check, Context } from '../../kernel/contracts';
import { ServiceError } from '../../kernel/service-error';
import type { AccountState, KmsKey, Secret } from '../../kernel/world';
import type { Call } from '../service';
import { resourceTags } from '../tags';

/** The secret that a name, an ARN or an ARN without its suffix names; one whose recovery window has passed is gone. */
export function findSecret(id: string, call: Call): Secret | undefined {
  const arn = parseArn(id);
  const account = arn ? call.world.accounts.get(arn.account) : call.account;
  const name = arn ? arn.resource.replace(/^secret:/, '') : id;
  const named = account?.secrets.get(`${call.region}/${name}`);
  const suffixed = arn && account?.secrets.get(`${call.region}/${name.replace(/-[^-]{6}$/, '')}`);
  const found = named ?? (suffixed?.arn === id ? suffixed : undefined);
  if (!account || !found || (arn && arn.region !== call.region)) return undefined;
  if (found.purge === undefined || found.purge > call.now) return found;
  account.secrets.delete(keyOf(found));
  return undefined;
}

/** What an account holds a secret under. */
export const keyOf = ({ region, name }: Pick<Secret, 'region' | 'name'>): string => `${region}/${name}`;

/** The named secret; throws ResourceNotFoundException, or InvalidRequestException when it is scheduled for deletion. */
export function requireSecret(id: string, call: Call, options: { deleted?: 'allowed' } = {}): Secret {
  const secret = findSecret(id, call);
  if (!secret) throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  if (secret.deleted && options.deleted === undefined) {
    throw new ServiceError('InvalidRequestException', "You can't perform this operation on the secret because it was marked for deletion.");
  }
  return secret;
}

/** The named secret, which must be the primary: a replica cannot be changed by itself. */
export function requirePrimary(id: string, call: Call, options: { deleted?: 'allowed' } = {}): Secret {
  const secret = requireSecret(id, call, options);
  if (secret.primary === undefined) return secret;
  throw new ServiceError(
    'InvalidRequestException',
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  );
}

/**
 * What policies must allow for an action on a secret. A secret that does not exist is judged by an ARN without suffix, and AWS shows the id
 * as it was given.
 */
export function secretChecks(action: string, id: string, call: Call, context: Context = {}): Check[] {
  const secret = findSecret(id, call);
  const bare = parseArn(id) ? id : `arn:${call.world.partition}:secretsmanager:${call.region}:${call.account.id}:secret:${id}`;
  const resource = secret?.arn ?? bare;
  const tags = resourceTags(secret?.tags, 'aws:ResourceTag', 'secretsmanager:ResourceTag');
  return [
    { action: `secretsmanager:${action}`, resource, shown: id, context: { 'secretsmanager:SecretId': resource, ...tags, ...context } },
  ];
}

/**
 * What a customer managed key's policy must allow when Secrets Manager uses it for the caller:
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function keyChecks(
  kmsKeyId: string | undefined,
  actions: readonly string[],
  call: Call,
  account: AccountState = call.account,
  secretArn?: string,
): Check[] {
  if (kmsKeyId === undefined || kmsKeyId === 'alias/aws/secretsmanager') return [];
  const key = findKey(kmsKeyId, account, call);
  if (key === undefined) throw new ServiceError('InvalidParameterException', `The KMS key ${kmsKeyId} doesn't exist or isn't enabled.`);
  if (key.state !== undefined) throw unusable(actions);
  const context = {
    'kms:ViaService': `secretsmanager.${call.region}.amazonaws.com`,
    'kms:CallerAccount': call.caller.principal.account,
    'kms:ResourceAliases': [...key.aliases],
    ...(secretArn !== undefined && { 'kms:EncryptionContext:SecretARN': secretArn }),
  };
  return actions.map((action) => ({ action: `kms:${action}`, resource: key.arn, context, refusal: 'Access to KMS is not allowed' }));
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html#API_PutSecretValue_Errors */
function unusable(actions: readonly string[]): ServiceError {
  const [code, verb] = actions.includes('GenerateDataKey') ? ['EncryptionFailure', 'encrypt'] : ['DecryptionFailure', 'decrypt'];
  return new ServiceError(code, `Secrets Manager can't ${verb} the protected secret text using the provided KMS key.`);
}

/** A key in this region; undefined when there is none. */
export function findKey(id: string, account: AccountState, call: Pick<Call, 'world' | 'region'>): KmsKey | undefined {
  const arn = parseArn(id);
  const holder = arn ? call.world.accounts.get(arn.account) : account;
  const name = arn?.resource.replace(/^key\//, '') ?? id;
  for (const key of holder?.keys.values() ?? []) {
    if (key.region === call.region && (key.arn.endsWith(`:key/${name}`) || key.aliases.has(name))) return key;
  }
  return undefined;
}

/** The account that holds a secret. */
export const holderOf = (secret: Secret, call: Call): AccountState =>
  call.world.accounts.get(parseArn(secret.arn)?.account ?? '') ?? call.account;
