import { APIGatewayClient, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { KMSClient } from '@aws-sdk/client-kms';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { generateToken, handOutKey, handOutSession } from '../../../lambda/key-api/routes';
import { namesOf, SECRET } from '../../helpers/aws';
import { ACCOUNT, NEW, NOW } from '../../helpers/facts';
import { API_KEYS, apiServices, plansOf, proxyEvent, tokenRequest } from '../../helpers/key-api';

const mocks = [APIGatewayClient, EventBridgeClient, KMSClient, SecretsManagerClient, STSClient].map((client) =>
  mockClient(client as typeof STSClient),
);

beforeEach(() => {
  for (const mock of mocks) mock.reset();
  const [gateway, events, , secrets, sts] = mocks as never as ReturnType<typeof mockClient>[];
  gateway!.on(GetUsagePlansCommand).resolves(plansOf('billing'));
  events!.on(PutEventsCommand as never).resolves({ FailedEntryCount: 0 } as never);
  const value = { UserName: 'alice', AccessKeyId: NEW, SecretAccessKey: SECRET, CreateDate: NOW.toISOString() };
  secrets!.on(GetSecretValueCommand as never).resolves({ SecretString: JSON.stringify(value) } as never);
  sts!.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:user/alice` });
  const Credentials = { AccessKeyId: 'ASIA', SecretAccessKey: 's', SessionToken: 't', Expiration: NOW };
  sts!.on(GetSessionTokenCommand).resolves({ Credentials });
});

it('a key is read, proven and told of, in this order, before it is handed out', async () => {
  await handOutKey(apiServices(), proxyEvent());
  expect(namesOf(...mocks)).toEqual(['GetUsagePlans', 'GetSecretValue', 'GetCallerIdentity', 'PutEvents']);
});

it('a session asks for no API key, and is told of last', async () => {
  await handOutSession(apiServices(), proxyEvent({ resource: '/session', apiKeyId: null }));
  expect(namesOf(...mocks)).toEqual(['GetSecretValue', 'GetCallerIdentity', 'GetSessionToken', 'PutEvents']);
});

it('a client that is not that of the API key learns nothing, and nothing is read', async () => {
  await expect(handOutKey(apiServices(), proxyEvent({ authorizer: { client: 'shipping', tokenId: 't' } }))).rejects.toMatchObject({
    problem: 'unauthorized',
  });
  await expect(handOutKey(apiServices(), proxyEvent({ authorizer: { client: 1, tokenId: 't' } }))).rejects.toMatchObject({
    problem: 'unauthorized',
  });
  expect(namesOf(...mocks)).toEqual(['GetUsagePlans']);
});

it('no token is signed for a request that says anything', async () => {
  await expect(
    generateToken(apiServices(), tokenRequest({ query: { sub: ['shipping'] }, apiKeyId: API_KEYS.billing })),
  ).rejects.toMatchObject({ problem: 'unknown-parameter' });
  expect(namesOf(...mocks)).toEqual(['GetUsagePlans']);
});
