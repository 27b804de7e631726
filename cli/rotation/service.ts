import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { rotatorEnvironment, type RotatorEnvironment } from '../../lambda/shared/environment';
import { clientDefaults } from '../../lambda/shared/clients';
import { errorFacts, RotationError } from '../../lambda/shared/errors';
import { clientSettings } from '../base/access';
import { STACK, type Access } from '../base/options';
import { deploymentOf, findDeployment, settingsOf, type Deployment } from '../deployment/deployment';
import type { GivenSettings } from './options';
import { environmentWith } from './settings';

/** The deployed rotation, as the operator reaches it with their own credentials. */
export interface Service {
  deployment: Deployment;
  /** What the rotator was told: the settings that hold. */
  environment: RotatorEnvironment;
  lambda: LambdaClient;
  s3: S3Client;
  /** In the account of the deployment, where the central store is. */
  secrets: SecretsManagerClient;
}

/** The settings to count with, and the service that they are of; absent where none is deployed, or it may not be read. */
export interface Rotation {
  environment: RotatorEnvironment;
  service?: Service;
  /** Where the settings are from, for people. */
  settings: string;
}

/** How a rotation is looked for. */
export interface Asked extends Pick<Access, 'profile' | 'region'> {
  /** Absent when nobody said how it is called: then it need not be there. */
  stack?: string;
  given: GivenSettings;
}

/**
 * Finds the deployed rotation where the credentials are, and its settings with those that are given laid over them; the defaults where
 * there is none. A stack that is asked for by name and is not there is a RotationError.
 */
export async function findRotation({ stack, given, ...access }: Asked): Promise<Rotation> {
  const settings = { ...clientDefaults, ...(await clientSettings(access)) };
  const cloudformation = new CloudFormationClient(settings);
  const isGiven = Object.keys(given).length > 0;
  const found = await deployed(cloudformation, new STSClient(settings), stack);
  if (typeof found === 'string') {
    return { environment: environmentWith(given), settings: isGiven ? 'those given, and defaults' : `the defaults: ${found}` };
  }
  const lambda = new LambdaClient(settings);
  const environment = await environmentOf(lambda, found);
  const service = { deployment: found, environment, lambda, s3: new S3Client(settings), secrets: new SecretsManagerClient(settings) };
  if (!isGiven) return { environment, service, settings: `those of the stack ${found.stack}` };
  const laid = environmentWith({ ...(await settingsOf(cloudformation, found.stack)), ...given });
  // Where things are does not change with what is tried.
  const { RESULTS_BUCKET, CENTRAL_STORE } = environment;
  return {
    environment: { ...laid, RESULTS_BUCKET, ...(CENTRAL_STORE && { CENTRAL_STORE }) },
    service,
    settings: `those of the stack ${found.stack}, with those given`,
  };
}

/** The deployment, or why there is none to count with. */
async function deployed(cloudformation: CloudFormationClient, sts: STSClient, stack: string | undefined): Promise<Deployment | string> {
  if (stack !== undefined) return deploymentOf({ cloudformation, sts }, stack);
  try {
    return (await findDeployment(cloudformation, STACK)) ?? `there is no stack ${STACK} here`;
  } catch (error) {
    if (!errorFacts(error).error.startsWith('AccessDenied')) throw error;
    return `the stack ${STACK} may not be read`;
  }
}

async function environmentOf(lambda: LambdaClient, { rotator, stack }: Deployment): Promise<RotatorEnvironment> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: rotator }));
  try {
    return rotatorEnvironment(Environment?.Variables ?? {});
  } catch (cause) {
    throw new RotationError(`the function ${rotator} of the stack ${stack} is of another version: deploy this one, then ask again`, {
      cause,
    });
  }
}
