import { Duration, Stack, Validations } from 'aws-cdk-lib';
import {
  ApiKeySourceType,
  AuthorizationType,
  CfnRestApi,
  EndpointType,
  IdentitySource,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RequestAuthorizer,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { AnyPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { explain, type Reason } from '../../permissions/explanations';
import type { KeyApiSettings } from '../../settings/key-api';
import { ACCESS_LOG_FORMAT, type AccessLog } from './access-log';
import { addGatewayResponses } from './gateway-responses';

/** Of the URL; a change of the contract would get another one. */
const STAGE = 'v1';

/** What the API is made of. */
export interface KeyRestApiProps {
  name: string;
  keyApi: KeyApiSettings;
  accessLog: AccessLog;
  tracing: boolean;
}

/** How often all clients together may call, as far as API Gateway keeps it: a route that needs no API key has no usage plan. */
const STAGE_THROTTLE = { throttlingRateLimit: 50, throttlingBurstLimit: 100 };

const NO_COGNITO = 'Clients are programs with an API key and a token, and no people of a user pool.';

/** The REST API with its stage: its routes, who is asked before them, and what the gateway answers itself. */
export class KeyRestApi extends Construct {
  readonly api: RestApi;

  constructor(scope: Construct, id: string, props: KeyRestApiProps) {
    super(scope, id);
    const { name, keyApi, accessLog } = props;
    this.api = new RestApi(this, 'Api', {
      restApiName: name,
      description: 'Hands out the active access keys of users that clients were granted',
      apiKeySourceType: ApiKeySourceType.HEADER,
      cloudWatchRole: false,
      endpointTypes: [EndpointType.REGIONAL],
      deployOptions: {
        stageName: STAGE,
        ...STAGE_THROTTLE,
        tracingEnabled: props.tracing,
        // Execution logs would hold tokens and keys.
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(accessLog.group),
        accessLogFormat: ACCESS_LOG_FORMAT,
      },
    });
    this.api.node.tryRemoveChild('Endpoint');
    if (accessLog.account) this.api.deploymentStage.node.addDependency(accessLog.account);
    addGatewayResponses(this.api);
    this.closeToOthers(keyApi.privateEndpoints);
    this.acknowledge(keyApi);
    if (keyApi.webAcl === undefined) return;
    new CfnWebACLAssociation(this, 'WebAcl', { resourceArn: this.api.deploymentStage.stageArn, webAclArn: keyApi.webAcl });
  }

  /** Where it is, by which its tokens name it, too. */
  get url(): string {
    const { region, urlSuffix } = Stack.of(this);
    return `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${STAGE}`;
  }

  /** The routes of these functions: `POST /generate-token`, `GET /active-key` and, where it is chosen, `GET /session`. */
  addRoutes({ handler, authorizer, session }: { handler: IFunction; authorizer: IFunction; session: boolean }): void {
    const { root } = this.api;
    const integration = new LambdaIntegration(handler, { proxy: true, allowTestInvoke: false });
    const asked = new RequestAuthorizer(this, 'Authorizer', {
      handler: authorizer,
      identitySources: [IdentitySource.header('Authorization')],
      // The default of 300 seconds would let a token of five minutes live ten.
      resultsCacheTtl: Duration.seconds(0),
    });
    const byToken = { authorizer: asked, authorizationType: AuthorizationType.CUSTOM };
    const [token, key] = [root.addResource('generate-token'), root.addResource('active-key')];
    token.addMethod('POST', integration, { apiKeyRequired: true, authorizationType: AuthorizationType.NONE });
    key.addMethod('GET', integration, { apiKeyRequired: true, ...byToken });
    // An SDK that fetches credentials sends a token and nothing else.
    if (session) root.addResource('session').addMethod('GET', integration, { apiKeyRequired: false, ...byToken });
  }

  /** With private endpoints the API answers nobody who does not come through one of them. */
  private closeToOthers(privateEndpoints: readonly string[]): void {
    const { defaultChild } = this.api.node;
    if (privateEndpoints.length === 0 || !(defaultChild instanceof CfnRestApi)) return;
    const resources = ['execute-api:/*'];
    const anybody = { principals: [new AnyPrincipal()], actions: ['execute-api:Invoke'], resources };
    defaultChild.endpointConfiguration = { types: [EndpointType.PRIVATE], vpcEndpointIds: [...privateEndpoints] };
    defaultChild.policy = new PolicyDocument({
      statements: [
        new PolicyStatement({ sid: 'InvokeThroughEndpoints', ...anybody }),
        new PolicyStatement({
          sid: 'NobodyElse',
          effect: Effect.DENY,
          ...anybody,
          conditions: { StringNotEquals: { 'aws:SourceVpce': [...privateEndpoints] } },
        }),
      ],
    });
    // What is deployed does not change with the policy by itself.
    this.api.latestDeployment?.addToLogicalId({ privateEndpoints });
    explain(this.api, { purpose: 'Hands out access keys to clients', statements: PRIVATE });
  }

  private acknowledge({ webAcl }: KeyApiSettings): void {
    const noted = {
      'AwsSolutions-APIG2':
        'The function refuses every request that it does not know word for word, repeated parameters included, which the gateway cannot.',
      'AwsSolutions-APIG4': 'A token is what POST /generate-token is for: it needs an API key, and every other route a token.',
      'AwsSolutions-APIG6': 'Execution logs would hold tokens, API keys and access keys; access logs say who asked for what.',
      'AwsSolutions-COG4': NO_COGNITO,
      ...(webAcl === undefined && {
        'AwsSolutions-APIG3': 'The setting keyApi.webAcl associates a web ACL of the organization; none is made here.',
      }),
    };
    Validations.of(this).acknowledge(...Object.entries(noted).map(([rule, reason]) => ({ id: rule, reason })));
  }
}

const PRIVATE = {
  InvokeThroughEndpoints: {
    why: 'Lets callers in the VPC reach the API; its own routes ask for API key and token.',
    wildcard: 'All routes of this API.',
  },
  NobodyElse: { why: 'Refuses every caller who does not come through one of the VPC endpoints in `keyApi.privateEndpoints`.' },
} satisfies Record<string, Reason>;
