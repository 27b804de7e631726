import { fork, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { exited, timedOut, type ExecutionEnvironment, type ExecutionOptions, type InvocationOutcome, type Output } from './execution';
import { answerDescriptor, type Answer, type InvocationError, type InvokeMessage } from './messages';

interface Current {
  requestId: string;
  finish(outcome: InvocationOutcome): void;
  timer: NodeJS.Timeout;
}

/** One warm process that runs one function's bundle, one invocation at a time. */
export class ProcessEnvironment implements ExecutionEnvironment {
  private readonly child: ChildProcess;
  private current: Current | undefined;
  private readonly exited: Promise<void>;
  private ended = false;
  /** Written since the last invocation ended; what a frozen function writes late belongs to its next invocation. */
  private output: Output[] = [];
  maxRssBytes = 0;

  constructor(
    bootstrapFile: string,
    options: ExecutionOptions,
    private readonly now: () => Date,
  ) {
    this.child = fork(bootstrapFile, [], {
      env: options.variables,
      cwd: options.directory,
      execArgv: [`--max-old-space-size=${options.memoryMb}`],
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'ipc'],
    });
    this.child.on('error', (error) => {
      this.end({ errorType: 'Runtime.ExitError', errorMessage: `the process could not be run: ${error.message}` });
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => this.output.push({ at: this.now(), text }));
    }
    const answers = createInterface({ input: this.child.stdio[answerDescriptor] as Readable });
    answers.on('line', (line) => {
      this.receive(JSON.parse(line) as Answer);
    });
    this.exited = new Promise((resolve) => {
      // `close` comes after the last byte of every stream, so no answer is lost.
      this.child.on('close', (code, signal) => {
        const reason = signal === null ? `exit status ${String(code)}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`;
        this.end(exited(this.current?.requestId, reason));
        resolve();
      });
    });
  }

  get busy(): boolean {
    return this.current !== undefined;
  }

  get usable(): boolean {
    return !this.ended;
  }

  get requestId(): string | undefined {
    return this.current?.requestId;
  }

  async invoke(message: InvokeMessage): Promise<{ outcome: InvocationOutcome; output: Output[] }> {
    const outcome = await new Promise<InvocationOutcome>((finish) => {
      const timer = setTimeout(() => {
        this.end(timedOut(message));
        this.kill();
      }, message.timeoutMs);
      this.current = { requestId: message.requestId, finish, timer };
      this.child.send(message, (error) => {
        if (error) this.end({ errorType: 'Runtime.ExitError', errorMessage: `RequestId: ${message.requestId} Error: ${error.message}` });
      });
    });
    const { output } = this;
    this.output = [];
    return { outcome, output };
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  async stop(): Promise<void> {
    this.kill();
    await this.exited;
  }

  private receive(answer: Answer): void {
    switch (answer.kind) {
      case 'log':
        this.output.push({ at: new Date(answer.at), text: answer.text });
        return;
      case 'result':
        this.maxRssBytes = answer.maxRssBytes;
        this.finish(answer.requestId, { kind: 'succeeded', payload: answer.payload });
        return;
      case 'error':
        this.maxRssBytes = answer.maxRssBytes;
        if (answer.fatal) this.ended = true;
        this.finish(answer.requestId, { kind: 'failed', error: answer.error });
    }
  }

  private finish(requestId: string, outcome: InvocationOutcome): void {
    const { current } = this;
    if (current?.requestId !== requestId) return;
    this.current = undefined;
    clearTimeout(current.timer);
    current.finish(outcome);
  }

  private end(error: InvocationError): void {
    this.ended = true;
    if (this.current) this.finish(this.current.requestId, { kind: 'failed', error });
  }
}
