import { APIGatewayClient, GetUsagePlansCommand } from '@aws-sdk/client-api-gateway';
import { mockClient } from 'aws-sdk-client-mock';
import { ClientKeys } from '../../../lambda/key-api/client-of-key';
import { awsError, callsOf, namesOf } from '../../helpers/aws';
import { NOW } from '../../helpers/facts';
import { plansOf } from '../../helpers/key-api';

const gateway = mockClient(APIGatewayClient);
const STAGE = { apiId: 'abc123', stage: 'v1' };
let now = NOW;
const keys = () =>
  new ClientKeys({
    gateway: new APIGatewayClient({ region: 'eu-west-1' }),
    planPrefix: 'iam-key-rotation-key-api-client-',
    clients: ['billing', 'shipping'],
    clock: () => now,
  });

beforeEach(() => {
  now = NOW;
  gateway.reset();
  gateway.on(GetUsagePlansCommand).resolves(plansOf('billing'));
});

it('asks for the plans of this key alone', async () => {
  expect(await keys().clientOf('key-1', STAGE)).toBe('billing');
  expect(callsOf(gateway).map(({ input }) => input)).toEqual([{ keyId: 'key-1' }]);
});

it('remembers each key for five minutes, and asks again then', async () => {
  const known = keys();
  await known.clientOf('key-1', STAGE);
  now = new Date(NOW.getTime() + 299_999);
  gateway.on(GetUsagePlansCommand).resolves(plansOf('shipping'));
  expect(await known.clientOf('key-1', STAGE)).toBe('billing');
  expect(await known.clientOf('key-2', STAGE)).toBe('shipping');
  now = new Date(NOW.getTime() + 300_000);
  expect(await known.clientOf('key-1', STAGE)).toBe('shipping');
  expect(namesOf(gateway)).toHaveLength(3);
});

it.each<[string, object]>([
  ['no plan', { items: [] }],
  ['no answer', {}],
  ['a plan without stages', { items: [{ name: 'iam-key-rotation-key-api-client-billing' }] }],
  ['a plan of a client that is no longer one', plansOf('former')],
  ['a plan whose name goes on', plansOf('billing-2')],
  ['plans of two clients', plansOf('billing', 'shipping')],
])('a key with %s is nobody’s', async (_, answer) => {
  gateway.on(GetUsagePlansCommand).resolves(answer);
  expect(await keys().clientOf('key-1', STAGE)).toBeUndefined();
});

it('remembers nothing of a question that was not answered', async () => {
  const known = keys();
  gateway.on(GetUsagePlansCommand).rejects(awsError('TooManyRequestsException', 429));
  await expect(known.clientOf('key-1', STAGE)).rejects.toMatchObject({ problem: 'not-available' });
  gateway.on(GetUsagePlansCommand).resolves(plansOf('billing'));
  expect(await known.clientOf('key-1', STAGE)).toBe('billing');
});
