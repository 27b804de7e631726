// Runs inside the forked process, in place of Lambda's runtime; bundled on its own by bootstrap.ts.
import { existsSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { requireWithKeptCode } from './kept-code';
import {
  consoleMethods,
  dateWith,
  errorLine,
  errorOf,
  handlerFile,
  handlerOf,
  LARGEST_ANSWER_BYTES,
  TOO_LARGE,
  type Handler,
} from './language';
import { answerDescriptor, CODE_DIRECTORY, type Answer, type InvocationError, type InvokeMessage } from './messages';

const RealDate = Date;
const realExit = process.exit.bind(process);
let clockOffsetMs = 0;
let requestId: string | undefined;
let handler: Promise<Handler> | undefined;
let keepCode: (() => void) | undefined;

const sandboxNow = (): number => RealDate.now() + clockOffsetMs;

/** Puts Date into sandbox time; `performance` stays real. */
function patchDate(): void {
  const SandboxDate = dateWith(RealDate, sandboxNow);
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
  Object.assign(
    console,
    consoleMethods(
      log,
      () => new Date(),
      () => requestId,
    ),
  );
}

/** Of this program alone, where the system tells: the usual figure begins with that of the process that started it. */
function maxRssBytes(): number {
  const [, kilobytes] = (existsSync(STATUS) && /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(STATUS, 'utf8'))) || [];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}
const STATUS = '/proc/self/status';

function fail(id: string, error: InvocationError, fatal: boolean): void {
  log(errorLine(new Date(), id, error));
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
  const { file, exported } = handlerFile(definition, process.env['LAMBDA_TASK_ROOT'] ?? '');
  const loaded = file.endsWith('.mjs') ? ((await import(pathToFileURL(file).href)) as unknown) : required(file);
  return handlerOf(loaded, definition, exported);
}

async function invoke(message: InvokeMessage): Promise<void> {
  const deadline = performance.now() + message.timeoutMs;
  const id = message.requestId;
  clockOffsetMs = message.clockOffsetMs;
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
    if (Buffer.byteLength(payload) > LARGEST_ANSWER_BYTES) fail(id, TOO_LARGE, false);
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
patchOutput();
process.on('message', (message) => void invoke(message as InvokeMessage));
