import { DescribeSecretCommand, type DescribeSecretCommandOutput, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { RotationError } from '../../shared/errors';

/**
 * Describes a secret, without reading it. Every secret has an ARN: an answer without it says nothing of tags, versions and replicas either,
 * and is a RotationError (docs/adr/0013).
 */
export async function describeSecret(secrets: SecretsManagerClient, name: string): Promise<DescribeSecretCommandOutput> {
  const secret = await secrets.send(new DescribeSecretCommand({ SecretId: name }));
  if (secret.ARN === undefined) throw new RotationError(`Secrets Manager described the secret ${name} without its ARN`);
  return secret;
}
