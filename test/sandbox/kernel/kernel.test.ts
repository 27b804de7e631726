import * as iam from '@aws-sdk/client-iam';
import * as sts from '@aws-sdk/client-sts';
import { addRole, allow, failure, Harness, management, member, policy, start, thrown } from '../harness';

let harness: Harness;
let client: iam.IAMClient;
beforeEach(async () => {
  harness = await Harness.start();
  client = new iam.IAMClient(harness.user('admin'));
  harness.people().addUser({ name: 'ana' });
});
afterEach(() => {
  client.destroy();
  harness.stop();
});
const createKey = (by = client) => by.send(new iam.CreateAccessKeyCommand({ UserName: 'ana' }));
const keys = () => harness.people().user('ana').keys.length;
const functionRole = () =>
  addRole(
    harness.kernel,
    management,
    'worker',
    policy({ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
    policy(allow(['iam:*', 'sts:*'])),
  );
const functionClient = (label: string) => {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = harness.kernel.functionCredentials(functionRole().arn, label, 'worker');
  return { accessKeyId, configuration: harness.as({ accessKeyId, secretAccessKey, sessionToken }) };
};

describe('the call log', () => {
  it('names caller, action, resource and outcome of every call, also of those refused', async () => {
    const reader = new iam.IAMClient(harness.user('reader', [allow('iam:List*')]));
    await failure(createKey(reader));
    await client.send(new iam.ListAccessKeysCommand({ UserName: 'ana' }));
    await failure(client.send(new iam.GetUserCommand({ UserName: 'none' })));
    expect(harness.kernel.calls).toEqual([
      expect.objectContaining({
        number: 1,
        service: 'iam',
        operation: 'CreateAccessKey',
        principal: `arn:aws:iam::${management}:user/reader`,
        account: management,
        authorized: [{ action: 'iam:CreateAccessKey', resource: `arn:aws:iam::${management}:user/ana`, allowed: false }],
        input: { UserName: 'ana' },
        outcome: 'AccessDenied',
        mutating: true,
      }),
      expect.objectContaining({ number: 2, operation: 'ListAccessKeys', outcome: 'ok', mutating: false }),
      expect.objectContaining({ number: 3, operation: 'GetUser', outcome: 'NoSuchEntityException', mutating: false }),
    ]);
    expect(keys()).toBe(0);
    reader.destroy();
  });

  it('names the invocation of a function, also through sessions that it opened, and follows a warm process to the next', async () => {
    const { accessKeyId, configuration } = functionClient('request-1');
    addRole(
      harness.kernel,
      member,
      'target',
      policy({ Effect: 'Allow', Principal: { AWS: management }, Action: 'sts:AssumeRole' }),
      policy(allow('iam:ListUsers')),
    );
    const { Credentials: assumed } = await new sts.STSClient(configuration).send(
      new sts.AssumeRoleCommand({ RoleArn: `arn:aws:iam::${member}:role/target`, RoleSessionName: 'run' }),
    );
    const session = new iam.IAMClient(
      harness.as({ accessKeyId: assumed!.AccessKeyId!, secretAccessKey: assumed!.SecretAccessKey!, sessionToken: assumed!.SessionToken! }),
    );
    await session.send(new iam.ListUsersCommand({}));
    harness.kernel.relabel(accessKeyId, 'request-2');
    await session.send(new iam.ListUsersCommand({}));
    expect(harness.kernel.calls.map((call) => [call.operation, call.account, call.invocation])).toEqual([
      ['AssumeRole', member, 'request-1'],
      ['ListUsers', member, 'request-1'],
      ['ListUsers', member, 'request-2'],
    ]);
  });
});

describe('observers', () => {
  it('see authorized calls just before and just after their effect, and no others', async () => {
    const seen: unknown[] = [];
    harness.kernel.observers.add({
      before: ({ operation, account, mutating }) => seen.push(['before', operation, account, mutating, keys()]),
      after: ({ operation }, output) => seen.push(['after', operation, Object.keys(output), keys()]),
    });
    await createKey();
    await failure(createKey(new iam.IAMClient(harness.user('nobody', []))));
    expect(seen).toEqual([
      ['before', 'CreateAccessKey', management, true, 0],
      ['after', 'CreateAccessKey', ['AccessKey'], 1],
    ]);
  });
});

describe('faults', () => {
  const operation = { service: 'iam', operation: 'CreateAccessKey' };

  it('answer an error before the effect, for as many calls as told', async () => {
    const fault = harness.kernel.faults.add({
      match: { ...operation, times: 1 },
      when: 'before',
      then: { kind: 'error', code: 'Throttling', status: 400, message: 'Rate exceeded' },
    });
    expect(await failure(createKey())).toBe('Throttling: Rate exceeded');
    expect(keys()).toBe(0);
    expect(await failure(createKey())).toBe('it succeeded');
    expect(fault).toMatchObject({ seen: 2, hits: 1 });
  });

  it('leave it known whether a call that they kept from happening could have changed something', async () => {
    harness.kernel.faults.add({ match: {}, when: 'before', then: { kind: 'error', code: 'ServiceFailure', status: 400 } });
    await failure(createKey());
    await failure(client.send(new iam.ListAccessKeysCommand({ UserName: 'ana' })));
    expect(harness.kernel.calls.map(({ operation: name, mutating }) => [name, mutating])).toEqual([
      ['CreateAccessKey', true],
      ['ListAccessKeys', false],
    ]);
  });

  it('lose the answer after the effect', async () => {
    harness.kernel.faults.add({ match: operation, when: 'after', then: { kind: 'drop' } });
    expect(await failure(createKey())).toMatch(/socket hang up|ECONNRESET/);
    expect(keys()).toBe(1);
    expect(harness.kernel.calls.at(-1)?.outcome).toBe('DroppedConnection');
  });

  it('hit from the nth call on, the caller and the input that they name', async () => {
    const match = { ...operation, principal: 'user/admin', input: (input: Record<string, unknown>) => input['UserName'] === 'ana', nth: 2 };
    harness.kernel.faults.add({ match, when: 'before', then: { kind: 'error', code: 'ServiceFailure', status: 400 } });
    await client.send(new iam.CreateAccessKeyCommand({ UserName: 'admin' }));
    expect(await failure(createKey())).toBe('it succeeded');
    expect(await failure(createKey())).toMatch(/^ServiceFailure/);
  });

  it('run something in the middle of a call', async () => {
    harness.kernel.faults.add({
      match: operation,
      when: 'before',
      then: {
        kind: 'call',
        run: () => {
          harness.people().deleteUser('ana');
        },
      },
    });
    expect(await failure(createKey())).toMatch(/^NoSuchEntityException/);
  });

  it('end when they are cleared', async () => {
    harness.kernel.faults.add({ match: {}, when: 'before', then: { kind: 'error', code: 'Throttling', status: 400 } });
    harness.kernel.faults.clear();
    expect(await failure(createKey())).toBe('it succeeded');
  });
});

describe('snapshots', () => {
  it('bring everything back, and the same calls then make the same ids', async () => {
    const before = harness.kernel.snapshot();
    const first = await createKey();
    harness.kernel.restore(before);
    expect(keys()).toBe(0);
    expect((await createKey()).AccessKey?.AccessKeyId).toBe(first.AccessKey?.AccessKeyId);
    harness.kernel.restore(before);
    expect(keys()).toBe(0);
  });

  it('leave the credentials of functions as they are', async () => {
    const role = functionRole();
    const before = harness.kernel.snapshot();
    const worker = new iam.IAMClient(functionClient('request-1').configuration);
    expect(role.arn).toContain('worker');
    harness.kernel.restore(before);
    harness.kernel.clock.advance(400 * 86_400_000);
    expect(await failure(worker.send(new iam.ListUsersCommand({})))).toBe('it succeeded');
    worker.destroy();
  });
});

describe('calls that services make themselves', () => {
  it('are decided and recorded', () => {
    const principal = harness.kernel.rolePrincipal(functionRole().arn, 'worker');
    const decision = harness.kernel.perform({
      principal,
      service: 'logs',
      operation: 'PutLogEvents',
      checks: [{ action: 'logs:PutLogEvents', resource: `arn:aws:logs:eu-west-1:${management}:log-group:x:*` }],
      mutating: true,
      invocation: 'request-1',
    });
    expect(decision.allowed).toBe(false);
    expect(harness.kernel.calls.at(-1)).toMatchObject({
      service: 'logs',
      outcome: 'AccessDenied',
      invocation: 'request-1',
      authorized: [{ allowed: false }],
    });
  });

  it('assume the roles that trust them, for the account they act for', () => {
    const condition = { StringEquals: { 'aws:SourceAccount': management } };
    const trust = policy({
      Effect: 'Allow',
      Principal: { Service: 'scheduler.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: condition,
    });
    const { arn } = addRole(harness.kernel, management, 'schedule', trust, policy());
    const assume = (account: string) =>
      harness.kernel.assumeRole(
        { principal: harness.kernel.servicePrincipal('scheduler.amazonaws.com', account), region: 'eu-west-1' },
        arn,
        'x',
      );
    expect(assume(management).principal.arn).toBe(`arn:aws:sts::${management}:assumed-role/schedule/x`);
    expect(thrown(() => assume(member))).toBe('AccessDenied');
  });
});

describe('the server', () => {
  it('refuses what nobody signed, in a way that names the reason', async () => {
    const response = await fetch(harness.endpoint, { method: 'POST', body: 'Action=ListUsers' });
    expect([response.status, await response.json()]).toEqual([
      403,
      { __type: 'MissingAuthenticationToken', message: 'Request is missing Authentication Token' },
    ]);
  });

  it('gives requests below a registered path to their handler, unsigned', async () => {
    harness.kernel.routes.set('/_here/', (request, response) => {
      response.end(`${request.method} ${request.url}`);
    });
    expect(await (await fetch(`${harness.endpoint}/_here/x?y=1`, { method: 'PUT' })).text()).toBe('PUT /_here/x?y=1');
  });

  it('shows a policy that it cannot evaluate as its own failure, at once', async () => {
    harness.people().putUserPolicy('admin', 'odd', policy(allow('*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })));
    expect(await failure(createKey())).toMatch(/^InternalFailure: .*condition operator IpAddress is not supported/);
  });
});

it('keeps time that people can set and move', () => {
  const { clock } = harness.kernel;
  clock.set(new Date('2027-01-01T00:00:00Z'));
  clock.advance(86_400_000);
  expect(clock.now().toISOString().slice(0, 10)).toBe('2027-01-02');
  expect(start.toISOString().slice(0, 4)).toBe('2026');
});
