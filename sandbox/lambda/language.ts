import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { format, types } from 'node:util';
import type { InvocationError } from './messages';

// What Lambda's runtime for Node.js does, wherever the sandbox runs a function.

/** A function's entry point, as `index.handler` names it. */
export type Handler = (event: unknown, context: unknown) => unknown;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html says 6 MB, and Lambda's refusal how many bytes. */
export const LARGEST_ANSWER_BYTES = 6_291_556;
/** Lambda's refusal of a larger answer. */
export const TOO_LARGE: InvocationError = {
  errorType: 'Function.ResponseSizeTooLarge',
  errorMessage: `Response payload size exceeded maximum allowed payload size (${LARGEST_ANSWER_BYTES} bytes).`,
};

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** The file and the export that a handler's definition names; throws Lambda's error when there is no such file. */
export function handlerFile(definition: string, taskRoot: string): { file: string; exported: string } {
  const dot = definition.lastIndexOf('.');
  const [module, exported] = [definition.slice(0, dot), definition.slice(dot + 1)];
  const file = ['.js', '.mjs', '.cjs'].map((extension) => join(taskRoot, module) + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${module}'`);
  return { file, exported };
}

/** What a loaded module exports as its handler; throws Lambda's error when that is no function. */
export function handlerOf(loaded: unknown, definition: string, exported: string): Handler {
  const found = (loaded as Record<string, unknown>)[exported];
  if (typeof found === 'function') return found as Handler;
  throw named('Runtime.HandlerNotFound', `${definition} is undefined or not exported`);
}

/** Anything thrown, as Lambda answers it. */
export function errorOf(thrown: unknown): InvocationError {
  if (!types.isNativeError(thrown)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/** The log line by which Lambda tells of a failed invocation. */
export const errorLine = (at: Date, requestId: string, error: InvocationError): string =>
  `${at.toISOString()}\t${requestId}\tERROR\tInvoke Error \t${JSON.stringify(error)}\n`;

const LEVELS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' } as const;
type Level = keyof typeof LEVELS;

/** Methods of `console` that write lines as on Lambda. */
export function consoleMethods(
  write: (line: string) => void,
  now: () => Date,
  requestId: () => string | undefined,
): Record<Level, (...values: unknown[]) => void> {
  const method = (level: Level) => {
    return (...values: unknown[]): void => {
      write(`${now().toISOString()}\t${requestId() ?? 'undefined'}\t${LEVELS[level]}\t${format(...values)}\n`);
    };
  };
  return {
    trace: method('trace'),
    debug: method('debug'),
    log: method('log'),
    info: method('info'),
    warn: method('warn'),
    error: method('error'),
  };
}

/** `Date` with another present moment, in milliseconds; `instanceof Date` holds for what either makes. */
export function dateWith(RealDate: DateConstructor, now: () => number): DateConstructor {
  const Shifted: DateConstructor = new Proxy(RealDate, {
    construct: (target, parameters: unknown[], newTarget) =>
      Reflect.construct(target, parameters.length === 0 ? [now()] : parameters, newTarget === Shifted ? target : newTarget) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, key, receiver) => (key === 'now' ? now : (Reflect.get(target, key, receiver) as unknown)),
  });
  return Shifted;
}
