import type { Sandbox } from '../../sandbox/sandbox';

/** The functions of the app under its default prefix. */
export const FUNCTIONS = {
  orchestrator: 'iam-key-rotation-orchestrator',
  rotator: 'iam-key-rotation-rotator',
  reporter: 'iam-key-rotation-reporter',
} as const;

/** API calls by `service:Operation`, in alphabetical order. */
export type Counts = Record<string, number>;

/** Invokes a function and gives its answer; throws when the function failed. */
export async function invoke<T>(sandbox: Sandbox, name: string, event: object): Promise<T> {
  const { payload, functionError } = await sandbox.invoke(name, event);
  if (functionError !== undefined) throw new Error(`${name} failed: ${JSON.stringify(payload)}`);
  return payload as T;
}

/** Calls that functions made; Lambda's own writing of their logs is none. */
export function countCalls({ calls }: Pick<Sandbox, 'calls'>): Counts {
  const counts = new Map<string, number>();
  for (const { service, operation, invocation } of calls) {
    if (invocation === undefined || service === 'logs') continue;
    const name = `${service}:${operation}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

/** All calls together. */
export const totalOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** Bytes that functions wrote into their logs, from a line on. */
export const loggedBytes = (sandbox: Sandbox, from: number): number =>
  sandbox
    .logs()
    .slice(from)
    .reduce((total, { line }) => total + Buffer.byteLength(line), 0);

/** Empties the logs of calls and invocations: what earlier runs left is no part of the next one. */
export function forget(sandbox: Sandbox): void {
  sandbox.calls.length = 0;
  sandbox.invocations.length = 0;
}
