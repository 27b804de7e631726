import { ServiceError } from '../../kernel/service-error';
import type { Secret, SecretVersion } from '../../kernel/world';

/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html */
const limits = { valueBytes: 65_536, versions: 100 };

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

/** Adds a version under a token: the same token and value change nothing, another value throws ResourceExistsException. */
export function putVersion(secret: Secret, token: string, value: string, stages: readonly string[], now: Date): SecretVersion {
  const existing = secret.versions.get(token);
  if (existing) {
    if (existing.value === value) return existing;
    throw new ServiceError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const version: SecretVersion = { id: token, value, created: now, stages: new Set() };
  secret.versions.set(token, version);
  for (const stage of stages) moveStage(secret, stage, version);
  secret.changed = now;
  dropUnlabelled(secret);
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

/** A stage is on one version at a time; AWSPREVIOUS follows AWSCURRENT by itself. */
function moveStage(secret: Secret, stage: string, to: SecretVersion): void {
  for (const version of secret.versions.values()) {
    if (version === to || !version.stages.delete(stage)) continue;
    if (stage === 'AWSCURRENT') moveStage(secret, 'AWSPREVIOUS', version);
  }
  to.stages.add(stage);
}

function dropUnlabelled(secret: Secret): void {
  for (const version of secret.versions.values()) {
    if (secret.versions.size <= limits.versions) return;
    if (version.stages.size === 0) secret.versions.delete(version.id);
  }
}
