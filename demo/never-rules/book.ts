import type { ObservedCall } from '../../sandbox/kernel/observe';
import type { Sandbox } from '../../sandbox/sandbox';
import type { AccessKey, Secret, User } from '../../sandbox/kernel/world';
import { SecretKeys } from './leaks';

/** What the book-keeper knows of one key, from watching rather than from what the product says. */
export interface KeyEntry {
  account: string;
  /** The user's present name. */
  user: string;
  /** The names that the user had before, by which a secret may be called. */
  formerly?: readonly string[];
  id: string;
  created: Date;
  /** A rotator created it. */
  issued: boolean;
  /** It was in its secret once: whoever takes it out later is not the product. */
  stored?: true;
  /** Since when it has been in no secret and was never used, although a rotator had stored it, as first seen. */
  goneSince?: Date;
  /** What a rotator wrote last into the user's tag for this key. */
  noted?: string;
  /** When a rotator first wrote that tag. */
  notedAt?: Date;
  /** Since when it has been inactive, as first seen. */
  inactiveSince?: Date;
  /** A person made it active again since. */
  reenabledAt?: Date;
  /** A rotator disabled it and could not remember that: the window that docs/safety.md states. */
  forgotten?: true;
}

/** Two runs are about a day apart: the later one may start a little early. */
const A_DAY_APART = 20 * 3_600_000;

/** Watches every key of the organization over time; `look` before a run takes in what people did since the last one. */
export class Book {
  private entries = new Map<string, KeyEntry>();
  /** Every secret access key that ever existed. */
  readonly secrets = new SecretKeys();

  constructor(private readonly sandbox: Sandbox) {}

  /** A copy of everything known, to go back to with the sandbox's own snapshot. */
  save(): ReadonlyMap<string, KeyEntry> {
    return new Map([...this.entries].map(([id, entry]) => [id, { ...entry }]));
  }

  /** Goes back to a saved state, which stays as it is. */
  load(saved: ReadonlyMap<string, KeyEntry>): void {
    this.entries = new Map([...saved].map(([id, entry]) => [id, { ...entry }]));
  }

  /**
   * Takes in the present state of every key; since when it is inactive, only of those whom a run looks at: nobody can know what others do
   * with their keys meanwhile.
   */
  look(isLookedAt: (account: string, user: string) => boolean): void {
    const now = this.sandbox.clock.now();
    for (const [account, { users }] of this.sandbox.world.accounts) {
      for (const user of users.values()) {
        const seen = isLookedAt(account, user.name) ? now : undefined;
        for (const key of user.keys) this.seeStored(this.see(account, user.name, key, seen), seen);
      }
    }
  }

  private see(account: string, user: string, key: AccessKey, now: Date | undefined): KeyEntry {
    this.secrets.add(key.secret);
    const entry = this.entries.get(key.id) ?? { account, user, id: key.id, created: key.created, issued: false };
    this.entries.set(key.id, entry);
    if (entry.user !== user) {
      entry.formerly = [...(entry.formerly ?? []), entry.user];
      entry.user = user;
    }
    if (now === undefined) return entry;
    if (key.status !== 'Active') entry.inactiveSince ??= now;
    else if (entry.inactiveSince) {
      delete entry.inactiveSince;
      if (!entry.forgotten) entry.reenabledAt = now;
      delete entry.forgotten;
    }
    return entry;
  }

  private seeStored(entry: KeyEntry, now: Date | undefined): void {
    this.isLost(entry);
    if (now === undefined) return;
    if (entry.stored && this.isHeldByNobody(entry)) entry.goneSince ??= now;
    else delete entry.goneSince;
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

  /** Notes a rotator's call that has just taken effect on keys: one was disabled, or what is remembered of them was written. */
  note({ operation, input }: ObservedCall): void {
    const disabled = operation === 'UpdateAccessKey' ? this.entries.get(String(input['AccessKeyId'])) : undefined;
    if (disabled) disabled.forgotten = true;
    if (operation !== 'TagUser') return;
    for (const [id, value] of tagsOfKeys(input)) {
      const entry = this.entries.get(id);
      if (!entry) continue;
      delete entry.forgotten;
      entry.noted = value;
      entry.notedAt ??= this.sandbox.clock.now();
    }
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

  /** The user's other active keys. */
  activeBeside({ account, user, id }: KeyEntry): KeyEntry[] {
    const others = this.user(account, user)?.keys.filter((key) => key.id !== id && key.status === 'Active') ?? [];
    return others.map((key) => this.entries.get(key.id) ?? { account, user, id: key.id, created: key.created, issued: false });
  }

  /** Whether a rotator created the key and it has never been in its secret: nobody has it. */
  isLost(entry: KeyEntry): boolean {
    if (entry.issued && !entry.stored && this.isStored(entry)) entry.stored = true;
    return entry.issued && !entry.stored;
  }

  /** Whether nobody can have the key: a rotator created it, it is in no secret that its user can read, and it was never used. */
  isHeldByNobody(entry: KeyEntry): boolean {
    const key = this.key(entry);
    return entry.issued && key !== undefined && key.lastUsed === undefined && !this.isStored(entry);
  }

  /** Whether a run about a day ago saw already that nobody can have the key any more. */
  isGone(entry: KeyEntry): boolean {
    const { goneSince } = entry;
    return goneSince !== undefined && this.sandbox.clock.now().getTime() - goneSince.getTime() >= A_DAY_APART && this.isHeldByNobody(entry);
  }

  /** Whether the user's tag for the key says something else than what a rotator wrote. */
  isTagForged({ account, user, id, noted }: KeyEntry): boolean {
    return (this.user(account, user)?.tags.get(`key-rotation:${id}`) ?? noted) !== noted;
  }

  /** Keys beside this one that a secret of the user names as current and that no rotator issued. */
  claimedBeside(entry: KeyEntry): KeyEntry[] {
    const secrets = this.secretsOf(entry).filter(({ deleted }) => !deleted);
    const claimed = new Set(secrets.flatMap((secret) => [currentKeyOf(secret), currentVersionKeyOf(secret)]));
    return this.activeBeside(entry).filter(({ id, issued }) => !issued && claimed.has(id));
  }

  /** Whether some version of a secret that the user can read holds the key with its right secret; `current` asks for AWSCURRENT only. */
  isStored(entry: KeyEntry, current = false): boolean {
    const key = this.key(entry);
    if (!key) return false;
    const versions = this.secretsOf(entry).flatMap((secret) => (secret.deleted ? [] : [...secret.versions.values()]));
    return versions.some((version) => {
      if (current && !version.stages.has('AWSCURRENT')) return false;
      const held = parse(version.value);
      return held?.['AccessKeyId'] === key.id && held['SecretAccessKey'] === key.secret;
    });
  }

  /**
   * Users with a second key while their secret is being deleted since before this moment: the key may be in there, and nobody can fetch
   * it. With a central store the secret of an earlier deployment, in the user's own account, is deleted and restored by people alone.
   */
  cutOff(before: Date): { account: string; user: string }[] {
    const rotation = [...this.sandbox.world.accounts.values()].find(({ functions }) => functions.size > 0);
    const central = [...(rotation?.functions.values() ?? [])].some(({ environment }) => 'CENTRAL_STORE' in environment);
    const isPeoples = ({ arn }: Secret): boolean => central && !arn.includes(`:${rotation?.id ?? ''}:`);
    return [...this.sandbox.world.accounts].flatMap(([account, { users }]) =>
      [...users.values()]
        .filter(
          ({ name, keys }) =>
            keys.length > 1 &&
            this.secretsOf({ account, user: name }).some((secret) => secret.deleted && secret.deleted < before && !isPeoples(secret)),
        )
        .map(({ name: user }) => ({ account, user })),
    );
  }

  /**
   * The user's secrets, of which a policy of minutes makes two, in their own account, by their former names, too, and in the account of the rotation, which is the one with functions;
   * no replicas. What is called by a former name in the account of the rotation may be in a central store, and is theirs only where its
   * policy says so.
   */
  secretsOf({ account, user, formerly = [] }: Pick<KeyEntry, 'account' | 'user' | 'formerly'>): Secret[] {
    const places = [...this.sandbox.world.accounts.values()].filter(({ id, functions }) => id === account || functions.size > 0);
    const own = [user, `${user}/second`].map((name) => secretName(account, name));
    const former = formerly.map((name) => secretName(account, name));
    const reader = `"${this.user(account, user)?.arn ?? ''}"`;
    return places.flatMap(({ secrets, functions }) =>
      [...secrets.values()].filter(({ name, primary, policy }) => {
        if (primary !== undefined) return false;
        return own.includes(name) || (former.includes(name) && (functions.size === 0 || policy?.includes(reader)));
      }),
    );
  }
}

const secretName = (account: string, user: string): string => `Account_${account}_User_${user.replaceAll(',', '/2C')}_AccessKey`;

/** Our tags for keys that a call writes, by access key id. */
function tagsOfKeys(input: Record<string, unknown>): [string, string][] {
  const tags = Array.isArray(input['Tags']) ? (input['Tags'] as { Key?: string; Value?: string }[]) : [];
  return tags.flatMap(({ Key = '', Value = '' }): [string, string][] => {
    const id = /^key-rotation:([A-Z0-9]{16,128})$/.exec(Key)?.[1];
    return id === undefined ? [] : [[id, Value]];
  });
}

/** The id of the access key that the name of a secret's current version claims. */
function currentVersionKeyOf({ versions }: Secret): string | undefined {
  const current = [...versions.values()].find(({ stages }) => stages.has('AWSCURRENT'));
  return current && /^iam-key-rotation-([A-Z0-9]+)$/.exec(current.id)?.[1];
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
