import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from 'aws-cdk-lib/assertions';
import { PROBLEMS } from '../../../../lambda/shared/problems';
import { MAX_GRANTED_USERS } from '../../../../lib/settings/key-api-mistakes';
import { actionsOf, centralTemplate, flat, permissionsOf, resource, resourcesOf, type Statement } from '../../synth';

const CLIENTS = { billing: { '222233334444': ['web-deploy', 'batch'] }, shipping: { '333344445555': ['bob'] } };
const CENTRAL = { secretStore: 'central' };
const withApi = (keyApi: object = {}): Template => centralTemplate({ ...CENTRAL, keyApi: { clients: CLIENTS, ...keyApi } });
const template = withApi();
const types = (of: Template): string[] =>
  Object.values(of.toJSON()['Resources'] as Record<string, { Type: string }>).map(({ Type }) => Type);
const one = (of: Template, type: string): Record<string, unknown> => {
  const [found, ...others] = Object.values(resourcesOf(of, type));
  expect(others).toEqual([]);
  return found!.Properties;
};
const methods = (of: Template): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    Object.values(resourcesOf(of, 'AWS::ApiGateway::Method')).map(({ Properties }) => {
      const { Ref } = Properties['ResourceId'] as { Ref: string };
      const { PathPart } = resourcesOf(of, 'AWS::ApiGateway::Resource')[Ref]!.Properties as { PathPart: string };
      return [`${Properties['HttpMethod'] as string} /${PathPart}`, Properties];
    }),
  );
const statements = (of: Template, role: string): Statement[] => permissionsOf(resource(of, 'AWS::IAM::Role', role));
const keyStatements = (of: Template, key: string): Statement[] =>
  (resource(of, 'AWS::KMS::Key', key).Properties['KeyPolicy'] as { Statement: Statement[] }).Statement;

describe('without keyApi', () => {
  it.each([undefined, false, 'false'])('the template has not one resource, right or variable more: %s', (keyApi) => {
    const without = centralTemplate({ ...CENTRAL, ...(keyApi !== undefined && { keyApi }) });
    expect(JSON.stringify(without.toJSON())).not.toMatch(/ApiGateway|key-api|KeyApi|KEY_API|execute-api|apigateway/);
    expect(Object.keys(resourcesOf(without, 'AWS::Lambda::Function'))).toHaveLength(5);
  });

  it('everything else is as it is with it, but for what the rotator and the central key learn', () => {
    const [before, after] = [centralTemplate(CENTRAL), template].map((of) => of.toJSON()['Resources'] as Record<string, object>) as [
      Record<string, object>,
      Record<string, object>,
    ];
    const changed = Object.keys(before).filter((id) => JSON.stringify(before[id]) !== JSON.stringify(after[id]));
    expect(changed.map((id) => id.replace(/[0-9A-F]{8}$/, '')).toSorted()).toEqual(['RotatorFunction', 'SecretsKey']);
    expect(Object.keys(after).filter((id) => !(id in before) && !/^KeyApi|^Alarmskeyapi/.test(id))).toEqual([]);
  });
});

describe('the routes', () => {
  it('are a token for an API key, and a key for both; nothing else', () => {
    const routes = methods(template);
    expect(Object.keys(routes).toSorted()).toEqual(['GET /active-key', 'POST /generate-token']);
    expect(routes['POST /generate-token']).toMatchObject({ ApiKeyRequired: true, AuthorizationType: 'NONE' });
    expect(routes['GET /active-key']).toMatchObject({
      ApiKeyRequired: true,
      AuthorizationType: 'CUSTOM',
      AuthorizerId: { Ref: expect.stringContaining('Authorizer') as unknown },
    });
    for (const { Integration } of Object.values(routes))
      expect(Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
    expect(one(template, 'AWS::ApiGateway::RestApi')).toMatchObject({
      ApiKeySourceType: 'HEADER',
      EndpointConfiguration: { Types: ['REGIONAL'] },
    });
  });

  it('have sessions by a token alone, where they are chosen', () => {
    const routes = methods(withApi({ session: true }));
    expect(Object.keys(routes)).toContain('GET /session');
    expect(routes['GET /session']).toMatchObject({ ApiKeyRequired: false, AuthorizationType: 'CUSTOM' });
  });

  it('ask the authorizer about every request anew', () => {
    expect(one(template, 'AWS::ApiGateway::Authorizer')).toMatchObject({
      Type: 'REQUEST',
      AuthorizerResultTtlInSeconds: 0,
      IdentitySource: 'method.request.header.Authorization',
    });
  });

  it('are open to this API alone', () => {
    const permissions = Object.values(resourcesOf(template, 'AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties['Principal'] === 'apigateway.amazonaws.com',
    );
    expect(permissions.map(({ Properties }) => flat(Properties['SourceArn']).replace(/^.*<KeyApiRestApi>/, '')).toSorted()).toEqual([
      '/<KeyApiRestApiDeploymentStagev1>/GET/active-key',
      '/<KeyApiRestApiDeploymentStagev1>/POST/generate-token',
      '/authorizers/<KeyApiRestAuthorizer>',
    ]);
  });
});

describe('what the gateway answers itself', () => {
  const responses = Object.fromEntries(
    Object.values(resourcesOf(template, 'AWS::ApiGateway::GatewayResponse')).map(({ Properties }) => [
      Properties['ResponseType'] as string,
      Properties,
    ]),
  );
  const bodyOf = (type: string): Record<string, unknown> =>
    JSON.parse((responses[type]!['ResponseTemplates'] as Record<string, string>)['application/json']!) as Record<string, unknown>;

  it.each([
    ['BAD_REQUEST_BODY', 400],
    ['BAD_REQUEST_PARAMETERS', 400],
    ['UNAUTHORIZED', 401],
    ['INVALID_API_KEY', 403],
    ['ACCESS_DENIED', 403],
    ['EXPIRED_TOKEN', 403],
    ['INVALID_SIGNATURE', 403],
    ['WAF_FILTERED', 403],
    ['MISSING_AUTHENTICATION_TOKEN', 404],
    ['RESOURCE_NOT_FOUND', 404],
    ['REQUEST_TOO_LARGE', 413],
    ['UNSUPPORTED_MEDIA_TYPE', 415],
    ['THROTTLED', 429],
    ['QUOTA_EXCEEDED', 429],
    ['API_CONFIGURATION_ERROR', 500],
    ['AUTHORIZER_CONFIGURATION_ERROR', 500],
    ['AUTHORIZER_FAILURE', 500],
    ['INTEGRATION_FAILURE', 504],
    ['INTEGRATION_TIMEOUT', 504],
  ])('%s is a problem with status %i, which no cache keeps', (type, status) => {
    const { StatusCode, ResponseParameters } = responses[type]!;
    expect([StatusCode, bodyOf(type)['status']]).toEqual([String(status), status]);
    const problem = (bodyOf(type)['type'] as string).replace('urn:iam-key-rotation:problem:', '') as keyof typeof PROBLEMS;
    expect(bodyOf(type)).toEqual({ type: bodyOf(type)['type'], ...PROBLEMS[problem], instance: 'urn:uuid:$context.requestId' });
    expect(ResponseParameters).toEqual({
      'gatewayresponse.header.Content-Type': "'application/problem+json'",
      'gatewayresponse.header.Cache-Control': "'no-store'",
      ...(status === 401 && { 'gatewayresponse.header.WWW-Authenticate': '\'Bearer realm="iam-key-rotation"\'' }),
    });
  });

  it('keeps the status of whatever else there is, and repeats nothing of a request', () => {
    for (const type of ['DEFAULT_4XX', 'DEFAULT_5XX']) {
      expect(responses[type]).not.toHaveProperty('StatusCode');
      expect(bodyOf(type)).not.toHaveProperty('status');
    }
    const variables = JSON.stringify(responses).match(/\$[\w.]+/g) ?? [];
    expect(new Set(variables)).toEqual(new Set(['$context.requestId']));
  });
});

describe('the stage', () => {
  const stage = one(template, 'AWS::ApiGateway::Stage');

  it('logs who asked for what, and nothing that a caller wrote', () => {
    const { Format } = stage['AccessLogSetting'] as { Format: string };
    expect(Object.values(JSON.parse(Format) as Record<string, string>).toSorted()).toEqual([
      '$context.authorizer.client',
      '$context.error.responseType',
      '$context.httpMethod',
      '$context.identity.apiKeyId',
      '$context.identity.sourceIp',
      '$context.requestId',
      '$context.requestTime',
      '$context.resourcePath',
      '$context.responseLatency',
      '$context.status',
    ]);
  });

  it('has no execution log, and bounds what all clients together may ask', () => {
    expect(stage['MethodSettings']).toEqual([
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        LoggingLevel: 'OFF',
        DataTraceEnabled: false,
        ThrottlingRateLimit: 50,
        ThrottlingBurstLimit: 100,
      },
    ]);
  });

  it('is traced only where tracing is chosen', () => {
    expect(stage['TracingEnabled']).toBe(false);
    expect(one(centralTemplate({ ...CENTRAL, tracing: true, keyApi: true }), 'AWS::ApiGateway::Stage')['TracingEnabled']).toBe(true);
  });

  it('is associated with the web ACL that the settings name, and with none otherwise', () => {
    const webAcl = 'arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/keys/0a1b2c3d-1234-5678-9abc-def012345678';
    expect(one(withApi({ webAcl }), 'AWS::WAFv2::WebACLAssociation')['WebACLArn']).toBe(webAcl);
    expect(types(template)).not.toContain('AWS::WAFv2::WebACLAssociation');
  });

  it("leaves the account's role for logs alone, unless it shall make it", () => {
    expect(types(template)).not.toContain('AWS::ApiGateway::Account');
    const making = withApi({ accessLogRole: true });
    const [account] = Object.values(resourcesOf(making, 'AWS::ApiGateway::Account'));
    expect(account).toMatchObject({ DeletionPolicy: 'Retain' });
    const [made] = Object.values(resourcesOf(making, 'AWS::ApiGateway::Stage')) as unknown as { DependsOn: string[] }[];
    expect(made?.DependsOn).toEqual([expect.stringMatching(/^KeyApiAccessLogAccount/)]);
  });
});

describe('clients', () => {
  it('have an API key and a usage plan each, which bounds what each may ask', () => {
    const keys = Object.entries(resourcesOf(template, 'AWS::ApiGateway::ApiKey'));
    const plans = Object.entries(resourcesOf(template, 'AWS::ApiGateway::UsagePlan'));
    expect(keys.map(([, { Properties }]) => Properties['Name'])).toEqual(['iam-key-rotation-billing', 'iam-key-rotation-shipping']);
    expect(plans.map(([, { Properties }]) => Properties['UsagePlanName'])).toEqual([
      'iam-key-rotation-key-api-client-billing',
      'iam-key-rotation-key-api-client-shipping',
    ]);
    for (const [, { Properties }] of plans) {
      expect(Properties).toMatchObject({ Throttle: { RateLimit: 10, BurstLimit: 20 }, Quota: { Limit: 60_000, Period: 'DAY' } });
    }
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::ApiGateway::UsagePlanKey'))) {
      const [key] = keys.find(([id]) => id === (Properties['KeyId'] as { Ref: string }).Ref)!;
      const [plan] = plans.find(([id]) => id === (Properties['UsagePlanId'] as { Ref: string }).Ref)!;
      expect(key.includes('billing')).toBe(plan.includes('billing'));
    }
  });

  it('have no value of an API key in the template', () => {
    for (const { Properties } of Object.values(resourcesOf(template, 'AWS::ApiGateway::ApiKey')))
      expect(Properties).not.toHaveProperty('Value');
  });
});

describe('rights', () => {
  it('the function reads exactly the secrets of granted users', () => {
    const reads = statements(template, 'KeyApiFunctionRole').filter(
      ({ Effect, ...rest }) => Effect === 'Allow' && actionsOf({ Effect, ...rest }).some((action) => action.startsWith('secretsmanager:')),
    );
    expect(reads.map(actionsOf)).toEqual([['secretsmanager:GetSecretValue']]);
    expect([reads[0]?.Resource].flat().map(flat)).toEqual(
      ['222233334444_User_batch', '222233334444_User_web-deploy', '333344445555_User_bob'].map(
        (of) => `arn:<Partition>:secretsmanager:<Region>:<AccountId>:secret:Account_${of}_AccessKey-??????`,
      ),
    );
    expect(resource(template, 'AWS::IAM::Role', 'KeyApiFunctionRole').Properties['RoleName']).toBe('iam-key-rotation-key-api');
  });

  it('the function reads both secrets of each, where some policy has keys in turn', () => {
    const policies = [{ name: 'fast', groups: ['Fast'], rotate: '10m', disable: '12m', delete: '15m', schedule: 'rate(1 minute)' }];
    const fast = centralTemplate({ ...CENTRAL, policies, keyApi: { clients: { billing: { '222233334444': ['batch'] } } } });
    const reads = statements(fast, 'KeyApiFunctionRole').find(({ Sid }) => Sid === 'ReadGrantedKeys');
    expect([reads?.Resource].flat().map((arn) => flat(arn).replace(/^.*:secret:/, ''))).toEqual([
      'Account_222233334444_User_batch/second_AccessKey-??????',
      'Account_222233334444_User_batch_AccessKey-??????',
    ]);
    const { Condition } = keyStatements(fast, 'Secrets').find(({ Sid }) => Sid === 'KeyApiReads') ?? {};
    expect([Condition?.['StringLike']?.['kms:EncryptionContext:SecretARN']].flat()).toHaveLength(2);
    const { Variables } = resource(fast, 'AWS::Lambda::Function', 'KeyApiFunctionC').Properties['Environment'] as {
      Variables: Record<string, string>;
    };
    expect(JSON.parse(Variables['GRACES'] ?? '')).toEqual([
      { rotate: '90d', disable: '100d' },
      { rotate: '10m', disable: '12m' },
    ]);
  });

  it('the function may read no secret that is not one of the rotation, whatever allows it', () => {
    const denied = statements(template, 'KeyApiFunctionRole').filter(({ Effect }) => Effect === 'Deny');
    expect(denied.map(({ Sid, Action, Resource, Condition }) => ({ Sid, Action, Resource, Condition }))).toEqual([
      {
        Sid: 'NeverReadOtherSecrets',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
        Condition: { StringNotEquals: { 'secretsmanager:ResourceTag/key-rotation:managed': 'true' } },
      },
      { Sid: 'NeverReadSeveralSecrets', Action: 'secretsmanager:BatchGetSecretValue', Resource: '*', Condition: undefined },
    ]);
  });

  it('the central key decrypts for the function these secrets alone, through Secrets Manager', () => {
    const reads = keyStatements(template, 'Secrets').find(({ Sid }) => Sid === 'KeyApiReads');
    expect(actionsOf(reads!)).toEqual(['kms:Decrypt']);
    expect(flat((reads?.Principal as { AWS: unknown }).AWS)).toBe('<KeyApiFunctionRole.Arn>');
    expect([reads?.Condition?.['StringLike']?.['kms:EncryptionContext:SecretARN']].flat().map(flat)).toHaveLength(3);
    expect(reads?.Condition?.['StringEquals']).toHaveProperty('kms:ViaService');
  });

  it('a client without users and an API without clients read nothing', () => {
    for (const keyApi of [true, { clients: { billing: {} } }]) {
      const none = centralTemplate({ ...CENTRAL, keyApi });
      expect(JSON.stringify(statements(none, 'KeyApiFunctionRole').filter(({ Effect }) => Effect === 'Allow'))).not.toContain(
        'secretsmanager',
      );
      expect(keyStatements(none, 'Secrets').map(({ Sid }) => Sid)).not.toContain('KeyApiReads');
    }
  });

  it('the authorizer reads no secret, signs nothing and puts no event', () => {
    const allowed = statements(template, 'KeyApiAuthorizerRole')
      .filter(({ Effect }) => Effect === 'Allow')
      .flatMap(actionsOf);
    expect(allowed).toEqual(['apigateway:GET', 'logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(statements(template, 'KeyApiAuthorizerRole').map(({ Sid }) => Sid)).toContain('NeverReadSecrets');
  });

  it('neither reads an API key: their values are in no usage plan', () => {
    for (const role of ['KeyApiFunctionRole', 'KeyApiAuthorizerRole']) {
      expect(flat(statements(template, role).find(({ Sid }) => Sid === 'FindClientOfApiKey')?.Resource)).toBe(
        'arn:<Partition>:apigateway:<Region>::/usageplans',
      );
    }
  });

  it('stay within the size of an inline policy with as many users as may be granted', () => {
    const users = Array.from({ length: MAX_GRANTED_USERS }, (_, index) => `a-user-with-a-name-${index}`);
    const most = centralTemplate({ ...CENTRAL, keyApi: { clients: { billing: { '222233334444': users } } } });
    const resolved = JSON.stringify(
      statements(most, 'KeyApiFunctionRole').map((each) => ({ ...each, Resource: [each.Resource].flat().map(flat) })),
    );
    expect(resolved.replaceAll('<Region>', 'ap-southeast-1').replaceAll('<AccountId>', '111122223333').length).toBeLessThan(10_240);
  });
});

describe('tokens', () => {
  const signs = (of: Template): string[] =>
    Object.keys(resourcesOf(of, 'AWS::KMS::Key')).filter(
      (id) => id.startsWith('KeyApiSigning') && keyStatements(of, id).some(({ Sid }) => Sid === 'KeyApiSigns'),
    );
  const keys = (of: Template): string[] =>
    Object.keys(resourcesOf(of, 'AWS::KMS::Key'))
      .filter((id) => id.startsWith('KeyApiSigning'))
      .map((id) => id.replace(/[0-9A-F]{8}$/, ''));

  it('are signed by the function alone, with ES256, and verified by the authorizer alone', () => {
    const [administers, sign, verify, ...others] = keyStatements(template, 'KeyApiSigning');
    expect([administers?.Sid, others]).toEqual(['AccountAdministers', []]);
    expect(actionsOf(administers!).filter((action) => /Sign|Verify|GetPublicKey/.test(action))).toEqual([]);
    expect([sign?.Action, flat((sign?.Principal as { AWS: unknown }).AWS), sign?.Condition]).toEqual([
      'kms:Sign',
      '<KeyApiFunctionRole.Arn>',
      { StringEquals: { 'kms:MessageType': 'RAW', 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } },
    ]);
    expect([verify?.Action, flat((verify?.Principal as { AWS: unknown }).AWS)]).toEqual(['kms:GetPublicKey', '<KeyApiAuthorizerRole.Arn>']);
  });

  it.each([
    [1, ['KeyApiSigningKey1'], 'KeyApiSigningKey1'],
    [2, ['KeyApiSigningKey2', 'KeyApiSigningKey1'], 'KeyApiSigningKey2'],
    [3, ['KeyApiSigningKey3', 'KeyApiSigningKey2'], 'KeyApiSigningKey3'],
  ])('of generation %i are signed by it, and the one before still verifies', (signingKey, there, signer) => {
    const of = withApi({ signingKey });
    expect(keys(of)).toEqual(there);
    expect(signs(of).map((id) => id.replace(/[0-9A-F]{8}$/, ''))).toEqual([signer]);
    for (const name of ['KeyApiFunctionC', 'KeyApiAuthorizerFunction']) {
      const { Variables } = resource(of, 'AWS::Lambda::Function', name).Properties['Environment'] as { Variables: Record<string, unknown> };
      expect(flat(Variables['SIGNING_KEYS']).match(/KeyApiSigningKey\d/g)).toEqual(there);
    }
  });

  it('of a new key come only once the authorizer knows it', () => {
    const [, made] = Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).find(([id]) => id.startsWith('KeyApiFunction'))!;
    expect((made as unknown as { DependsOn: string[] }).DependsOn).toContainEqual(expect.stringMatching(/^KeyApiAuthorizerFunction/));
  });
});

it('is private with endpoints: whoever does not come through one of them is refused', () => {
  const { EndpointConfiguration, Policy } = one(withApi({ privateEndpoints: ['vpce-0a1b2c3d4e5f67890'] }), 'AWS::ApiGateway::RestApi');
  expect(EndpointConfiguration).toEqual({ Types: ['PRIVATE'], VpcEndpointIds: ['vpce-0a1b2c3d4e5f67890'] });
  expect((Policy as { Statement: Statement[] }).Statement).toEqual([
    { Sid: 'InvokeThroughEndpoints', Effect: 'Allow', Principal: { AWS: '*' }, Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
    {
      Sid: 'NobodyElse',
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
      Condition: { StringNotEquals: { 'aws:SourceVpce': ['vpce-0a1b2c3d4e5f67890'] } },
    },
  ]);
  expect(one(template, 'AWS::ApiGateway::RestApi')).not.toHaveProperty('Policy');
});

it.each<[string, object]>([
  ['sessions', { session: true }],
  ['private endpoints', { privateEndpoints: ['vpce-0a1b2c3d4e5f67890'] }],
])('a change of %s is deployed', (_, keyApi) => {
  const deployment = (of: Template): string[] => Object.keys(resourcesOf(of, 'AWS::ApiGateway::Deployment'));
  expect(deployment(withApi(keyApi))).not.toEqual(deployment(template));
});

it('has alarms on refusals and on failures, each with its paragraph of the runbook', () => {
  const runbook = readFileSync(join(__dirname, '..', '..', '..', '..', 'docs', 'runbook.md'), 'utf8');
  const alarms = Object.values(resourcesOf(template, 'AWS::CloudWatch::Alarm')).filter(
    ({ Properties }) => Properties['Namespace'] === 'AWS/ApiGateway',
  );
  expect(alarms.map(({ Properties }) => [Properties['AlarmName'], Properties['MetricName'], Properties['Threshold']])).toEqual([
    ['iam-key-rotation-key-api-refuses', '4XXError', 50],
    ['iam-key-rotation-key-api-failed', '5XXError', 0],
  ]);
  for (const name of ['key-api-refuses', 'key-api-failed']) expect(runbook).toContain(`### ${name}\n`);
});
