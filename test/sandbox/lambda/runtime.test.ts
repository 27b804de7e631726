import { Platform, usual } from './platform';

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.start();
});
afterAll(async () => {
  await platform.stop();
});

describe('an invocation', () => {
  it('answers what the handler returns and keeps the process warm', async () => {
    const fn = platform.function('counter', 'return { got: event, count, pid: process.pid };');
    const first = await platform.call(fn, { a: 1 });
    const second = await platform.call(fn, { a: 2 });
    expect(first.answer).toMatchObject({ got: { a: 1 }, count: 1 });
    expect(second.answer).toMatchObject({ got: { a: 2 }, count: 2, pid: (first.answer as { pid: number }).pid });
  });

  it('answers 6,291,556 bytes at most', async () => {
    const fn = platform.function('long', 'return "a".repeat(event.length);');
    expect((await platform.call(fn, { length: 6_291_554 })).answer).toHaveLength(6_291_554);
    const { answer } = await platform.call(fn, { length: 6_291_555 });
    expect(answer).toMatchObject({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: expect.stringContaining('6291556') as string,
    });
  });

  it('gets a context like Lambda gives', async () => {
    const fn = platform.function(
      'context',
      'return { ...context, left: context.getRemainingTimeInMillis(), arn: context.invokedFunctionArn };',
    );
    const { answer } = await platform.call(fn);
    expect(answer).toMatchObject({
      functionName: 'context',
      memoryLimitInMB: '256',
      logGroupName: '/app',
      arn: 'arn:aws:lambda:eu-west-1:111111111111:function:context',
    });
    const { awsRequestId, left } = answer as { awsRequestId: string; left: number };
    expect(awsRequestId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(30_000);
  });

  it('sees the variables of the template and of Lambda, and none of the host', async () => {
    process.env['STRAY_HOST_VARIABLE'] = 'leak';
    const fn = platform.function('variables', 'return { ...process.env, home: require("node:os").homedir() };', {
      environment: { MINE: 'yes' },
    });
    const { answer } = await platform.call(fn);
    delete process.env['STRAY_HOST_VARIABLE'];
    expect(answer).toMatchObject({
      MINE: 'yes',
      AWS_REGION: 'eu-west-1',
      _HANDLER: 'index.handler',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    });
    expect(answer).toHaveProperty('AWS_ENDPOINT_URL', expect.stringMatching(/^http:\/\/127/));
    expect(answer).not.toHaveProperty('STRAY_HOST_VARIABLE');
    expect(answer).not.toHaveProperty('NODE_OPTIONS');
    expect((answer as { home: string }).home).toContain('sandbox-lambda-');
  });

  it('lives in sandbox time, also after the clock was moved', async () => {
    const body = 'return [Date.now(), new Date().getTime(), new Date(5).getTime(), new Date() instanceof Date, Date().slice(11, 15)];';
    const fn = platform.function('clock', body);
    const nowBefore = platform.kernel.clock.now().getTime();
    const first = (await platform.call(fn)).answer as [number, number, number, boolean, string];
    expect(first[0]).toBeGreaterThanOrEqual(nowBefore);
    expect(first[1]).toBeLessThanOrEqual(platform.kernel.clock.now().getTime());
    expect(first.slice(2)).toEqual([5, true, '2031']);
    platform.kernel.clock.set(new Date('2032-01-01T00:00:00Z'));
    const second = (await platform.call(fn)).answer as number[];
    expect(new Date(second[0]!).toISOString()).toMatch(/^2032-01-01T00:00/);
  });

  it('gets another process once its variables changed', async () => {
    const fn = platform.function('redeployed', 'return { count, version: process.env.VERSION };', { environment: { VERSION: '1' } });
    await platform.call(fn);
    const { answer } = await platform.call({ ...fn, environment: { VERSION: '2' } });
    expect(answer).toEqual({ count: 1, version: '2' });
  });

  it('shows the memory that its process used, not that of the process that started it', async () => {
    const own = Buffer.alloc(150_000_000, 1);
    await platform.call(platform.function('memory', 'return 1;'));
    const peak = platform.runtime.peakMemory().get('memory');
    expect(peak).toBeGreaterThan(10_000_000);
    expect(peak).toBeLessThan(own.length);
  });

  it('starts a new process once the idle ones have cooled down, while one at work goes on', async () => {
    const idle = platform.function('idle', 'return process.pid;');
    const working = platform.function('working', 'await new Promise((done) => setTimeout(done, 300)); return process.pid;');
    const before = await platform.call(idle);
    const atWork = platform.call(working);
    await platform.runtime.coolDown();
    expect(platform.runtime.peakMemory().has('idle')).toBe(false);
    expect((await platform.call(idle)).answer).not.toBe(before.answer);
    const { answer } = await atWork;
    expect((await platform.call(working)).answer).toBe(answer);
  });
});

describe('a failing invocation', () => {
  it.each([
    [
      'an error thrown',
      'throw new TypeError("wrong");',
      { errorType: 'TypeError', errorMessage: 'wrong', trace: expect.any(Array) as unknown },
    ],
    ['something else thrown', 'throw "text";', { errorType: 'string', errorMessage: 'text' }],
    [
      'an unhandled rejection',
      'Promise.reject(new Error("lost")); await new Promise(() => setTimeout(() => {}, 60_000));',
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    ],
    [
      'an exception outside the handler',
      'setTimeout(() => { throw new Error("later"); }); await new Promise(() => {});',
      { errorType: 'Error', errorMessage: 'later' },
    ],
    [
      'a process that exits',
      'process.exit(7);',
      { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 7/) as unknown },
    ],
  ])('reports %s as Unhandled', async (name, body, expected) => {
    const result = await platform.call(platform.function(name.replaceAll(' ', '-'), body));
    expect(result).toEqual({ functionError: 'Unhandled', answer: expect.objectContaining(expected) as unknown });
  });

  it.each([
    ['a missing file', 'other.handler', { errorType: 'Runtime.ImportModuleError', errorMessage: "Error: Cannot find module 'other'" }],
    ['a missing export', 'index.other', { errorType: 'Runtime.HandlerNotFound', errorMessage: 'index.other is undefined or not exported' }],
  ])('reports %s', async (name, handler, expected) => {
    const { answer } = await platform.call(platform.function(name.replaceAll(' ', '-'), 'return 1;', { handler }));
    expect(answer).toMatchObject(expected);
  });

  it('is killed at its time limit, and the next one gets a new process', async () => {
    const fn = platform.function('slow', 'if (event.hang) await new Promise((done) => setTimeout(done, 60_000)); return count;', {
      timeoutSeconds: 1,
    });
    const { answer, functionError } = await platform.call(fn, { hang: true });
    expect(functionError).toBe('Unhandled');
    expect(answer).toMatchObject({ errorMessage: expect.stringMatching(/Task timed out after 1\.00 seconds$/) as unknown });
    expect((await platform.call(fn)).answer).toBe(1);
  });

  it('is reported as a crash when its process is killed from outside', async () => {
    const fn = platform.function('victim', 'console.log("up"); await new Promise((done) => setTimeout(done, 60_000));');
    const pending = platform.call(fn);
    while (platform.runtime.killBusy('victim') === 0) await new Promise((done) => setImmediate(done));
    expect((await pending).answer).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: killed/) as unknown,
    });
  });
});

describe('logs', () => {
  it('hold console lines as Lambda writes them and raw output, in order, with the request id', async () => {
    const body = 'console.log("one", { a: 1 }); process.stdout.write("two\\nth"); process.stdout.write("ree\\n"); console.error("four");';
    await platform.call(platform.function('writer', body));
    const lines = platform.runtime.logs.filter(({ functionName }) => functionName === 'writer');
    const requestId = platform.runtime.invocations.at(-1)!.requestId;
    expect(lines.map(({ line }) => line.replace(/^\S+\t\S+\t/, ''))).toEqual(['INFO\tone { a: 1 }', 'two', 'three', 'ERROR\tfour']);
    expect(lines[0]!.line).toContain(`Z\t${requestId}\tINFO`);
    expect(lines.map((line) => line.requestId)).toEqual(lines.map(() => requestId));
  });

  it('are lost without permission to write them, and the call log shows the denial', async () => {
    const readOnly = [{ ...usual[0]!, Action: 'logs:CreateLogStream' }];
    await platform.call(platform.function('mute', 'console.log("lost");', {}, readOnly));
    expect(platform.runtime.logs.filter(({ functionName }) => functionName === 'mute')).toEqual([]);
    const call = platform.kernel.calls.at(-1)!;
    expect(call).toMatchObject({ service: 'logs', operation: 'PutLogEvents', outcome: 'AccessDenied' });
    expect(call.authorized.map(({ action, allowed }) => [action, allowed])).toEqual([
      ['logs:CreateLogStream', true],
      ['logs:PutLogEvents', false],
    ]);
    expect(call.invocation).toBe(platform.runtime.invocations.at(-1)!.requestId);
  });
});
