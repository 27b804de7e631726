/** What an execution environment is asked to do; sent over the IPC channel. */
export interface InvokeMessage {
  requestId: string;
  /** JSON. */
  payload: string;
  /** Sandbox time minus real time. */
  clockOffsetMs: number;
  timeoutMs: number;
  context: { functionName: string; invokedFunctionArn: string; memoryLimitInMB: string; logGroupName: string; logStreamName: string };
}

/** What an execution environment answers, one JSON line each on file descriptor 3, which survives a crash in order. */
export type Answer =
  | { kind: 'log'; requestId: string | undefined; at: number; text: string }
  | { kind: 'result'; requestId: string; payload: string; maxRssBytes: number }
  | { kind: 'error'; requestId: string; error: InvocationError; fatal: boolean; maxRssBytes: number };

/** A failed invocation as Lambda shows it to callers. */
export interface InvocationError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

/** The file descriptor that answers are written to. */
export const answerDescriptor = 3;

/** Beside the child's program: where processes keep their functions' compiled code for the next ones, when there is such a directory. */
export const CODE_DIRECTORY = 'code';
