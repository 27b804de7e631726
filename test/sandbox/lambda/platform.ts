import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKernel, type Kernel } from '../../../sandbox/kernel/kernel';
import { LambdaRuntime } from '../../../sandbox/lambda/runtime';
import { createSandboxServer } from '../../../sandbox/wire/server';
import type { LambdaFunction, Statement } from '../../../sandbox/kernel/world';

const account = '111111111111';
const region = 'eu-west-1';

/** Lets a function write its logs and send to the queue `failed`. */
export const usual: Statement[] = [
  {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: `arn:aws:logs:${region}:${account}:log-group:/app:*`,
  },
  { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `arn:aws:sqs:${region}:${account}:failed` },
];

/** A kernel with its server and a Lambda runtime; functions are put into the world without CloudFormation. */
export class Platform {
  private readonly directories: string[] = [];

  private constructor(
    readonly kernel: Kernel,
    readonly runtime: LambdaRuntime,
    private readonly server: Server,
  ) {}

  static async start(now = new Date('2031-05-06T07:08:09Z'), concurrency = 2, quickStarts = false, processes = true): Promise<Platform> {
    const managementAccount = { id: account, name: 'Management', email: 'm@example.com' };
    const kernel = createKernel({ now, managementAccount, region, clockRuns: processes });
    const server = createSandboxServer(kernel);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const runtime = new LambdaRuntime(kernel, { endpoint, concurrency, quickStarts, processes });
    kernel.lambda = runtime;
    kernel.account(account).logGroups.set(`${region}//app`, { name: '/app', arn: `arn:aws:logs:${region}:${account}:log-group:/app:*` });
    const queueArn = `arn:aws:sqs:${region}:${account}:failed`;
    kernel.account(account).queues.set(`${region}/failed`, { name: 'failed', region, arn: queueArn, url: 'https://queue', messages: [] });
    return new Platform(kernel, runtime, server);
  }

  /** Puts a function into the world: its code is the body of `async (event, context) => {…}`. */
  function(name: string, body: string, overrides: Partial<LambdaFunction> = {}, statements: Statement[] = usual): LambdaFunction {
    const directory = mkdtempSync(join(tmpdir(), 'sandbox-function-'));
    this.directories.push(directory);
    writeFileSync(join(directory, 'index.js'), `let count = 0; exports.handler = async (event, context) => { count += 1; ${body} };`);
    const role = `${name}-role`;
    const state = this.kernel.account(account);
    state.roles.set(role, {
      name: role,
      path: '/',
      id: `AROA${role}`,
      arn: `arn:aws:iam::${account}:role/${role}`,
      trust: { Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' } },
      inlinePolicies: new Map([['p', { Version: '2012-10-17', Statement: statements }]]),
      attachedPolicies: new Set(),
      maxSessionSeconds: 3600,
      tags: new Map(),
    });
    const fn: LambdaFunction = {
      name,
      region,
      arn: `arn:aws:lambda:${region}:${account}:function:${name}`,
      role: `arn:aws:iam::${account}:role/${role}`,
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      timeoutSeconds: 30,
      memoryMb: 256,
      environment: {},
      codeDirectory: directory,
      logGroup: '/app',
      permissions: [],
      asyncConfig: { maxRetries: 2, maxAgeSeconds: 21_600, onFailure: `arn:aws:sqs:${region}:${account}:failed` },
      ...overrides,
    };
    state.functions.set(`${region}/${name}`, fn);
    return fn;
  }

  /** Invokes and parses the answer. */
  async call(fn: LambdaFunction, event: unknown = {}): Promise<{ answer: unknown; functionError: string | undefined }> {
    const { payload, functionError } = await this.runtime.invoke(fn, JSON.stringify(event), 'RequestResponse');
    return { answer: JSON.parse(payload ?? 'null') as unknown, functionError };
  }

  /** Bodies of the messages in the queue `failed`. */
  get failed(): Record<string, unknown>[] {
    return this.kernel
      .account(account)
      .queues.get(`${region}/failed`)!
      .messages.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  async stop(): Promise<void> {
    await this.runtime.stop();
    this.server.closeAllConnections();
    this.server.close();
    for (const directory of this.directories) rmSync(directory, { recursive: true });
  }
}
