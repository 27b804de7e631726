import { Platform, usual } from './platform';

let platform: Platform;
beforeEach(async () => {
  platform = await Platform.start();
});
afterEach(async () => {
  await platform.stop();
});

const invokeAsync = (fn: Parameters<Platform['call']>[0], event: unknown = {}) =>
  platform.runtime.invoke(fn, JSON.stringify(event), 'Event');

describe('asynchronous invocations', () => {
  it('are accepted at once and done after draining', async () => {
    const fn = platform.function('worker', 'return event.n;');
    expect(await invokeAsync(fn, { n: 1 })).toEqual({ statusCode: 202 });
    await invokeAsync(fn, { n: 2 });
    await platform.runtime.drain();
    expect(platform.runtime.invocations.map(({ state, response }) => [state, response])).toEqual([
      ['succeeded', '1'],
      ['succeeded', '2'],
    ]);
  });

  it('run no more at a time than the concurrency allows, and reuse processes', async () => {
    const fn = platform.function('worker', 'await new Promise((done) => setTimeout(done, 20)); return process.pid;');
    for (let n = 0; n < 8; n += 1) await invokeAsync(fn);
    expect(platform.runtime.invocations.filter(({ state }) => state === 'running')).toHaveLength(2);
    await platform.runtime.drain();
    expect(new Set(platform.runtime.invocations.map(({ response }) => response)).size).toBe(2);
  });

  it('are retried after one and two minutes of sandbox time, and then reported to the destination', async () => {
    const fn = platform.function('broken', 'console.log(new Date().toISOString()); throw new Error("no");');
    await invokeAsync(fn, { n: 1 });
    await platform.runtime.drain();
    const times = platform.runtime.logs.filter(({ line }) => line.includes('INFO')).map(({ line }) => line.split('\t')[3]!.slice(11, 16));
    expect(times).toEqual(['07:08', '07:09', '07:11']);
    expect(platform.failed).toEqual([
      {
        version: '1.0',
        timestamp: expect.stringMatching(/^2031-05-06T07:11/) as unknown,
        requestContext: {
          requestId: platform.runtime.invocations[0]!.requestId,
          functionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:broken:$LATEST',
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { n: 1 },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        responsePayload: expect.objectContaining({ errorMessage: 'no' }) as unknown,
      },
    ]);
    expect(platform.kernel.calls.some(({ operation, outcome }) => operation === 'SendMessage' && outcome === 'ok')).toBe(true);
  });

  it('leave a retry for later when draining may not go that far', async () => {
    const fn = platform.function('broken', 'throw new Error("no");');
    await invokeAsync(fn);
    await platform.runtime.drain(new Date('2031-05-06T07:08:30Z'));
    expect(platform.runtime.invocations[0]).toMatchObject({ state: 'waiting', attempts: 1 });
    expect(platform.kernel.clock.now().toISOString()).toMatch(/^2031-05-06T07:08/);
  });

  it('are retried as often as the function is configured for', async () => {
    const asyncConfig = { maxRetries: 0, maxAgeSeconds: 60 };
    await invokeAsync(platform.function('once', 'throw new Error("no");', { asyncConfig }));
    await platform.runtime.drain();
    expect(platform.runtime.invocations[0]).toMatchObject({ state: 'failed', attempts: 1 });
    expect(platform.failed).toEqual([]);
  });

  it('are given up when they become older than the configured age', async () => {
    const asyncConfig = { maxRetries: 2, maxAgeSeconds: 100, onFailure: 'arn:aws:sqs:eu-west-1:111111111111:failed' };
    await invokeAsync(platform.function('old', 'throw new Error("no");', { asyncConfig }));
    await platform.runtime.drain();
    expect(platform.runtime.invocations[0]).toMatchObject({ state: 'failed', attempts: 2 });
    expect(platform.failed[0]).toMatchObject({ requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 } });
  });

  it('lose their failure record without permission to send it, which is recorded', async () => {
    const fn = platform.function('broken', 'throw new Error("no");', {}, [usual[0]!]);
    await invokeAsync(fn);
    await platform.runtime.drain();
    expect(platform.failed).toEqual([]);
    expect(platform.runtime.invocations[0]!.destinationFailure).toMatch(/not authorized to perform: sqs:SendMessage/);
    expect(platform.kernel.calls.find(({ operation }) => operation === 'SendMessage')).toMatchObject({ outcome: 'AccessDenied' });
  });

  it('crash and are retried when their process is killed', async () => {
    const body =
      'if (Date.now() < Date.parse("2031-05-06T07:09:00Z")) { console.log("up"); await new Promise((d) => setTimeout(d, 60_000)); } return "ok";';
    const fn = platform.function('killed', body);
    await invokeAsync(fn);
    while (platform.runtime.killBusy('killed') === 0) await new Promise((done) => setImmediate(done));
    await platform.runtime.drain();
    expect(platform.runtime.invocations[0]).toMatchObject({ state: 'succeeded', attempts: 2, response: '"ok"' });
  });

  it('are forgotten when they are discarded', async () => {
    const fn = platform.function('slow', 'await new Promise((done) => setTimeout(done, 60_000));');
    for (let n = 0; n < 3; n += 1) await invokeAsync(fn);
    platform.runtime.discard();
    await platform.runtime.drain();
    expect(platform.runtime.invocations.map(({ state }) => state)).toEqual(['discarded', 'discarded', 'discarded']);
    expect(platform.failed).toEqual([]);
    expect(platform.kernel.calls).toEqual([]);
  });
});
