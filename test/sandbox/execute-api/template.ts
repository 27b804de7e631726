import { functionRole, lambdaFunction, type Resources } from '../cloudformation/assembly-directory';

const ref = (Ref: string) => ({ Ref });
const api = ref('Api');
const uri = (fn: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${fn}.Arn}/invocations`,
});

const resource = (PathPart: string, parent: unknown = { 'Fn::GetAtt': ['Api', 'RootResourceId'] }) => ({
  Type: 'AWS::ApiGateway::Resource',
  Properties: { RestApiId: api, ParentId: parent, PathPart },
});

export const method = (of: string, HttpMethod: string, more: object = {}, integration: object = {}) => ({
  Type: 'AWS::ApiGateway::Method',
  Properties: {
    RestApiId: api,
    ResourceId: ref(of),
    HttpMethod,
    AuthorizationType: 'NONE',
    Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: uri('Echo'), ...integration },
    ...more,
  },
});

const invokePermission = (fn: string, path: string) => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: { 'Fn::GetAtt': [fn, 'Arn'] },
    Action: 'lambda:InvokeFunction',
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/${path}` },
  },
});

export const answering = (ResponseType: string, more: object) => ({
  Type: 'AWS::ApiGateway::GatewayResponse',
  Properties: { RestApiId: api, ResponseType, ...more },
});

export const authorizer = (more: object = {}) => ({
  Type: 'AWS::ApiGateway::Authorizer',
  Properties: {
    RestApiId: api,
    Name: 'authorizer',
    Type: 'REQUEST',
    AuthorizerUri: uri('Guard'),
    AuthorizerResultTtlInSeconds: 0,
    IdentitySource: 'method.request.header.Authorization',
    ...more,
  },
});

const secured = { ApiKeyRequired: true, AuthorizationType: 'CUSTOM', AuthorizerId: ref('Authorizer') };
const key = (Name: string, more: object = {}) => ({ Type: 'AWS::ApiGateway::ApiKey', Properties: { Name, Enabled: true, ...more } });
const planKey = (name: string) => ({
  Type: 'AWS::ApiGateway::UsagePlanKey',
  Properties: { KeyId: ref(name), KeyType: 'API_KEY', UsagePlanId: ref('Plan') },
});

/** An API with a method of each kind; `change` replaces or adds resources, and those in the deployment come after them. */
export function apiTemplate(change: Resources = {}): { Resources: Resources } & Record<string, unknown> {
  const parts: Resources = {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'demo', EndpointConfiguration: { Types: ['REGIONAL'] } } },
    Authorizer: authorizer(),
    Validator: {
      Type: 'AWS::ApiGateway::RequestValidator',
      Properties: { RestApiId: api, ValidateRequestParameters: true, ValidateRequestBody: true },
    },
    Named: {
      Type: 'AWS::ApiGateway::Model',
      Properties: {
        RestApiId: api,
        Name: 'Named',
        ContentType: 'application/json',
        Schema: { type: 'object', required: ['name'], additionalProperties: false, properties: { name: { type: 'string' } } },
      },
    },
    EchoPath: resource('echo'),
    EchoGet: method('EchoPath', 'GET'),
    EchoPost: method('EchoPath', 'POST', { ApiKeyRequired: true }),
    SecretPath: resource('secret'),
    SecretGet: method('SecretPath', 'GET', {
      ...secured,
      RequestValidatorId: ref('Validator'),
      RequestParameters: { 'method.request.querystring.username': true, 'method.request.querystring.account': false },
    }),
    NamedPath: resource('named'),
    NamedPost: method('NamedPath', 'POST', {
      RequestValidatorId: ref('Validator'),
      RequestModels: { 'application/json': ref('Named') },
    }),
    UserPath: resource('users'),
    OneUserPath: resource('{name}', ref('UserPath')),
    OneUserGet: method('OneUserPath', 'GET'),
    FilesPath: resource('files'),
    AllFilesPath: resource('{path+}', ref('FilesPath')),
    AllFilesAny: method('AllFilesPath', 'ANY'),
    SlowPath: resource('slow'),
    SlowGet: method('SlowPath', 'GET'),
    StrangerPath: resource('stranger'),
    StrangerGet: method('StrangerPath', 'GET', {}, { Uri: uri('Stranger') }),
    MissingKey: answering('INVALID_API_KEY', {
      StatusCode: '401',
      ResponseParameters: {
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.X-Path': 'context.path',
        'gatewayresponse.header.X-Asked': 'method.request.header.X-Ask',
      },
      ResponseTemplates: { 'application/json': '{"title":$context.error.messageString,"instance":"$context.requestId"}' },
    }),
    AllOthers: answering('DEFAULT_4XX', { ResponseParameters: { 'gatewayresponse.header.Cache-Control': "'no-store'" } }),
    ...change,
  };
  return {
    Resources: {
      Role: functionRole([{ Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: '*' }]),
      Echo: lambdaFunction('echo', { FunctionName: 'echo', Timeout: 60 }),
      Guard: lambdaFunction('guard', { FunctionName: 'guard' }),
      Stranger: lambdaFunction('echo', { FunctionName: 'stranger' }),
      ...parts,
      ...Object.fromEntries(
        ['GET/echo', 'POST/echo', 'GET/secret', 'POST/named', 'GET/users/*', '*/files/*', 'GET/slow'].map((path, at) => [
          `Permission${at}`,
          invokePermission('Echo', `prod/${path}`),
        ]),
      ),
      GuardPermission: invokePermission('Guard', 'authorizers/${Authorizer}'),
      Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: api }, DependsOn: Object.keys(parts) },
      Logs: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/api' } },
      LogRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'apigateway.amazonaws.com' } }],
          },
          Policies: [
            {
              PolicyName: 'Logs',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' }],
              },
            },
          ],
        },
      },
      Account: { Type: 'AWS::ApiGateway::Account', Properties: { CloudWatchRoleArn: { 'Fn::GetAtt': ['LogRole', 'Arn'] } } },
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        DependsOn: ['Account'],
        Properties: {
          RestApiId: api,
          StageName: 'prod',
          DeploymentId: ref('Deployment'),
          Variables: { colour: 'blue' },
          AccessLogSetting: {
            DestinationArn: { 'Fn::GetAtt': ['Logs', 'Arn'] },
            Format:
              '{"status":$context.status,"path":"$context.path","key":"$context.identity.apiKeyId","who":"$context.authorizer.principalId"}',
          },
          MethodSettings: [{ HttpMethod: 'GET', ResourcePath: '/~1users~1{name}', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 3 }],
        },
      },
      Plan: {
        Type: 'AWS::ApiGateway::UsagePlan',
        Properties: {
          UsagePlanName: 'plan',
          ApiStages: [{ ApiId: api, Stage: ref('Stage') }],
          Throttle: { RateLimit: 1, BurstLimit: 4 },
          Quota: { Limit: 20, Period: 'DAY' },
        },
      },
      Key: key('client'),
      KeyInPlan: planKey('Key'),
      Disabled: key('disabled', { Enabled: false }),
      DisabledInPlan: planKey('Disabled'),
      Unplanned: key('unplanned'),
      Firewall: {
        Type: 'AWS::WAFv2::WebACLAssociation',
        Properties: {
          WebACLArn: { 'Fn::Sub': 'arn:aws:wafv2:${AWS::Region}:${AWS::AccountId}:regional/webacl/acl/1' },
          ResourceArn: { 'Fn::Sub': 'arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Stage}' },
        },
      },
    },
    Outputs: { Api: { Value: api } },
  };
}

/** What the functions do: `echo` answers with its event, or as the query says; `guard` does what the token says. */
export const code = {
  echo: `
    const how = event.queryStringParameters?.answer;
    if (event.resource === '/slow') await new Promise((resolve) => setTimeout(resolve, 40000));
    if (how === 'throw') throw new Error('a secret reason');
    if (how === 'text') return 'text';
    if (how === 'object') return { statusCode: 200, body: { a: 1 } };
    if (how === 'number') return { statusCode: 'ok' };
    if (how === 'extra') return { statusCode: 200, more: 1 };
    if (how === 'headers') return {
      statusCode: 401,
      headers: { 'WWW-Authenticate': 'Bearer', 'X-Both': 'one', 'content-type': 'text/plain' },
      multiValueHeaders: { 'X-BOTH': ['two', 'three'] },
    };
    return { statusCode: 200, body: JSON.stringify(event) };`,
  guard: `
    const token = event.headers?.Authorization ?? event.authorizationToken;
    if (token === 'unauthorized') throw new Error('Unauthorized');
    if (token === 'throw') throw new Error('no');
    if (token === 'odd') return { principalId: 'x' };
    const Effect = token === 'deny' ? 'Deny' : 'Allow';
    const Resource = token === 'elsewhere' ? event.methodArn.replace('secret', 'other') : event.methodArn;
    const Statement = [{ Effect, Action: 'execute-api:Invoke', Resource }];
    return { principalId: 'ana', policyDocument: { Version: '2012-10-17', Statement }, context: { level: 3, good: true, event: JSON.stringify(event) } };`,
};
