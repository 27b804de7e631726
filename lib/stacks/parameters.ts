import { CfnParameter, type Stack } from 'aws-cdk-lib';

/** Names of the parameters by which stacks that others deploy learn what the central stack has made. */
export const PARAMETERS = {
  organizationId: 'OrganizationId',
  rotatorRoleArn: 'RotatorRoleArn',
  secretsKeyArn: 'CentralKeyArn',
} as const;

/** The central store's key. */
export const secretsKeyParameter = (stack: Stack): string =>
  new CfnParameter(stack, PARAMETERS.secretsKeyArn, {
    description: 'The key that encrypts the central store, in whose account and region the secrets are',
    allowedPattern: '^arn:[a-z-]+:kms:[a-z0-9-]+:\\d{12}:key/[a-z0-9-]+$',
  }).valueAsString;

/** The organization. */
export const organizationIdParameter = (stack: Stack, description: string): string =>
  new CfnParameter(stack, PARAMETERS.organizationId, { description, allowedPattern: '^o-[a-z0-9]{10,32}$' }).valueAsString;

/** The rotator's role. */
export const rotatorRoleParameter = (stack: Stack, description: string): string =>
  new CfnParameter(stack, PARAMETERS.rotatorRoleArn, {
    description,
    allowedPattern: '^arn:[a-z-]+:iam::\\d{12}:role/.+$',
  }).valueAsString;
