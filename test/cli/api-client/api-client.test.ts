import { KeyApiOrganization } from '../../helpers/key-api-organization';
import { operate } from '../../helpers/operator';
import { MANAGEMENT, OTHER, TEAM, TestOrganization } from '../../helpers/sandbox-organization';

let api: KeyApiOrganization;
beforeAll(async () => {
  api = await KeyApiOrganization.start();
  api.sandbox.clock.set(new Date());
});
beforeEach(() => {
  api.reset();
  api.sandbox.clock.set(new Date());
});
afterAll(() => api.org.sandbox.stop());

const client = (...args: string[]) => operate(api.sandbox, ['api-client', ...args], { environment: { COLUMNS: '160' } });
const gateway = () => api.sandbox.kernel.account(MANAGEMENT.id).apiGateways.get('eu-west-1')!;
/** Whether a key opens the API. */
const opens = async (value: string) => (await api.ask('POST /generate-token', [`x-api-key: ${value}`])).status === 200;
/** What was changed since the last look. */
const changes = () =>
  api.sandbox.calls.splice(0).flatMap(({ service, operation, mutating }) => (service === 'apigateway' && mutating ? [operation] : []));
const values = () => [...gateway().keys.values()].map(({ value }) => value);

async function rotated(): Promise<string> {
  const { status, out } = await client('rotate', 'billing', '--yes');
  expect(status).toBe(0);
  return out.trim();
}
/** The settings of the deployed stack name the client no more. */
function forget(name: string): void {
  const stack = [...api.sandbox.world.stacks.values()].find(({ outputs }) => outputs['KeyApiUrl'] !== undefined)!;
  const settings = stack.metadata!['Settings'] as { keyApi: { clients: Record<string, unknown> } };
  stack.metadata = {
    ...stack.metadata,
    Settings: { ...settings, keyApi: { ...settings.keyApi, clients: { shipping: settings.keyApi.clients['shipping'] } } },
  };
  const plan = [...gateway().plans.values()].find((one) => one.name.endsWith(`-${name}`))!;
  gateway().plans.delete(plan.id);
  gateway().keys.delete(api.keyOf('billing').id);
}

describe('list', () => {
  it('names clients, what they may read, and their keys, without a value of one', async () => {
    const { status, out, error } = await client('list');
    expect([status, error]).toEqual([0, '']);
    expect(out).toContain('billing');
    expect(out).toContain(`${TEAM.id}: alice, web; ${OTHER.id}: web`);
    expect(out).toContain(api.keyOf('shipping').id);
    for (const value of values()) expect(out).not.toContain(value);
    expect(changes()).toEqual([]);
  });

  it('asks API Gateway for no value', async () => {
    await client('list');
    const asked = api.sandbox.calls
      .filter(({ service }) => service === 'apigateway')
      .map(({ operation, input }) => [operation, input['includeValues']]);
    expect(asked.filter(([operation]) => operation === 'GetUsagePlanKeys')).toEqual([]);
    expect(asked.filter(([operation]) => operation === 'GetApiKeys')).toEqual([['GetApiKeys', false]]);
  });

  it('gives programs the same, in JSON and CSV', async () => {
    const json = JSON.parse((await client('list', '--output', 'json')).out) as { clients: { client: string; keys: object[] }[] };
    expect(json.clients.map(({ client: name, keys }) => [name, keys])).toEqual([
      ['billing', [{ id: api.keyOf('billing').id, isOn: true, isOfStack: true, created: expect.any(String) as string }]],
      ['shipping', [{ id: api.keyOf('shipping').id, isOn: true, isOfStack: true, created: expect.any(String) as string }]],
    ]);
    const [head, first] = (await client('list', '--output', 'csv')).out.split('\n');
    expect(head).toBe('client,users,keyId,state,created,due');
    expect(first).toMatch(/^billing,"222233334444: alice, web; 333344445555: web",\w+,on,/);
  });

  it('ends with 3 while something is due', async () => {
    await rotated();
    const two = await client('list');
    expect([two.status, two.out.replaceAll(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining('two keys are on: iam-keys api-client rotate billing') as string,
    ]);
    await client('revoke', 'billing', '--yes');
    const none = await client('list');
    expect([none.status, none.out.replaceAll(/\s+/g, ' ')]).toEqual([3, expect.stringContaining('no key is on') as string]);
  });
});

describe('show', () => {
  it('writes the key of a client, and nothing else, into a pipe', async () => {
    expect(await client('show', 'billing')).toEqual({ status: 0, out: `${api.keyOf('billing').value}\n`, error: '' });
    const json = JSON.parse((await client('show', 'billing', '--output', 'json')).out) as object;
    expect(json).toEqual({ client: 'billing', keyId: api.keyOf('billing').id, apiKey: api.keyOf('billing').value });
    expect(changes()).toEqual([]);
  });

  it('names the clients there are when it is another', async () => {
    const { status, error } = await client('show', 'biling');
    expect([status, error]).toEqual([
      2,
      expect.stringContaining('there is no client biling in keyApi.clients; there are: billing, shipping') as string,
    ]);
  });
});

describe('rotate', () => {
  it('makes a second key that works beside the first, until it is told to finish', async () => {
    const old = api.keyOf('billing').value;
    const { status, out, error } = await client('rotate', 'billing', '--yes');
    const made = out.trim();
    expect([status, made]).toEqual([0, expect.stringMatching(/^[A-Za-z0-9]{40}$/) as string]);
    expect(error).toContain(`${api.keyOf('billing').id} works beside it until you say: iam-keys api-client rotate billing --finish`);
    expect(error).not.toContain(made);
    expect([await opens(old), await opens(made)]).toEqual([true, true]);
    expect((await client('show', 'billing')).out.trim()).toBe(made);

    const finished = await client('rotate', 'billing', '--finish', '--yes');
    expect([finished.status, await opens(old), await opens(made)]).toEqual([0, false, true]);
    expect(changes()).toEqual(['CreateApiKey', 'CreateUsagePlanKey', 'UpdateApiKey']);
    expect((await client('rotate', 'billing', '--finish', '--yes')).error).toContain('There is no rotation of billing to finish');
  });

  it('makes no third key', async () => {
    await rotated();
    changes();
    const { status, error } = await client('rotate', 'billing', '--yes');
    expect([status, error]).toEqual([2, expect.stringContaining('finish that rotation first') as string]);
    expect(changes()).toEqual([]);
  });

  it('leaves nothing behind when the key does not get into its plan', async () => {
    const before = gateway().keys.size;
    const then = { kind: 'error', code: 'ConflictException', status: 409 } as const;
    api.sandbox.faults.add({ match: { service: 'apigateway', operation: 'CreateUsagePlanKey' }, when: 'before', then });
    expect((await client('rotate', 'billing', '--yes')).status).toBe(2);
    expect(gateway().keys.size).toBe(before);
  });

  it.each([
    [['rotate', 'billing', '--dry-run']],
    [['rotate', 'billing', '--finish', '--dry-run']],
    [['revoke', 'billing', '--dry-run']],
    [['cleanup', '--dry-run']],
  ])('changes nothing with %j', async (args) => {
    await rotated();
    await client('rotate', 'billing', '--finish', '--yes');
    await rotated();
    changes();
    await client(...args);
    expect(changes()).toEqual([]);
  });

  it('asks before, and without a terminal wants --yes', async () => {
    for (const args of [
      ['rotate', 'billing'],
      ['revoke', 'billing'],
    ]) {
      const { status, error } = await client(...args);
      expect([status, error]).toEqual([2, expect.stringContaining('repeat with --yes') as string]);
    }
    expect(changes()).toEqual([]);
  });
});

describe('revoke', () => {
  it('ends every key of the client at once, and of no other', async () => {
    const made = await rotated();
    const token = await api.tokenOf('billing');
    expect((await client('revoke', 'billing', '--yes')).status).toBe(0);
    expect([await opens(made), await opens(api.keyOf('billing').value), await opens(api.keyOf('shipping').value)]).toEqual([
      false,
      false,
      true,
    ]);
    const headers = [`x-api-key: ${made}`, `Authorization: Bearer ${token}`];
    expect((await api.ask('GET /active-key?username=alice', headers)).status).toBe(403);
  });

  it('is undone by a rotation', async () => {
    await client('revoke', 'billing', '--yes');
    expect(await opens(await rotated())).toBe(true);
    expect(await opens(api.keyOf('billing').value)).toBe(false);
  });
});

describe('cleanup', () => {
  it('deletes what rotate made and nobody needs, and never what the stack made', async () => {
    await rotated();
    await client('revoke', 'billing', '--yes');
    const kept = await rotated();
    const { status, out } = await client('cleanup', '--yes', '--output', 'json');
    const { keys } = JSON.parse(out) as { keys: { why: string; outcome: string }[] };
    expect([status, keys.map(({ why, outcome }) => [why, outcome])]).toEqual([0, [['off', 'deleted']]]);
    expect([await opens(kept), gateway().keys.has(api.keyOf('billing').id)]).toEqual([true, true]);
    expect((await client('cleanup', '--yes')).out).toBe('There is nothing to clean up.\n');
  });

  it('deletes the keys of a client that is gone', async () => {
    const made = await rotated();
    forget('billing');
    const listed = await client('list', '--output', 'json');
    expect([listed.status, (JSON.parse(listed.out) as { left: object[] }).left]).toEqual([
      3,
      [expect.objectContaining({ client: 'billing', isOn: true })],
    ]);
    await client('cleanup', '--yes');
    expect(values()).not.toContain(made);
    expect(await opens(api.keyOf('shipping').value)).toBe(true);
  });
});

it('says what is missing where no key API is deployed', async () => {
  const plain = await TestOrganization.deployed('enforcing', []);
  plain.sandbox.clock.set(new Date());
  const { status, error } = await operate(plain.sandbox, ['api-client', 'list']);
  await plain.sandbox.stop();
  expect([status, error]).toEqual([
    2,
    expect.stringContaining('the stack IamKeyRotation has no key API: it is deployed with the setting keyApi') as string,
  ]);
});
