import { parseArn } from '../../sandbox/kernel/arn';
import type { ObservedCall } from '../../sandbox/kernel/observe';
import type { Sandbox } from '../../sandbox/sandbox';
import type { Secret } from '../../sandbox/kernel/world';
import { currentKeyOf, type Book, type KeyEntry } from './book';
import { subjectOf } from './subject';

/** Whether replicas show what their secrets show, by the sandbox's true state, when a key is disabled or issued. */
export class ReplicaWatch {
  /** User → the account that holds the secret which a rotator wrote to last: where their next key goes. */
  private readonly written = new Map<string, string>();

  constructor(
    private readonly sandbox: Sandbox,
    private readonly book: Book,
  ) {}

  /** Notes where a rotator writes a user's secret. */
  noteWrite(call: ObservedCall): void {
    const { account, user } = subjectOf(call);
    if (user !== undefined) this.written.set(`${account}/${user}`, call.account);
  }

  /** Forgets what was written, after the sandbox went back to a snapshot. */
  forget(): void {
    this.written.clear();
  }

  /** Replicas that do not show the key that replaces this one in its secret, in words; a secret that replaces it with none has none. */
  behindSuccessor(entry: KeyEntry): string[] {
    const { account, user, id } = entry;
    const others = new Set((this.book.user(account, user)?.keys ?? []).flatMap((key) => (key.id === id ? [] : key.id)));
    const replacing = this.book.secretsOf(entry).filter((secret) => others.has(currentKeyOf(secret) ?? ''));
    return replacing.flatMap((secret) => this.behind(secret));
  }

  /** Replicas, in words, that do not follow the secret which the user's next key goes to. */
  behindNextKey(account: string, user: string): string[] {
    const holder = this.written.get(`${account}/${user}`);
    return this.book.secretsOf({ account, user }).flatMap((secret) => (holderOf(secret) === holder ? this.behind(secret) : []));
  }

  private behind(secret: Secret): string[] {
    return [...(secret.replicas ?? [])].flatMap(([region, { status }]) => {
      const replica = this.sandbox.world.accounts.get(holderOf(secret))?.secrets.get(`${region}/${secret.name}`);
      const shown = replica && currentKeyOf(replica);
      if (replica && status === 'InSync' && shown === currentKeyOf(secret)) return [];
      return [`${region} (${status}, shows ${shown ?? 'no key'}, not ${currentKeyOf(secret) ?? 'no key'})`];
    });
  }
}

const holderOf = ({ arn }: Secret): string => parseArn(arn)?.account ?? '';
