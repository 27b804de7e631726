import { ServiceError } from '../../kernel/service-error';
import type { Secret, SecretVersion } from '../../kernel/world';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const limits = { valueBytes: 65_536, versions: 100, stages: 20 };
/** Versions younger than this are never removed: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
const KEPT_MS = 86_400_000;

/** Refuses a token or a value outside Secrets Manager's limits. */
export function refuseInvalidVersion(token: string, value: string): void {
  if (token.length < 32 || token.length > 64) {
    throw new ServiceError('InvalidParameterException', `ClientRequestToken must be 32-64 characters long, got ${token.length}.`);
  }
  if (value.length === 0) throw new ServiceError('InvalidParameterException', 'You must provide either SecretString or SecretBinary.');
  if (Buffer.byteLength(value) > limits.valueBytes) {
    throw new ServiceError(
      'ValidationException',
      `The secret value can't exceed ${limits.valueBytes} bytes, got ${Buffer.byteLength(value)}.`,
    );
  }
}

/**
 * Adds a version under a token: the same token and value change nothing, another value throws ResourceExistsException. The first version of
 * a secret gets AWSCURRENT, whatever other labels it is put with. Throws LimitExceededException when a hundred versions are there that
 * cannot be removed.
 */
export function putVersion(secret: Secret, token: string, value: string, stages: readonly string[], now: Date): SecretVersion {
  const existing = secret.versions.get(token);
  if (existing) {
    if (existing.value === value) return existing;
    throw new ServiceError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const first = secret.versions.size === 0;
  makeRoom(secret, now);
  const version: SecretVersion = { id: token, value, created: now, stages: new Set() };
  secret.versions.set(token, version);
  for (const stage of first ? [...stages, 'AWSCURRENT'] : stages) moveStage(secret, stage, version);
  secret.changed = now;
  return version;
}

/** The version with an id, a stage, or both; throws ResourceNotFoundException. */
export function findVersion(secret: Secret, id: string | undefined, stage: string | undefined): SecretVersion {
  const label = id === undefined ? (stage ?? 'AWSCURRENT') : stage;
  const found = [...secret.versions.values()].find(
    (version) => (id === undefined || version.id === id) && (label === undefined || version.stages.has(label)),
  );
  if (found) return found;
  const what = id === undefined ? `staging label: ${label ?? ''}` : `VersionId: ${id}`;
  throw new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret value for ${what}`);
}

/** Versions by id with their stages, as the API gives them. */
export const stagesOf = (secret: Secret): Record<string, string[]> =>
  Object.fromEntries([...secret.versions.values()].filter(({ stages }) => stages.size > 0).map(({ id, stages }) => [id, [...stages]]));

/**
 * Puts a label on a version, takes it off another, or both; AWSCURRENT is only ever moved, and a label is taken only from the version that
 * the request names: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
 */
export function updateStage(secret: Secret, stage: string, from: string | undefined, to: string | undefined): void {
  const holder = [...secret.versions.values()].find(({ stages }) => stages.has(stage));
  const target = to === undefined ? undefined : requireVersion(secret, to);
  const source = from === undefined ? undefined : requireVersion(secret, from);
  if (source && source !== holder) {
    throw new ServiceError('InvalidParameterException', `The staging label ${stage} isn't currently attached to version ${source.id}.`);
  }
  if (holder && !source && holder !== target) {
    throw new ServiceError(
      'InvalidParameterException',
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  if (!target && stage === 'AWSCURRENT') {
    throw new ServiceError(
      'InvalidParameterException',
      `You can only move staging label ${stage} to a different secret version. It can't be removed.`,
    );
  }
  if (!target) source?.stages.delete(stage);
  else if (target.stages.size >= limits.stages && !target.stages.has(stage)) {
    throw new ServiceError('LimitExceededException', `A secret version can have at most ${limits.stages} staging labels.`);
  } else moveStage(secret, stage, target);
}

function requireVersion(secret: Secret, id: string): SecretVersion {
  const version = secret.versions.get(id);
  if (version) return version;
  throw new ServiceError('ResourceNotFoundException', `Secrets Manager can't find the specified secret version: ${id}.`);
}

/** A stage is on one version at a time; AWSPREVIOUS follows AWSCURRENT by itself. */
function moveStage(secret: Secret, stage: string, to: SecretVersion): void {
  for (const version of secret.versions.values()) {
    if (version === to || !version.stages.delete(stage)) continue;
    if (stage === 'AWSCURRENT') moveStage(secret, 'AWSPREVIOUS', version);
  }
  to.stages.add(stage);
}

/** Removes the oldest versions without a label so that one more fits; those of the last day stay whatever comes. */
function makeRoom(secret: Secret, now: Date): void {
  for (const version of secret.versions.values()) {
    if (secret.versions.size < limits.versions) return;
    if (version.stages.size === 0 && now.getTime() - version.created.getTime() >= KEPT_MS) secret.versions.delete(version.id);
  }
  if (secret.versions.size >= limits.versions) {
    throw new ServiceError(
      'LimitExceededException',
      `The secret ${secret.name} has ${secret.versions.size} versions, and none of them has been without a label and older than a day: at most ${limits.versions} are kept.`,
    );
  }
}
