import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { needsTwoSecrets } from '../../../lambda/shared/in-turn';
import { ARN_SUFFIX, secondSecretNameFor, secretNameFor } from '../../../lambda/shared/secret-name';
import type { Permission } from '../../permissions/permissions';
import type { Settings } from '../../settings/fields';
import type { KeyApiSettings } from '../../settings/key-api';
import { grantedUsers } from '../../settings/key-api';
import { namesOf } from '../../settings/names';
import { keyApiAuthorizerVariables, keyApiVariables, type DeployedKeyApi } from '../../settings/variables';
import { mayAnnounce, type FunctionContext } from '../function-context';
import { RotationFunction } from '../rotation-function';

/** What both functions of the key API are made of. */
export interface KeyApiFunctionProps extends Omit<FunctionContext, 'results' | 'failedQueue'> {
  keyApi: KeyApiSettings;
  deployed: DeployedKeyApi;
}

/** Long enough for the retries of the calls that it makes; API Gateway waits 29 seconds. */
const TIMEOUT = Duration.seconds(25);

/** The names of the secrets of all users that were granted; both of each, where some policy has keys in turn. */
export function grantedSecrets(keyApi: KeyApiSettings, { policies = [] }: Pick<Settings, 'policies'>): string[] {
  const namesOfUser = policies.some(({ rotate }) => needsTwoSecrets(rotate)) ? [secretNameFor, secondSecretNameFor] : [secretNameFor];
  return Object.entries(grantedUsers(keyApi)).flatMap(([account, users]) =>
    users.flatMap((user) => namesOfUser.map((nameOf) => nameOf(account, user))),
  );
}

/** Issues tokens and hands out keys; its role is the one reader that secrets spare beside their users. */
export class KeyApiFunction extends RotationFunction {
  constructor(scope: Construct, id: string, { settings, keyApi, deployed, ...props }: KeyApiFunctionProps) {
    const { keyApi: name } = namesOf(settings);
    const stack = Stack.of(scope);
    super(scope, id, {
      ...props,
      entry: 'key-api',
      name,
      roleName: name,
      description: 'Hands out the active access keys of users that clients were granted',
      timeout: TIMEOUT,
      // Half the time of 256 MB at the same price, and an SDK waits for one second.
      memoryMb: 1_024,
      readsKeys: true,
      variables: { ...keyApiVariables(settings, keyApi, deployed) },
      permissions: [
        ...mayReadKeys(stack, grantedSecrets(keyApi, settings)),
        mayFindPlans(stack),
        mayAnnounce(stack, 'who was handed which key'),
      ],
    });
  }
}

/** Says whose token a request has; it can read no secret and sign nothing. */
export class KeyApiAuthorizer extends RotationFunction {
  constructor(scope: Construct, id: string, { settings, keyApi, deployed, ...props }: KeyApiFunctionProps) {
    super(scope, id, {
      ...props,
      entry: 'key-api/authorizer',
      name: namesOf(settings).keyApiAuthorizer,
      description: 'Verifies the tokens of the key API',
      timeout: TIMEOUT,
      memoryMb: 1_024,
      variables: { ...keyApiAuthorizerVariables(settings, keyApi, deployed) },
      permissions: [mayFindPlans(Stack.of(scope))],
    });
  }
}

function mayReadKeys(stack: Stack, names: readonly string[]): Permission[] {
  if (names.length === 0) return [];
  return [
    {
      sid: 'ReadGrantedKeys',
      why: 'Reads the access keys of the users that `keyApi.clients` names, to hand them out, and no other secret.',
      actions: ['secretsmanager:GetSecretValue'],
      resources: names.map((name) =>
        stack.formatArn({
          service: 'secretsmanager',
          resource: 'secret',
          resourceName: `${name}${ARN_SUFFIX}`,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ),
      wildcard: 'The ARN of a secret ends in six characters that AWS chooses.',
    },
  ];
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_GetUsagePlans.html */
const mayFindPlans = (stack: Stack): Permission => ({
  sid: 'FindClientOfApiKey',
  why: 'Finds the usage plan that an API key belongs to, which is its client; usage plans hold no value of an API key.',
  actions: ['apigateway:GET'],
  resources: [stack.formatArn({ service: 'apigateway', account: '', resource: '/usageplans', arnFormat: ArnFormat.NO_RESOURCE_NAME })],
});
