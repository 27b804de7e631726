import type { User } from '../../../sandbox/kernel/world';
import type { Sandbox } from '../../../sandbox/sandbox';

const DAY = 86_400_000;

/** What Terraform does to users whom it keeps: after each run they are as its files say, without our tags, and with their keys enabled. */
export class Terraform {
  private readonly kept = new Map<string, { until: number; enables: boolean }>();

  constructor(private readonly sandbox: Sandbox) {}

  /** Keeps a user from now on, for so many days. */
  keep({ id }: User, { forDays, enables }: { forDays: number; enables: boolean }): void {
    this.kept.set(id, { until: this.sandbox.clock.now().getTime() + forDays * DAY, enables });
  }

  /** Puts every user that it keeps right; false when it keeps nobody. */
  apply(): boolean {
    const now = this.sandbox.clock.now().getTime();
    for (const { id: account, users } of this.sandbox.world.accounts.values()) {
      const people = this.sandbox.people(account);
      for (const { id, name, tags, keys } of users.values()) {
        const kept = this.kept.get(id);
        if (!kept || now > kept.until) continue;
        people.untagUser(name, ...[...tags.keys()].filter((tag) => tag.startsWith('key-rotation:') && tag !== 'key-rotation:exempt-until'));
        if (kept.enables) for (const key of keys) if (key.status === 'Inactive') people.enableKey(name, key.id);
      }
    }
    return this.kept.size > 0;
  }

  /** Keeps nobody any more. */
  end(): void {
    this.kept.clear();
  }
}
