import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Platform } from './platform';

const NOW = new Date('2031-05-06T07:08:09Z');
let platform: Platform;
beforeAll(async () => {
  platform = await Platform.start(NOW, 2, false, false);
});
beforeEach(() => {
  platform.kernel.clock.set(NOW);
  platform.runtime.logs.length = 0;
});
afterAll(async () => {
  await platform.stop();
});

const SLEEP = 'await new Promise((done) => setTimeout(done, event.ms));';

describe('a function inside this process', () => {
  it('answers, and keeps its state for the next invocation', async () => {
    const fn = platform.function('counter', 'return { got: event, count, id: context.awsRequestId.length };');
    expect((await platform.call(fn, { a: 1 })).answer).toEqual({ got: { a: 1 }, count: 1, id: 36 });
    expect((await platform.call(fn, { a: 2 })).answer).toEqual({ got: { a: 2 }, count: 2, id: 36 });
  });

  it('sees its own variables and none of the host', async () => {
    process.env['STRAY_HOST_VARIABLE'] = 'leak';
    const fn = platform.function('variables', 'return { ...process.env };', { environment: { MINE: 'yes' } });
    const { answer } = await platform.call(fn);
    delete process.env['STRAY_HOST_VARIABLE'];
    expect(answer).toMatchObject({ MINE: 'yes', AWS_REGION: 'eu-west-1', _HANDLER: 'index.handler' });
    expect(answer).not.toHaveProperty('STRAY_HOST_VARIABLE');
  });

  it('loads a script that lies beside its own, once, and with the same surroundings', async () => {
    const fn = platform.function('loader', `return [require('./later').seen(), require('./later').seen()];`, {
      environment: { MINE: 'yes' },
    });
    writeFileSync(
      join(fn.codeDirectory, 'later.js'),
      'let count = 0; exports.seen = () => [(count += 1), process.env.MINE, new Date().toISOString()];',
    );
    const at = NOW.toISOString();
    expect((await platform.call(fn)).answer).toEqual([1, 2].map((count) => [count, 'yes', at]));
  });

  it('has the sandbox’s time, in which a pause is exactly as long as asked for', async () => {
    const fn = platform.function('sleeper', `const began = Date.now(); ${SLEEP} return [began, new Date().toISOString()];`);
    expect((await platform.call(fn, { ms: 20_000 })).answer).toEqual([NOW.getTime(), '2031-05-06T07:08:29.000Z']);
    expect(platform.kernel.clock.now()).toEqual(new Date('2031-05-06T07:08:29.000Z'));
  });

  it('has time to sign and verify, which Node.js does on other threads', async () => {
    const many = 'for (let n = 0; n < 50; n += 1) await crypto.subtle.digest("SHA-256", new Uint8Array(100_000)); return Date.now();';
    const fn = platform.function('hashes', many, { timeoutSeconds: 1 });
    expect((await platform.call(fn)).answer).toBe(NOW.getTime());
  });

  it('is ended at its time limit, and the next invocation begins anew', async () => {
    const fn = platform.function('slow', `${SLEEP} return count;`, { timeoutSeconds: 5 });
    await platform.call(fn, { ms: 0 });
    expect((await platform.call(fn, { ms: 5_001 })).answer).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringContaining('timed out after 5.00 seconds') as string,
    });
    expect((await platform.call(fn, { ms: 4_999 })).answer).toBe(1);
  });

  it('ends at once when it waits for nothing that will ever come', async () => {
    const fn = platform.function('stuck', 'await new Promise(() => undefined);');
    expect((await platform.call(fn)).answer).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  it('calls the sandbox without a network, each call taking sandbox time', async () => {
    const ask = `const { request } = require('node:http');
      const answer = await new Promise((done, failed) => request({ method: 'POST', path: '/', headers: {} }, done).on('error', failed).end('x'));
      let body = ''; for await (const piece of answer) body += piece;
      return [answer.statusCode, JSON.parse(body).__type, Date.now()];`;
    const { answer } = await platform.call(platform.function('caller', ask));
    expect(answer).toEqual([403, 'MissingAuthenticationToken', NOW.getTime() + 10]);
  });

  it('writes lines as on Lambda', async () => {
    const { runtime } = platform;
    await platform.call(platform.function('writer', 'console.warn("careful"); process.stdout.write("plain\\n"); return 1;'));
    expect(runtime.logs.map(({ line }) => line)).toEqual([
      expect.stringMatching(/^2031-05-06T07:08:09\.000Z\t[0-9a-f-]{36}\tWARN\tcareful$/),
      'plain',
    ]);
  });

  it.each([
    ['throw new TypeError("wrong");', 'TypeError', 'wrong'],
    ['process.exit(3);', 'Runtime.ExitError', 'exit status 3'],
  ])('fails as on Lambda: %s', async (body, errorType, message) => {
    const { answer, functionError } = await platform.call(platform.function(`failing-${errorType}`, body));
    expect(functionError).toBe('Unhandled');
    expect(answer).toMatchObject({ errorType, errorMessage: expect.stringContaining(message) as string });
  });

  it('that is killed fails as crashed, and does nothing any more', async () => {
    const { runtime } = platform;
    const body = `${SLEEP} console.log("still alive"); return count;`;
    const fn = platform.function('victim', body);
    const running = platform.call(fn, { ms: 1_000 });
    expect(runtime.killBusy('victim')).toBe(1);
    expect((await running).answer).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('killed') as string,
    });
    expect((await platform.call(fn, { ms: 2_000 })).answer).toBe(1);
    expect(runtime.logs.filter(({ line }) => line.includes('still alive'))).toHaveLength(1);
  });
});
