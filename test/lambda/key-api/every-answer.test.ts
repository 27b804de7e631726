import { APIGatewayClient, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { answer } from '../../../lambda/key-api/answer';
import { authorize } from '../../../lambda/key-api/authorizer/authorize';
import { accessDenied, awsError, namesOf, SECRET, timeout } from '../../helpers/aws';
import { ACCOUNT, NEW, NOW } from '../../helpers/facts';
import {
  apiServices,
  authorizerEvent,
  authorizerServices,
  claimsOf,
  kmsPublicKey,
  kmsSignature,
  pair,
  plansOf,
  proxyEvent,
  tokenRequest,
  tokenWith,
} from '../../helpers/key-api';
import { logDuring } from '../../helpers/lambda-context';

const gateway = mockClient(APIGatewayClient);
const kms = mockClient(KMSClient);
const secrets = mockClient(SecretsManagerClient);
const sts = mockClient(STSClient);
const events = mockClient(EventBridgeClient);
const ours = pair();

beforeEach(() => {
  for (const mock of [gateway, kms, secrets, sts, events]) mock.reset();
  gateway.on(GetUsagePlansCommand).resolves(plansOf('billing'));
  kms.on(SignCommand).callsFake(({ Message }: { Message: Uint8Array }) => ({ Signature: kmsSignature(ours.privateKey, Message) }));
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: kmsPublicKey(ours.publicKey) });
  const value = { UserName: 'alice', AccessKeyId: NEW, SecretAccessKey: SECRET, CreateDate: NOW.toISOString() };
  secrets.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify(value) });
  sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/alice` });
  sts.on(GetSessionTokenCommand).resolves({
    Credentials: { AccessKeyId: 'ASIA', SecretAccessKey: SECRET, SessionToken: SECRET, Expiration: NOW },
  });
  events.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
});

const ERRORS: readonly (readonly [string, () => Error])[] = [
  ['refuses', accessDenied],
  ['is asked too often', () => awsError('ThrottlingException', 400)],
  ['is broken', () => awsError('InternalFailure', 500)],
  ['does not answer', timeout],
  ['cannot be reached', () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
  ['says that it is not there', () => awsError('ResourceNotFoundException', 400)],
  ['says something new', () => awsError('SomethingNewException', 418)],
];
const QUESTIONS = {
  GetUsagePlans: {
    fail: (error?: Error) => (error ? gateway.on(GetUsagePlansCommand).rejects(error) : gateway.on(GetUsagePlansCommand).resolves({})),
    of: ['POST /generate-token', 'GET /active-key'],
  },
  Sign: {
    fail: (error?: Error) => (error ? kms.on(SignCommand).rejects(error) : kms.on(SignCommand).resolves({})),
    of: ['POST /generate-token'],
  },
  GetSecretValue: {
    fail: (error?: Error) => (error ? secrets.on(GetSecretValueCommand).rejects(error) : secrets.on(GetSecretValueCommand).resolves({})),
    of: ['GET /active-key', 'GET /session'],
  },
  GetCallerIdentity: {
    fail: (error?: Error) => (error ? sts.on(GetCallerIdentityCommand).rejects(error) : sts.on(GetCallerIdentityCommand).resolves({})),
    of: ['GET /active-key', 'GET /session'],
  },
  GetSessionToken: {
    fail: (error?: Error) => (error ? sts.on(GetSessionTokenCommand).rejects(error) : sts.on(GetSessionTokenCommand).resolves({})),
    of: ['GET /session'],
  },
  PutEvents: {
    fail: (error?: Error) =>
      error ? events.on(PutEventsCommand).rejects(error) : events.on(PutEventsCommand).resolves({ FailedEntryCount: 1 }),
    of: ['GET /active-key', 'GET /session'],
  },
} as const;
const REQUESTS = {
  'POST /generate-token': () => tokenRequest(),
  'GET /active-key': () => proxyEvent(),
  'GET /session': () => proxyEvent({ resource: '/session', apiKeyId: null }),
};
const cases = Object.entries(QUESTIONS).flatMap(([question, { fail, of }]) =>
  [...ERRORS, ['answers without anything', undefined] as const].flatMap(([how, error]) =>
    of.map((route) => ({ question, how, route, fail, error })),
  ),
);

it.each(cases)('when $question $how, $route gives neither key nor token, and says so', async ({ fail, error, route }) => {
  fail(error?.());
  let answered = { statusCode: 0, body: '' };
  const services = apiServices();
  jest.spyOn(services.metrics, 'addMetric').mockReturnThis();
  const log = await logDuring(async () => {
    answered = await answer(services, REQUESTS[route]());
  });
  expect(answered.statusCode).toBeGreaterThanOrEqual(400);
  expect(JSON.parse(answered.body)).toMatchObject({
    status: answered.statusCode,
    type: expect.stringContaining('urn:iam-key-rotation:problem:') as unknown,
  });
  expect(`${answered.body}${log}`).not.toMatch(new RegExp(`${SECRET}|"token"`));
  // What was told was not handed out; what was handed out was told.
  if (!namesOf(events).includes('PutEvents')) expect(JSON.stringify(answered)).not.toContain(NEW);
});

it.each([...ERRORS, ['answers without anything', undefined] as const])('when GetPublicKey %s, nobody is let through', async (_, error) => {
  const event = authorizerEvent(`Bearer ${await tokenWith(ours.privateKey, claimsOf('billing'))}`);
  if (error) kms.on(GetPublicKeyCommand).rejects(error());
  else kms.on(GetPublicKeyCommand).resolves({});
  await expect(authorize(authorizerServices(), event)).rejects.toThrow();
});
