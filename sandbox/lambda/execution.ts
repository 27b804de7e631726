import type { InvocationError, InvokeMessage } from './messages';

/** How one invocation ended. */
export type InvocationOutcome = { kind: 'succeeded'; payload: string } | { kind: 'failed'; error: InvocationError };

/** A piece of what a function wrote; `at` is sandbox time. */
export interface Output {
  at: Date;
  text: string;
}

/** What an execution environment is started with. */
export interface ExecutionOptions {
  /** The whole environment. */
  variables: Record<string, string>;
  directory: string;
  memoryMb: number;
}

/** Where one function's bundle runs, one invocation at a time. */
export interface ExecutionEnvironment {
  /** True while an invocation runs. */
  readonly busy: boolean;
  /** False once it has ended or is about to. */
  readonly usable: boolean;
  /** The request it works on. */
  readonly requestId: string | undefined;
  /** The most memory it has used, as it reported after its last invocation; 0 where that cannot be told. */
  readonly maxRssBytes: number;
  /** Runs one invocation; never rejects: timeouts, crashes and kills are failed outcomes. */
  invoke(message: InvokeMessage): Promise<{ outcome: InvocationOutcome; output: Output[] }>;
  /** Ends it at once; a running invocation fails as crashed. */
  kill(): void;
  /** Ends it and waits for the end. */
  stop(): Promise<void>;
}

/** How an invocation fails that outlived its function's time limit. */
export const timedOut = ({ requestId, timeoutMs }: InvokeMessage): InvocationError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `RequestId: ${requestId} Error: Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});

/** How an invocation fails whose process ended. */
export const exited = (requestId: string | undefined, reason: string): InvocationError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `RequestId: ${requestId ?? '-'} Error: Runtime exited with error: ${reason}`,
});
