import { SignatureV4 } from '@smithy/signature-v4';
import { Hash } from '@smithy/core/serde';
import { Sandbox } from '../../../sandbox/sandbox';
import { rawRequest, sendRaw, type RawAnswer } from '../../helpers/raw-http';
import { assembly, removeAssemblies, type Resources } from '../cloudformation/assembly-directory';
import { allow, policy } from '../harness';
import { answering, apiTemplate, authorizer, code, method } from './template';

const account = '111111111111';
const api = { Ref: 'Api' };
let sandbox: Sandbox;
beforeEach(async () => {
  const managementAccount = { id: account, name: 'M', email: 'm@example.com' };
  sandbox = await Sandbox.start({ now: new Date('2026-01-05T10:00:00Z'), managementAccount, processes: false });
});
afterEach(async () => {
  await sandbox.stop();
});
afterAll(removeAssemblies);

async function deploy(change: Resources = {}): Promise<string> {
  const [stack] = await sandbox.deploy(assembly(apiTemplate(change), code));
  return `/_aws/execute-api/${stack!.outputs['Api']}`;
}
const ask = (path: string, ...headers: string[]): Promise<RawAnswer> => sendRaw(sandbox.url, rawRequest(`GET ${path}`, headers));
const invoked = () => sandbox.invocations.filter(({ functionName }) => functionName === 'guard').length;

const restApi = (more: object) => ({
  Type: 'AWS::ApiGateway::RestApi',
  Properties: { Name: 'demo', EndpointConfiguration: { Types: ['REGIONAL'] }, ...more },
});
const secret = (more: object) => method('SecretPath', 'GET', more);

describe('a change', () => {
  const teapot = { AllOthers: answering('DEFAULT_4XX', { StatusCode: '418' }) };

  it('is served once there is a new deployment, and not before', async () => {
    const base = await deploy();
    await deploy(teapot);
    expect((await ask(`${base}/prod/nothing`)).status).toBe(403);
    const template = apiTemplate(teapot);
    const { Deployment, Stage, ...rest } = template.Resources;
    const stage = { ...Stage!, Properties: { ...Stage!.Properties, DeploymentId: { Ref: 'Deployment2' } } };
    await sandbox.deploy(assembly({ ...template, Resources: { ...rest, Deployment2: Deployment!, Stage: stage } }, code));
    expect((await ask(`${base}/prod/nothing`)).status).toBe(418);
    expect(sandbox.kernel.account(account).apiGateways.get('eu-west-1')!.apis.get(base.slice(-10))!.deployments.size).toBe(1);
  });

  it('can be taken back whole', async () => {
    const base = await deploy();
    await sandbox.destroy('Demo');
    const gateway = sandbox.kernel.account(account).apiGateways.get('eu-west-1')!;
    expect([gateway.apis.size, gateway.keys.size, gateway.plans.size]).toEqual([0, 0, 0]);
    expect((await ask(`${base}/prod/echo`)).status).toBe(403);
  });
});

describe('an authorizer', () => {
  it('is not asked again while its answer is kept, even when it would say no', async () => {
    const base = await deploy({
      Authorizer: authorizer({ AuthorizerResultTtlInSeconds: 300 }),
      SecretGet: secret({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } }),
    });
    const get = (token: string) => ask(`${base}/prod/secret`, `Authorization: ${token}`);
    for (const token of ['good', 'good', 'other']) await get(token);
    expect(invoked()).toBe(2);
    sandbox.clock.advance(300_000);
    await get('good');
    expect(invoked()).toBe(3);
  });

  it('of one token is asked about those that look like one', async () => {
    const base = await deploy({
      Authorizer: authorizer({ Type: 'TOKEN', IdentityValidationExpression: 'Bearer .+' }),
      SecretGet: secret({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } }),
    });
    expect((await ask(`${base}/prod/secret`, 'Authorization: good')).status).toBe(401);
    expect(invoked()).toBe(0);
    const { body } = await ask(`${base}/prod/secret`, 'Authorization: Bearer good');
    const { event } = (JSON.parse(body) as { requestContext: { authorizer: { event: string } } }).requestContext.authorizer;
    expect(JSON.parse(event)).toEqual({
      type: 'TOKEN',
      authorizationToken: 'Bearer good',
      methodArn: expect.stringContaining('/prod/GET/secret') as string,
    });
  });
});

describe('a private API', () => {
  const from = (endpoint: string) => ({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 'execute-api:Invoke',
        Resource: 'execute-api:/*',
        Condition: { StringNotEquals: { 'aws:SourceVpce': endpoint } },
      },
    ],
  });

  it('answers through the VPC endpoint that its policy names, and is not there from elsewhere', async () => {
    const base = await deploy({
      Api: restApi({
        EndpointConfiguration: { Types: ['PRIVATE'], VpcEndpointIds: ['vpce-0123456789abcdef0'] },
        Policy: from('vpce-0123456789abcdef0'),
      }),
    });
    expect((await ask(`${base}-vpce-0123456789abcdef0/prod/echo`)).status).toBe(200);
    expect((await ask(`${base}-vpce-00000000000000000/prod/echo`)).body).toContain('with an explicit deny');
    expect((await ask(`${base}/prod/echo`)).body).toBe('{"message":"Forbidden"}');
  });

  it('is refused without a policy', async () => {
    await expect(deploy({ Api: restApi({ EndpointConfiguration: { Types: ['PRIVATE'] } }) })).rejects.toThrow('resource policy');
  });
});

describe('a method for those who sign', () => {
  const signedBy = async (name: string, path: string, service = 'execute-api') => {
    const key = sandbox.people(account).createKey(name);
    const signer = new SignatureV4({
      service,
      region: 'eu-west-1',
      credentials: { accessKeyId: key.id, secretAccessKey: key.secret },
      sha256: Hash.bind(null, 'sha256'),
    });
    const request = await signer.sign(
      { method: 'GET', protocol: 'http:', hostname: 'localhost', path, headers: { host: 'localhost' } },
      { signingDate: sandbox.clock.now() },
    );
    const headers = Object.entries(request.headers).filter(([header]) => header !== 'host');
    return ask(path, ...headers.map(([header, value]) => `${header}: ${value}`));
  };

  it('is for whom a policy allows it, and the function learns who it is', async () => {
    const path = `${await deploy({ SecretGet: secret({ AuthorizationType: 'AWS_IAM' }) })}/prod/secret`;
    sandbox.people(account).addUser({ name: 'ana', policies: { p: policy(allow('execute-api:Invoke', '*')) } });
    sandbox.people(account).addUser({ name: 'ben' });
    const answer = await signedBy('ana', path);
    const { identity } = (JSON.parse(answer.body) as { requestContext: { identity: object } }).requestContext;
    expect(identity).toMatchObject({ userArn: `arn:aws:iam::${account}:user/ana`, accountId: account });
    expect((await signedBy('ben', path)).body).toMatch(/is not authorized to perform: execute-api:Invoke/);
    expect((await signedBy('ana', path, 's3')).body).toBe('{"message":"Missing Authentication Token"}');
    const forged = await ask(
      path,
      `Authorization: AWS4-HMAC-SHA256 Credential=AKIA/20260105/eu-west-1/execute-api/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    );
    expect([forged.status, forged.headers['x-amzn-errortype']]).toEqual([403, 'InvalidSignatureException']);
  });
});

describe('a template that AWS refuses', () => {
  it.each<[string, Resources, string]>([
    [
      'logs without a role',
      { ...{ Account: { Type: 'AWS::ApiGateway::Account', Properties: {} } } },
      'CloudWatch Logs role ARN must be set',
    ],
    [
      'an authorizer that is not there',
      { EchoGet: method('EchoPath', 'GET', { AuthorizationType: 'CUSTOM', AuthorizerId: 'x' }) },
      'Invalid authorizer',
    ],
    [
      'an authorizer that is not used',
      { EchoGet: method('EchoPath', 'GET', { AuthorizerId: { Ref: 'Authorizer' } }) },
      'AuthorizationType CUSTOM',
    ],
    ['a mapping for a proxy', { EchoGet: method('EchoPath', 'GET', {}, { PassthroughBehavior: 'NEVER' }) }, 'PassthroughBehavior'],
    ['30 seconds', { EchoGet: method('EchoPath', 'GET', {}, { TimeoutInMillis: 30_000 }) }, '29000'],
    ['kept answers of nobody', { Authorizer: authorizer({ AuthorizerResultTtlInSeconds: 1, IdentitySource: '' }) }, 'IdentitySource'],
    [
      'a header without quotes',
      { AllOthers: answering('DEFAULT_4XX', { ResponseParameters: { 'gatewayresponse.header.A': 'b' } }) },
      'in quotes',
    ],
    ['an unknown response', { AllOthers: answering('TEAPOT', {}) }, 'ResponseType'],
    [
      'a model that is not there',
      { EchoGet: method('EchoPath', 'GET', { RequestModels: { 'application/json': 'No' } }) },
      'Invalid model name specified: No',
    ],
    ['two resources of one name', { Again: { ...apiTemplate().Resources['EchoPath']! } }, 'Another resource with the same parent'],
    ['a short key', { Short: { Type: 'AWS::ApiGateway::ApiKey', Properties: { Value: 'short' } } }, '20 to 128'],
    [
      'a plan of another stage',
      { Other: { Type: 'AWS::ApiGateway::UsagePlan', Properties: { ApiStages: [{ ApiId: api, Stage: 'test' }] } } },
      'API Stage not found',
    ],
    [
      'a web ACL on nothing',
      {
        Fire: {
          Type: 'AWS::WAFv2::WebACLAssociation',
          Properties: {
            ResourceArn: 'arn:aws:apigateway:eu-west-1::/restapis/x/stages/y',
            WebACLArn: 'arn:aws:wafv2:eu-west-1:1:regional/webacl/a/1',
          },
        },
      },
      'is no stage',
    ],
  ])('has %s', async (_, change, message) => {
    const { Account, ...parts } = change;
    const template = apiTemplate(parts);
    if (Account) template.Resources['Account'] = Account;
    await expect(sandbox.deploy(assembly(template, code))).rejects.toThrow(message);
  });
});
