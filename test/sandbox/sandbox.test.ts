import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Sandbox } from '../../sandbox/sandbox';
import { assembly, functionRole, lambdaFunction, removeAssemblies } from './cloudformation/assembly-directory';

const management = '111111111111';
const member = '222222222222';
let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await Sandbox.start({
    now: new Date('2030-01-01T00:00:00Z'),
    managementAccount: { id: management, name: 'M', email: 'm@example.com' },
  });
  await sandbox.addAccount({ id: member, name: 'Member', email: 'member@example.com' });
});
afterEach(async () => {
  await sandbox.stop();
  removeAssemblies();
});

const app = (code: string) =>
  assembly({ Resources: { Role: functionRole(), Fn: lambdaFunction('app', { FunctionName: 'app' }) } }, { app: code });

describe('a sandbox', () => {
  it('lets an administrator of any account use the SDK, without being an IAM user', async () => {
    const identity = await new STSClient(sandbox.client(member)).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:sts::${member}:assumed-role/Administrator/operator`);
    const { Users } = await new IAMClient(sandbox.client(member)).send(new ListUsersCommand({}));
    expect(Users).toEqual([]);
  });

  it('lets users sign with their own keys', async () => {
    const people = sandbox.people(member);
    people.addUser({ name: 'ann' });
    const key = people.createKey('ann');
    const credentials = { accessKeyId: key.id, secretAccessKey: key.secret };
    const identity = await new STSClient(sandbox.client(member, credentials)).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(`arn:aws:iam::${member}:user/ann`);
  });

  it('invokes functions over HTTP as well', async () => {
    await sandbox.deploy(app('return { got: event };'));
    const { Payload } = await new LambdaClient(sandbox.client(management)).send(
      new InvokeCommand({ FunctionName: 'app', Payload: '{"a":1}' }),
    );
    expect(Payload!.transformToString()).toBe('{"got":{"a":1}}');
  });

  it('answers a failing function as Lambda does, and refuses one that does not exist', async () => {
    await sandbox.deploy(app('throw new RangeError("no");'));
    expect(await sandbox.invoke('app', {})).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'RangeError', errorMessage: 'no' },
    });
    await expect(sandbox.invoke('other', {})).rejects.toThrow(/Function not found: .*:function:other/);
  });

  it("attributes a function's calls to its invocation and authorizes them as its role", async () => {
    const code = `
      const { createHash, createHmac } = require('node:crypto');
      const env = process.env, now = new Date().toISOString().replace(/[:-]|\\.\\d{3}/g, ''), day = now.slice(0, 8);
      const host = new URL(env.AWS_ENDPOINT_URL).host, body = 'Action=ListUsers&Version=2010-05-08', sha = (x) => createHash('sha256').update(x).digest('hex');
      const names = 'content-type;host;x-amz-date;x-amz-security-token';
      const canonical = ['POST', '/', '', 'content-type:application/x-www-form-urlencoded', 'host:' + host, 'x-amz-date:' + now, 'x-amz-security-token:' + env.AWS_SESSION_TOKEN, '', names, sha(body)].join('\\n');
      const scope = day + '/us-east-1/iam/aws4_request', mac = (k, v) => createHmac('sha256', k).update(v).digest();
      const key = ['us-east-1', 'iam', 'aws4_request'].reduce(mac, mac('AWS4' + env.AWS_SECRET_ACCESS_KEY, day));
      const signature = mac(key, ['AWS4-HMAC-SHA256', now, scope, sha(canonical)].join('\\n')).toString('hex');
      const authorization = 'AWS4-HMAC-SHA256 Credential=' + env.AWS_ACCESS_KEY_ID + '/' + scope + ', SignedHeaders=' + names + ', Signature=' + signature;
      const response = await fetch(env.AWS_ENDPOINT_URL, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-amz-date': now, 'x-amz-security-token': env.AWS_SESSION_TOKEN, authorization } });
      return [response.status, (await response.text()).match(/<Message>(.*)<.Message>/)?.[1]];`;
    await sandbox.deploy(app(code));
    const { payload } = await sandbox.invoke('app', {});
    expect(payload).toEqual([403, expect.stringMatching(/assumed-role\/Demo-Role-\w+\/app is not authorized to perform: iam:ListUsers/)]);
    const [denial] = sandbox.denials;
    expect(denial).toMatchObject({ operation: 'ListUsers', outcome: 'AccessDenied', invocation: sandbox.invocations[0]!.requestId });
  });

  it('goes back to a snapshot in state and time, with processes kept warm', async () => {
    await sandbox.deploy(app('globalThis.n = (globalThis.n ?? 0) + 1; return globalThis.n;'));
    await sandbox.invoke('app', {});
    const before = sandbox.snapshot();
    sandbox.people(member).addUser({ name: 'ann' });
    await sandbox.advanceTo(new Date('2030-03-01T00:00:00Z'));
    sandbox.restore(before);
    expect(sandbox.clock.now().toISOString()).toMatch(/^2030-01-01T00:00/);
    expect(sandbox.kernel.account(member).users.size).toBe(0);
    expect(await sandbox.invoke('app', {})).toEqual({ payload: 2 });
    expect(sandbox.denials).toEqual([]);
  });

  it('makes no snapshot while asynchronous work is under way', async () => {
    await sandbox.deploy(app('await new Promise((done) => setTimeout(done, 50));'));
    await sandbox.invoke('app', {}, { type: 'Event' });
    expect(() => sandbox.snapshot()).toThrow('1 asynchronous invocations are under way: call drain() before snapshot()');
    await sandbox.drain();
    expect(() => sandbox.snapshot()).not.toThrow();
  });

  it('takes no port that is in use', async () => {
    const port = Number(new URL(sandbox.url).port);
    const other = Sandbox.start({ now: new Date(), managementAccount: { id: management, name: 'M', email: 'm@example.com' }, port });
    await expect(other).rejects.toThrow(/EADDRINUSE/);
  });
});
