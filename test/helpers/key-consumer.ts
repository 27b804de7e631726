import type { Kernel } from '../../sandbox/kernel/kernel';
import type { Sandbox } from '../../sandbox/sandbox';
import type { Account } from './sandbox-organization';

/** The value of a secret as its user reads it. */
interface Value {
  AccessKeyId?: string;
  CreateDate?: string;
  AlsoIn?: string;
}

/**
 * A system that fetches its user's key by the documented rule, whenever it likes, and uses it for as long as it is promised to work. It signs
 * each fetch with the key that it has, as a system without another way into AWS does.
 */
export class KeyConsumer {
  /** One sentence for each time that a key did not work. */
  readonly broken: string[] = [];
  fetches = 0;
  uses = 0;
  private held: { id: string; at: number; until: number } | undefined;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly user: { account: Account; name: string; firstKey: string },
    private readonly promise: { usableMs: number; random: () => number },
  ) {}

  private get kernel(): Kernel {
    return this.sandbox.kernel;
  }

  /** Uses the key that it has, and fetches anew when it feels like it. */
  async step(): Promise<void> {
    const now = this.sandbox.clock.now().getTime();
    const { held } = this;
    if (held) this.use(held, now);
    if (!held || now >= held.until) await this.fetch(held?.id ?? this.user.firstKey, now);
  }

  private use({ id, at }: { id: string; at: number }, now: number): void {
    if (now - at > this.promise.usableMs) return;
    this.uses += 1;
    if (!this.kernel.caller(id)) this.broken.push(`${new Date(now).toISOString()}: ${id}, fetched ${(now - at) / 1_000} s ago, is refused`);
  }

  private async fetch(signing: string, now: number): Promise<void> {
    this.fetches += 1;
    const { account, name } = this.user;
    const holder = this.kernel.caller(signing);
    if (!holder) {
      this.broken.push(`${new Date(now).toISOString()}: nothing can be fetched with ${signing}`);
      return;
    }
    const read = async (SecretId: string): Promise<Value> => {
      const caller = { principal: holder.principal, region: this.kernel.region };
      const { SecretString } = await this.kernel.dispatch('secretsmanager', 'GetSecretValue', { SecretId }, caller);
      return JSON.parse(String(SecretString)) as Value;
    };
    const first = await read(`Account_${account.id}_User_${name}_AccessKey`).catch(() => undefined);
    const second = first?.AlsoIn === undefined ? undefined : await read(first.AlsoIn);
    const later = second && (second.CreateDate ?? '') > (first?.CreateDate ?? '') ? second : first;
    const id = later?.AccessKeyId ?? this.user.firstKey;
    const at = this.sandbox.clock.now().getTime();
    this.held = { id, at, until: at + this.promise.random() * this.promise.usableMs };
    this.use(this.held, at);
  }
}
