import * as apigateway from '@aws-sdk/client-api-gateway';
import { emptyDefinition, emptyGateway, type UsagePlan } from '../../../sandbox/kernel/rest-apis';
import { allow, failure, Harness, management, region, start } from '../harness';

let harness: Harness;
let client: apigateway.APIGatewayClient;
const plan = (id: string): UsagePlan => ({
  id,
  name: id,
  stages: [{ api: 'abcdefghij', stage: 'prod', throttles: new Map() }],
  throttle: { rate: 10, burst: 20 },
  keys: new Set(),
  allowances: new Map(),
  used: new Map(),
});
beforeEach(async () => {
  harness = await Harness.start();
  const gateway = emptyGateway();
  for (const id of ['plan1', 'plan2']) gateway.plans.set(id, plan(id));
  gateway.apis.set('abcdefghij', {
    id: 'abcdefghij',
    name: 'demo',
    created: start,
    rootId: 'root',
    endpoint: 'REGIONAL',
    reachable: true,
    definition: emptyDefinition('root'),
    deployments: new Map(),
    stages: new Map(),
  });
  harness.kernel.account(management).apiGateways.set(region, gateway);
  client = new apigateway.APIGatewayClient(harness.user('operator'));
});
afterEach(() => {
  harness.stop();
});

const create = (name: string, more: Partial<apigateway.CreateApiKeyRequest> = {}) =>
  client.send(new apigateway.CreateApiKeyCommand({ name, enabled: true, ...more }));

it('lists REST APIs', async () => {
  const { items } = await client.send(new apigateway.GetRestApisCommand({}));
  expect(items).toEqual([expect.objectContaining({ id: 'abcdefghij', name: 'demo', apiKeySource: 'HEADER', createdDate: start })]);
});

describe('an API key', () => {
  it('is made off unless it is asked for on, and with a value of its own', async () => {
    const { id, value, enabled } = await client.send(new apigateway.CreateApiKeyCommand({ name: 'a' }));
    expect(enabled).toBe(false);
    expect(value).toMatch(/^[A-Za-z0-9]{40}$/);
    expect((await create('b')).value).not.toBe(value);
    const ask = (includeValue: boolean) => client.send(new apigateway.GetApiKeyCommand({ apiKey: id, includeValue }));
    expect((await ask(true)).value).toBe(value);
    expect((await ask(false)).value).toBeUndefined();
  });

  it('is found by the beginning of its name, page by page, its value only when asked for', async () => {
    for (const name of ['api-a', 'api-b', 'api-c', 'other']) await create(name);
    const names: string[] = [];
    let position: string | undefined;
    do {
      const page = await client.send(new apigateway.GetApiKeysCommand({ nameQuery: 'api-', limit: 2, ...(position && { position }) }));
      expect(page.items!.every(({ value }) => value === undefined)).toBe(true);
      names.push(...page.items!.map(({ name }) => name!));
      position = page.position;
    } while (position !== undefined);
    expect(names.sort()).toEqual(['api-a', 'api-b', 'api-c']);
    const { items } = await client.send(new apigateway.GetApiKeysCommand({ includeValues: true }));
    expect(items!.every(({ value }) => value?.length === 40)).toBe(true);
  });

  it('is switched off and on; nothing else of it can be patched', async () => {
    const { id } = await create('a');
    const patch = (path: string, value: string) =>
      client.send(new apigateway.UpdateApiKeyCommand({ apiKey: id, patchOperations: [{ op: 'replace', path, value }] }));
    expect(await patch('/enabled', 'false')).toMatchObject({ enabled: false });
    expect(await patch('/enabled', 'true')).toMatchObject({ enabled: true });
    expect(await failure(patch('/value', 'x'))).toBe("BadRequestException: Invalid patch path '/value' specified for op 'replace'");
  });

  it('cannot have another’s value, or a short one, and its value is in no call log', async () => {
    const value = 'abcdefghijklmnopqrstuvwxyz';
    await create('a', { value });
    expect(await failure(create('b', { value }))).toBe('ConflictException: API Key already exists');
    expect(await failure(create('c', { value: 'short' }))).toMatch(/^BadRequestException/);
    expect(JSON.stringify(harness.kernel.calls)).not.toContain(value);
  });

  it('leaves its usage plans when it is deleted', async () => {
    const { id } = await create('a');
    await client.send(new apigateway.CreateUsagePlanKeyCommand({ usagePlanId: 'plan1', keyId: id, keyType: 'API_KEY' }));
    await client.send(new apigateway.DeleteApiKeyCommand({ apiKey: id }));
    expect((await client.send(new apigateway.GetUsagePlanKeysCommand({ usagePlanId: 'plan1' }))).items).toEqual([]);
    expect(await failure(client.send(new apigateway.GetApiKeyCommand({ apiKey: id })))).toBe(
      'NotFoundException: Invalid API Key identifier specified',
    );
  });
});

describe('a usage plan', () => {
  const join = (usagePlanId: string, keyId: string | undefined) =>
    client.send(new apigateway.CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));

  it('takes keys in and lets them go', async () => {
    const { id } = await create('a');
    await join('plan1', id);
    const plans = async (keyId?: string) => (await client.send(new apigateway.GetUsagePlansCommand({ ...(keyId && { keyId }) }))).items;
    expect((await plans())!.map((one) => one.id)).toEqual(['plan1', 'plan2']);
    expect(await plans(id)).toEqual([
      expect.objectContaining({
        id: 'plan1',
        apiStages: [{ apiId: 'abcdefghij', stage: 'prod', throttle: {} }],
        throttle: { rateLimit: 10, burstLimit: 20 },
      }),
    ]);
    const leave = () => client.send(new apigateway.DeleteUsagePlanKeyCommand({ usagePlanId: 'plan1', keyId: id }));
    await leave();
    expect(await failure(leave())).toMatch(/^NotFoundException/);
  });

  it('is the only one of a key for a stage', async () => {
    const { id } = await create('a');
    await join('plan1', id);
    expect(await failure(join('plan1', id))).toMatch(/^ConflictException/);
    expect(await failure(join('plan2', id))).toMatch(/^ConflictException/);
    expect(await failure(join('none', id))).toBe('NotFoundException: Invalid Usage Plan ID specified');
  });
});

it('lets nobody do what policies do not allow, by HTTP method and path', async () => {
  const { id } = await create('a');
  const reader = new apigateway.APIGatewayClient(
    harness.user('reader', [allow('apigateway:GET', `arn:aws:apigateway:${region}::/apikeys`)]),
  );
  expect((await reader.send(new apigateway.GetApiKeysCommand({}))).items).toHaveLength(1);
  expect(await failure(reader.send(new apigateway.GetApiKeyCommand({ apiKey: id })))).toMatch(
    new RegExp(`^AccessDeniedException: .*apigateway:GET on resource: arn:aws:apigateway:${region}::/apikeys/${id} `),
  );
  expect(await failure(reader.send(new apigateway.DeleteApiKeyCommand({ apiKey: id })))).toMatch(/^AccessDeniedException/);
});
