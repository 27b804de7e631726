import type { Sandbox } from '../../sandbox/sandbox';
import type { AccessKey, Secret, User } from '../../sandbox/kernel/world';

/** What the book-keeper knows of one key, from watching rather than from what the product says. */
export interface KeyEntry {
  account: string;
  user: string;
  id: string;
  created: Date;
  /** A rotator created it. */
  issued: boolean;
  /** It was in its secret once: whoever takes it out later is not the product. */
  stored?: true;
  /** Since when it has been inactive, as first seen. */
  inactiveSince?: Date;
  /** A person made it active again since. */
  reenabledAt?: Date;
  /** A rotator disabled it and could not remember that: the window that docs/safety.md states. */
  forgotten?: true;
}

/** Watches every key of the organization over time; `look` before a run takes in what people did since the last one. */
export class Book {
  private entries = new Map<string, KeyEntry>();
  /** Every secret access key that ever existed. */
  readonly secrets = new Set<string>();

  constructor(private readonly sandbox: Sandbox) {}

  /** A copy of everything known, to go back to with the sandbox's own snapshot. */
  save(): ReadonlyMap<string, KeyEntry> {
    return new Map([...this.entries].map(([id, entry]) => [id, { ...entry }]));
  }

  /** Goes back to a saved state, which stays as it is. */
  load(saved: ReadonlyMap<string, KeyEntry>): void {
    this.entries = new Map([...saved].map(([id, entry]) => [id, { ...entry }]));
  }

  /** Takes in the present state of every key; since when it is inactive, of this user's only, if one is given. */
  look(only?: { account: string; user: string }): void {
    const now = this.sandbox.clock.now();
    for (const [account, { users }] of this.sandbox.world.accounts) {
      for (const user of users.values()) {
        const looked = only === undefined || (only.account === account && only.user === user.name);
        for (const key of user.keys) this.isLost(this.see(account, user.name, key, looked ? now : undefined));
      }
    }
  }

  private see(account: string, user: string, key: AccessKey, now: Date | undefined): KeyEntry {
    this.secrets.add(key.secret);
    const entry = this.entries.get(key.id) ?? { account, user, id: key.id, created: key.created, issued: false };
    this.entries.set(key.id, entry);
    if (now === undefined) return entry;
    if (key.status === 'Inactive') entry.inactiveSince ??= now;
    else if (entry.inactiveSince) {
      delete entry.inactiveSince;
      if (!entry.forgotten) entry.reenabledAt = now;
      delete entry.forgotten;
    }
    return entry;
  }

  /** Notes a key that a rotator has just created. */
  issue(account: string, user: string, id: string): void {
    const now = this.sandbox.clock.now();
    const key = this.user(account, user)?.keys.find((one) => one.id === id);
    if (!key) return;
    this.see(account, user, key, now);
    const entry = this.entries.get(id);
    if (entry) entry.issued = true;
  }

  /** Notes a rotator's call that has just taken effect on a key: it was disabled, or what is remembered of it was written. */
  note(operation: string, keyId: string): void {
    const entry = this.entries.get(keyId);
    if (operation === 'UpdateAccessKey' && entry) entry.forgotten = true;
    if (operation === 'TagUser') delete entry?.forgotten;
  }

  /** What is known of a key. */
  entry(id: string): KeyEntry | undefined {
    return this.entries.get(id);
  }

  /** Every key that rotators created and that still exists. */
  liveIssued(): KeyEntry[] {
    return [...this.entries.values()].filter((entry) => entry.issued && this.key(entry) !== undefined);
  }

  /** A user as they are now. */
  user(account: string, name: string): User | undefined {
    return this.sandbox.world.accounts.get(account)?.users.get(name);
  }

  private key({ account, user, id }: KeyEntry): AccessKey | undefined {
    return this.user(account, user)?.keys.find((key) => key.id === id);
  }

  /** Whether a rotator created the key and it has never been in its secret: nobody has it. */
  isLost(entry: KeyEntry): boolean {
    if (entry.issued && !entry.stored && this.isStored(entry)) entry.stored = true;
    return entry.issued && !entry.stored;
  }

  /** Whether some version of the user's secret holds the key with its right secret; `current` asks for AWSCURRENT only. */
  isStored({ account, user, id }: KeyEntry, current = false): boolean {
    const key = this.user(account, user)?.keys.find((one) => one.id === id);
    if (!key) return false;
    const versions = this.secretsOf(account, user).flatMap((secret) => (secret.deleted ? [] : [...secret.versions.values()]));
    return versions.some((version) => {
      if (current && !version.stages.has('AWSCURRENT')) return false;
      const held = parse(version.value);
      return held?.['AccessKeyId'] === id && held['SecretAccessKey'] === key.secret;
    });
  }

  /**
   * Users with a second key while their secret is being deleted since before this moment: the key may be in there, and nobody can fetch
   * it.
   */
  cutOff(before: Date): { account: string; user: string }[] {
    return [...this.sandbox.world.accounts].flatMap(([account, { users }]) =>
      [...users.values()]
        .filter(({ name, keys }) => keys.length > 1 && this.secretsOf(account, name).some(({ deleted }) => deleted && deleted < before))
        .map(({ name: user }) => ({ account, user })),
    );
  }

  /** The user's secret in their own account, and in the account of the rotation, which is the one with functions; no replicas. */
  secretsOf(account: string, user: string): Secret[] {
    const name = `Account_${account}_User_${user.replaceAll(',', '/2C')}_AccessKey`;
    const places = [...this.sandbox.world.accounts.values()].filter(({ id, functions }) => id === account || functions.size > 0);
    return places.flatMap(
      ({ secrets }) => [...secrets.values()].find((secret) => secret.name === name && secret.primary === undefined) ?? [],
    );
  }
}

/** The id of the access key that a secret, or a replica, shows as AWSCURRENT. */
export function currentKeyOf({ versions }: Secret): string | undefined {
  const current = [...versions.values()].find(({ stages }) => stages.has('AWSCURRENT'));
  const id = current && parse(current.value)?.['AccessKeyId'];
  return typeof id === 'string' ? id : undefined;
}

function parse(value: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(value) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
