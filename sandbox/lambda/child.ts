// Runs inside the forked process, in place of Lambda's runtime; bundled on its own by bootstrap.ts.
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'node:util';
import { requireWithKeptCode } from './kept-code';
import { answerDescriptor, CODE_DIRECTORY, type Answer, type InvocationError, type InvokeMessage, type TimerSettings } from './messages';

type Handler = (event: unknown, context: unknown) => unknown;

const RealDate = Date;
const realExit = process.exit.bind(process);
let clockOffsetMs = 0;
let timers: TimerSettings = { dividedBy: 1, except: [] };
let requestId: string | undefined;
let handler: Promise<Handler> | undefined;
let keepCode: (() => void) | undefined;

const sandboxNow = (): number => RealDate.now() + clockOffsetMs;

/** Lets back-offs pass as quickly as the sandbox is told to. */
function patchTimers(): void {
  const realTimeout = setTimeout;
  const hurried = (work: (...args: unknown[]) => void, delay = 0, ...args: unknown[]): NodeJS.Timeout =>
    realTimeout(work, timers.except.includes(delay) ? delay : delay / timers.dividedBy, ...args);
  Object.assign(globalThis, { setTimeout: Object.assign(hurried, realTimeout) });
}

/** Puts Date into sandbox time; `performance` stays real. */
function patchDate(): void {
  const SandboxDate: DateConstructor = new Proxy(RealDate, {
    construct: (target, parameters: unknown[], newTarget) =>
      Reflect.construct(
        target,
        parameters.length === 0 ? [sandboxNow()] : parameters,
        newTarget === SandboxDate ? target : newTarget,
      ) as Date,
    apply: () => new RealDate(sandboxNow()).toString(),
    get: (target, key, receiver) => (key === 'now' ? sandboxNow : (Reflect.get(target, key, receiver) as unknown)),
  });
  Object.assign(RealDate.prototype, { constructor: SandboxDate });
  Object.assign(globalThis, { Date: SandboxDate });
}

function answer(message: Answer): void {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let written = 0; written < line.length;) written += writeSync(answerDescriptor, line, written);
}

const log = (text: string): void => {
  answer({ kind: 'log', requestId, at: sandboxNow(), text });
};

/** What is written to stdout and stderr becomes log lines, in order with the answers; console lines look as on Lambda. */
function patchOutput(): void {
  const write = (chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    log(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') (callback as () => void)();
    return true;
  };
  process.stdout.write = write;
  process.stderr.write = write;
  const levels = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
  for (const [method, level] of Object.entries(levels)) {
    const key = method as keyof typeof levels;
    console[key] = (...values: unknown[]) => {
      log(`${new Date().toISOString()}\t${requestId ?? 'undefined'}\t${level}\t${format(...values)}\n`);
    };
  }
}

function errorOf(thrown: unknown): InvocationError {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/** Of this program alone, where the system tells: the usual figure begins with that of the process that started it. */
function maxRssBytes(): number {
  const [, kilobytes] = (existsSync(STATUS) && /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(STATUS, 'utf8'))) || [];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}
const STATUS = '/proc/self/status';

function fail(id: string, error: InvocationError, fatal: boolean): void {
  log(`${new Date().toISOString()}\t${id}\tERROR\tInvoke Error \t${JSON.stringify(error)}\n`);
  answer({ kind: 'error', requestId: id, error, fatal, maxRssBytes: maxRssBytes() });
}

function required(file: string): unknown {
  const directory = join(__dirname, CODE_DIRECTORY);
  if (!existsSync(directory)) return createRequire(file)(file);
  const { exports, keep } = requireWithKeptCode(file, directory);
  keepCode = keep;
  return exports;
}

/** CommonJS is required, as Lambda does it: reading it by way of the ES modules' loader takes longer than the function's own start. */
async function load(): Promise<Handler> {
  const definition = process.env['_HANDLER'] ?? '';
  const dot = definition.lastIndexOf('.');
  const [module, name] = [definition.slice(0, dot), definition.slice(dot + 1)];
  const path = join(process.env['LAMBDA_TASK_ROOT'] ?? '', module);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => path + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) throw Object.assign(new Error(`Error: Cannot find module '${module}'`), { name: 'Runtime.ImportModuleError' });
  const loaded = file.endsWith('.mjs') ? ((await import(pathToFileURL(file).href)) as unknown) : required(file);
  const found = (loaded as Record<string, unknown>)[name];
  if (typeof found === 'function') return found as Handler;
  throw Object.assign(new Error(`${definition} is undefined or not exported`), { name: 'Runtime.HandlerNotFound' });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html says 6 MB, and Lambda's refusal how many bytes. */
const largestAnswer = 6_291_556;
const TOO_LARGE = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${largestAnswer} bytes).`,
};

async function invoke(message: InvokeMessage): Promise<void> {
  const deadline = performance.now() + message.timeoutMs;
  const id = message.requestId;
  clockOffsetMs = message.clockOffsetMs;
  timers = message.timers;
  requestId = id;
  const run = await (handler ??= load()).catch((error: unknown) => {
    fail(id, errorOf(error), true);
    return realExit(1);
  });
  try {
    const context = {
      ...message.context,
      awsRequestId: id,
      functionVersion: '$LATEST',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    };
    const result = await run(JSON.parse(message.payload), context);
    keepCode?.();
    keepCode = undefined;
    const payload = result === undefined ? 'null' : JSON.stringify(result);
    if (Buffer.byteLength(payload) > largestAnswer) fail(id, TOO_LARGE, false);
    else answer({ kind: 'result', requestId: id, payload, maxRssBytes: maxRssBytes() });
  } catch (error) {
    fail(id, errorOf(error), false);
  }
}

process.on('uncaughtException', (error) => {
  fail(requestId ?? '', errorOf(error), true);
  realExit(129);
});
process.on('unhandledRejection', (reason) => {
  const { errorMessage, errorType, trace } = errorOf(reason);
  fail(
    requestId ?? '',
    { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: `${errorType}: ${errorMessage}`, ...(trace ? { trace } : {}) },
    true,
  );
  realExit(128);
});
process.on('disconnect', () => realExit(0));

patchDate();
patchTimers();
patchOutput();
process.on('message', (message) => void invoke(message as InvokeMessage));
