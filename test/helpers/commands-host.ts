import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const ROOT = join(__dirname, '..', '..');

/** How a command ended, and what it wrote. */
export interface Ended {
  status: number | null;
  out: string;
  error: string;
}

/** A process in which one command of `iam-keys` runs after the other: it begins with the first, and its starts are paid for once. */
class CommandsHost {
  private child: ChildProcess | undefined;
  private last: Promise<unknown> = Promise.resolve();

  /** Runs a command with this environment, after all that were asked for before; rejects when it ends the process. */
  run(args: readonly string[], environment: Environment): Promise<Ended> {
    const ended = this.last.then(() => this.tell(args, environment));
    this.last = ended.catch(() => undefined);
    return ended;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.last;
    const { child } = this;
    if (child?.connected !== true) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.disconnect();
    await gone;
  }

  private tell(args: readonly string[], environment: Environment): Promise<Ended> {
    this.child ??= fork(join(__dirname, 'run-commands.cjs'), {
      cwd: ROOT,
      execArgv: [],
      // No terminal, wherever the tests run.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const { child } = this;
    return new Promise((resolve, reject) => {
      const onGone = (why: unknown): void => {
        reject(new Error(`the process in which commands run is gone (${String(why)}): ${JSON.stringify(args)}`));
      };
      child.once('exit', onGone).once('message', (ended) => {
        child.off('exit', onGone);
        resolve(ended as Ended);
      });
      child.send({ args, environment }, (error) => {
        if (error) onGone(error);
      });
    });
  }
}

/** The one of this test file. */
export const commands = new CommandsHost();
afterAll(() => commands.stop());
