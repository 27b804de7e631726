import type { Observer } from '../../sandbox/kernel/observe';
import type { Sandbox } from '../../sandbox/sandbox';

/** What became of one key, by the calls that IAM carried out. */
export interface KeyLife {
  id: string;
  account: string;
  user: string;
  created: Date;
  /** Made by the rotation, not there from the beginning. */
  issued: boolean;
  disabled?: Date;
  deleted?: Date;
}

/** Follows every key of an organization from outside. */
export class KeyLives {
  private readonly lives = new Map<string, KeyLife>();

  constructor(sandbox: Sandbox) {
    for (const [account, { users }] of sandbox.world.accounts)
      for (const { name, keys } of users.values())
        for (const { id, created } of keys) this.lives.set(id, { id, account, user: name, created, issued: false });
    const observer: Observer = {
      after: ({ operation, input, account }, output) => {
        const now = sandbox.clock.now();
        if (operation === 'CreateAccessKey') this.add(account, output['AccessKey'] as { AccessKeyId: string; UserName: string }, now);
        const life = this.lives.get(String(input['AccessKeyId']));
        if (life && operation === 'UpdateAccessKey' && input['Status'] === 'Inactive') life.disabled = now;
        if (life && operation === 'DeleteAccessKey') life.deleted = now;
      },
    };
    sandbox.kernel.observers.add(observer);
  }

  /** The keys of a user, oldest first. */
  of({ account, user }: { account: string; user: string }): KeyLife[] {
    return [...this.lives.values()].filter((life) => life.account === account && life.user === user);
  }

  /** A key's life; undefined when there never was such a key. */
  life(id: string): KeyLife | undefined {
    return this.lives.get(id);
  }

  /** Keys that were made, switched off and deleted so far, of some users together. */
  sums(users: readonly { account: string; user: string }[]): { issued: number; disabled: number; deleted: number } {
    const lives = users.flatMap((user) => this.of(user));
    return {
      issued: lives.filter(({ issued }) => issued).length,
      disabled: lives.filter(({ disabled }) => disabled).length,
      deleted: lives.filter(({ deleted }) => deleted).length,
    };
  }

  private add(account: string, { AccessKeyId: id, UserName: user }: { AccessKeyId: string; UserName: string }, created: Date): void {
    this.lives.set(id, { id, account, user, created, issued: true });
  }
}
