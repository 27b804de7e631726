import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { STSClient } from '@aws-sdk/client-sts';
import { clientDefaults } from '../../lambda/shared/clients';
import { RotationError } from '../../lambda/shared/errors';
import { namesOf } from '../../lib/settings/names';
import { clientSettings } from '../base/access';
import { deploymentOf, settingsOf } from '../deployment/deployment';
import type { ApiClientsAsked } from './commands';

/** Client → account → users that it may read. */
type Grants = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** The key API of a deployment, and who may change it. */
export interface KeyApi {
  gateway: APIGatewayClient;
  apiId: string;
  stage: string;
  /** What the names of all API keys of this deployment begin with. */
  keyPrefix: string;
  /** What the name of a client's usage plan begins with, and that of a key that `rotate` makes; the client's name follows. */
  planPrefix: string;
  grants: Grants;
  /** API keys that the stack made. */
  ofStack: readonly string[];
}

/** Finds the key API of the deployed stack; throws a RotationError when it has none. */
export async function openKeyApi({ stack, profile, region }: ApiClientsAsked): Promise<KeyApi> {
  const access = { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
  const settings = { ...clientDefaults, ...(await clientSettings(access)) };
  const cloudformation = new CloudFormationClient(settings);
  const { keyApiUrl, resources } = await deploymentOf({ cloudformation, sts: new STSClient(settings) }, stack);
  const [, apiId, stageName] = /^https:\/\/([a-z0-9]+)\.[^/]+\/([\w-]+)$/.exec(keyApiUrl ?? '') ?? [];
  if (apiId === undefined || stageName === undefined)
    throw new RotationError(`the stack ${stack} has no key API: it is deployed with the setting keyApi (docs/key-api.md)`);
  const { prefix, keyApi } = ((await settingsOf(cloudformation, stack)) ?? {}) as { prefix?: string; keyApi?: { clients?: Grants } };
  if (prefix === undefined || keyApi?.clients === undefined)
    throw new RotationError(`the template of ${stack} does not say which clients its key API has: deploy this version with npx cdk deploy`);
  return {
    gateway: new APIGatewayClient(settings),
    apiId,
    stage: stageName,
    keyPrefix: `${prefix}-`,
    planPrefix: namesOf({ prefix }).keyApiPlan,
    grants: keyApi.clients,
    ofStack: resources.get('AWS::ApiGateway::ApiKey') ?? [],
  };
}
