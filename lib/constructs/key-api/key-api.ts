import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { KeyApiSettings } from '../../settings/key-api';
import { namesOf } from '../../settings/names';
import type { FunctionContext } from '../function-context';
import type { SecretsKey } from '../secrets-key';
import { AccessLog } from './access-log';
import { Clients } from './clients';
import { grantedSecrets, KeyApiAuthorizer, KeyApiFunction } from './functions';
import { KeyRestApi } from './rest-api';
import { SigningKeys } from './signing-keys';

/** What the key API needs beside what the functions share. */
export interface KeyApiProps extends Omit<FunctionContext, 'results' | 'failedQueue'> {
  keyApi: KeyApiSettings;
  /** The central store's key. */
  secretsKey: SecretsKey;
}

/** The key API (docs/key-api.md): clients fetch the access keys that are active now, of exactly the users that they were granted. */
export class KeyApi extends Construct {
  readonly url: string;
  readonly api: RestApi;

  constructor(scope: Construct, id: string, { keyApi, secretsKey, ...props }: KeyApiProps) {
    super(scope, id);
    const { settings, logRetention, tracing } = props;
    const { keyApi: name, keyApiPlan: planPrefix } = namesOf(settings);
    const accessLog = new AccessLog(this, 'AccessLog', { name, retentionDays: logRetention, makesRole: keyApi.accessLogRole });
    const rest = new KeyRestApi(this, 'Rest', { name, keyApi, accessLog, tracing });
    this.url = rest.url;
    this.api = rest.api;

    const signingKeys = new SigningKeys(this, 'Signing', { generation: keyApi.signingKey });
    const deployed = { issuer: rest.url, signingKeys: signingKeys.arns };
    const authorizer = new KeyApiAuthorizer(this, 'Authorizer', { ...props, keyApi, deployed });
    const handler = new KeyApiFunction(this, 'Function', { ...props, keyApi, deployed });
    // Whoever verifies knows a new key before anybody signs by it.
    if (handler.function.node.defaultChild instanceof CfnFunction && authorizer.function.node.defaultChild instanceof CfnFunction)
      handler.function.node.defaultChild.addResourceDependency(authorizer.function.node.defaultChild);
    signingKeys.letUse({ signer: handler.role, verifier: authorizer.role });
    const secrets = grantedSecrets(keyApi, settings);
    if (secrets.length > 0) secretsKey.letRead(handler.role, secrets);

    rest.addRoutes({ handler: handler.function, authorizer: authorizer.function, session: keyApi.session });
    const names = Object.keys(keyApi.clients);
    new Clients(this, 'Clients', { names, keyPrefix: `${settings.prefix}-`, planPrefix, stage: rest.api.deploymentStage });
  }
}
