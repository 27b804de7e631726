import { APIGatewayClient, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import type * as Index from '../../../../lambda/key-api/authorizer/index';
import { awsError } from '../../../helpers/aws';
import { authorizerEvent, claimsOf, ISSUER, kmsPublicKey, pair, plansOf, SIGNING_KEY, tokenWith } from '../../../helpers/key-api';
import { lambdaContext, logDuring } from '../../../helpers/lambda-context';

const kms = mockClient(KMSClient);
const gateway = mockClient(APIGatewayClient);
const ours = pair();
let handler: typeof Index.handler;

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    CLIENTS: '["billing"]',
    ISSUER,
    PLAN_PREFIX: 'iam-key-rotation-key-api-client-',
    SIGNING_KEYS: JSON.stringify([SIGNING_KEY]),
  });
  ({ handler } = await import('../../../../lambda/key-api/authorizer/index'));
});

beforeEach(() => {
  kms.reset();
  gateway.reset();
  kms.on(GetPublicKeyCommand).resolves({ PublicKey: kmsPublicKey(ours.publicKey) });
  gateway.on(GetUsagePlansCommand).resolves(plansOf('billing'));
});

const ask = async (token: string): Promise<unknown> => {
  const given: unknown[] = [];
  await logDuring(async () => {
    given.push(await handler(authorizerEvent(`Bearer ${token}`), lambdaContext('authorizer') as Context).catch((cause: unknown) => cause));
  });
  return given[0];
};

it('cannot find out with a broken KMS, which is another error than a refusal', async () => {
  kms.on(GetPublicKeyCommand).rejects(awsError('ThrottlingException', 400));
  expect(await ask(await tokenWith(ours.privateKey, claimsOf('billing', {}, new Date())))).toMatchObject({ name: 'ThrottlingException' });
});

it('lets a good token through', async () => {
  expect(await ask(await tokenWith(ours.privateKey, claimsOf('billing', {}, new Date())))).toMatchObject({
    context: { client: 'billing' },
  });
});

it('says of every other token the one word that makes a 401 of it', async () => {
  for (const token of [
    'x',
    await tokenWith(pair().privateKey, claimsOf('billing', {}, new Date())),
    await tokenWith(ours.privateKey, claimsOf('billing')),
  ]) {
    expect(await ask(token)).toEqual(new Error('Unauthorized'));
  }
});
