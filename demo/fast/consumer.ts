import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Sandbox } from '../../sandbox/sandbox';
import type { HandedOut, KeyApi } from './key-api';
import type { Program } from './organization';

/** A program that keeps no key of its own: it fetches the active one, and signs a call to AWS with it every minute. */
export class Consumer {
  /** Every key that it was given, and until when it was promised to work; the last promise counts. */
  readonly promised = new Map<string, Date>();
  /** One sentence for each minute in which it could not work. */
  readonly failures: string[] = [];
  fetches = 0;
  calls = 0;
  private held: HandedOut | undefined;

  constructor(
    private readonly sandbox: Sandbox,
    readonly program: Program,
    readonly api: KeyApi,
  ) {}

  /** One minute of its life. */
  async live(): Promise<void> {
    const { account, user } = this.program;
    try {
      if (!this.held || this.wantsAnew(this.held)) {
        this.held = await this.api.activeKey(account, user);
        this.fetches += 1;
        this.promised.set(this.held.id, this.held.expiresAt);
      }
      await this.call(this.held);
    } catch (error) {
      this.failures.push(`${this.sandbox.clock.now().toISOString()} ${user}: ${String(error)}`);
    }
  }

  /** Whoever waits until the key expires asks for another one then. */
  private wantsAnew({ expiresAt }: HandedOut): boolean {
    return this.program.fetches === 'each minute' || expiresAt.getTime() <= this.sandbox.clock.now().getTime();
  }

  private async call({ id, secret }: HandedOut): Promise<void> {
    const { account, user } = this.program;
    const sts = new STSClient(this.sandbox.client(account, { accessKeyId: id, secretAccessKey: secret }));
    try {
      const { Arn } = await sts.send(new GetCallerIdentityCommand());
      if (Arn?.endsWith(`:${account}:user/${user}`) !== true) throw new Error(`${id} is a key of ${String(Arn)}`);
      this.calls += 1;
    } finally {
      sts.destroy();
    }
  }
}
