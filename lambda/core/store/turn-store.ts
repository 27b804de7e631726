import type { StoredKeys } from '../plan/user-facts';
import type { KeyStore, MayReplace, StoredKeyValue, StoredVersion, UserSecret } from './key-store';
import type { SecretStore } from './secret-store';

/**
 * One account's secrets, of which a user has two where keys are too many for one (docs/adr/0020): Secrets Manager keeps about 100 versions
 * and removes none of the last day. The key is in the one whose value was made later; the first one's value then names the second.
 * Without a sign of that on the first secret, the second is not asked for.
 */
export class TurnStore implements KeyStore {
  /** Where the key of each prepared user goes. */
  private readonly next = new Map<string, SecretStore>();
  /** Whether a user's first secret names a second, as the last look at it said: what follows a look needs no look of its own. */
  private readonly namesSecond = new Map<string, boolean>();

  constructor(
    private readonly first: SecretStore,
    private readonly second: SecretStore,
    /** New keys go to the two in turn. */
    private readonly inTurn: boolean,
  ) {}

  /** The first one's: who has read that knows of the second. */
  nameFor(userName: string): string {
    return this.first.nameFor(userName);
  }

  /** What both hold; `current` is the younger of the two keys that are current in one of them. */
  async storedKeys(userName: string, keyIds: readonly string[]): Promise<StoredKeys> {
    const first = await this.lookAtFirst(userName);
    if (!first.namesSecond) return first;
    const second = await this.second.storedKeys(userName);
    const places = [first, second];
    const current = keyIds.findLast((id) => places.some((place) => place.current === id));
    const holder = places.find((place) => place.current === current);
    const { behind, fetched } = holder ?? {};
    return {
      namesSecond: true,
      ...(current !== undefined && { current }),
      versions: new Set(places.flatMap(({ versions }) => [...versions])),
      ...(behind && { behind }),
      ...(fetched && { fetched }),
      ...((first.deleted ?? second.deleted) && { deleted: true as const }),
    };
  }

  /** Of a key that both hold, the later date. */
  async versionsOf(userName: string, keyIds: readonly string[]): Promise<ReadonlyMap<string, StoredVersion>> {
    const found = new Map<string, StoredVersion>();
    for (const place of await this.placesOf(userName)) {
      for (const [id, version] of await place.versionsOf(userName, keyIds)) {
        const other = found.get(id);
        if (!other || other.made < version.made) found.set(id, version);
      }
    }
    return found;
  }

  /**
   * In turn, a key goes where the one before is not; the first time to the first secret, since who reads knows of that alone. It then names
   * the second, which must be there to be read, although no key is in it yet.
   */
  async prepare(user: { name: string; arn: string }, mayReplace: MayReplace): Promise<void> {
    const { place, mayReplace: asks } = this.inTurn ? await this.turnOf(user, mayReplace) : { place: this.first, mayReplace };
    await place.prepare(user, asks);
    this.next.set(user.name, place);
  }

  /**
   * The place of the next key, and what is asked of the one that it holds: nothing once the present key, in the other place, is the user's
   * own. The earlier one is then theirs, too, and mostly deleted by now, of which IAM tells nothing but that access is denied.
   */
  private async turnOf(
    user: { name: string; arn: string },
    mayReplace: MayReplace,
  ): Promise<{ place: SecretStore; mayReplace: MayReplace }> {
    const { current, namesSecond } = await this.lookAtFirst(user.name);
    if (namesSecond !== 'now') {
      await this.second.prepare(user, mayReplace);
      return { place: this.first, mayReplace };
    }
    const { current: other } = await this.second.storedKeys(user.name);
    const isInFirst = current !== undefined && (other === undefined || (await this.isLater(user.name, current, other)));
    const [place, present] = isInFirst ? [this.second, current] : [this.first, other];
    const isOwn = present !== undefined && (await mayReplace(present)) === 'own';
    return { place, mayReplace: isOwn ? () => Promise.resolve('own') : mayReplace };
  }

  /** Whether the first secret's key is later than the second's, by the dates of their versions. */
  private async isLater(userName: string, first: string, second: string): Promise<boolean> {
    const [one, other] = await Promise.all([this.first.versionsOf(userName, [first]), this.second.versionsOf(userName, [second])]);
    const [made, otherMade] = [one.get(first)?.made, other.get(second)?.made];
    return made !== undefined && (otherMade === undefined || made >= otherMade);
  }

  async put(value: StoredKeyValue, userArn: string): Promise<void> {
    const place = this.next.get(value.UserName) ?? this.first;
    const names = this.inTurn && place === this.first;
    await place.put(names ? { ...value, AlsoIn: this.second.nameFor(value.UserName) } : value, userArn);
    if (names) this.namesSecond.set(value.UserName, true);
  }

  async giveUp(user: { name: string; arn: string }): Promise<void> {
    await (this.next.get(user.name) ?? this.first).giveUp(user);
  }

  async isReadable(userName: string, userArn: string): Promise<boolean> {
    const read = (await this.placesOf(userName)).map((place) => place.isReadable(userName, userArn));
    return (await Promise.all(read)).every((isReadable) => isReadable);
  }

  async letRead(userName: string, userArn: string): Promise<void> {
    for (const place of await this.placesOf(userName)) await place.letRead(userName, userArn);
  }

  async letReaderIn(userName: string): Promise<void> {
    for (const place of await this.placesOf(userName)) await place.letReaderIn(userName);
  }

  async scheduleDeletion(userName: string): Promise<void> {
    for (const place of await this.placesOf(userName)) await place.scheduleDeletion(userName);
  }

  async restore(userName: string): Promise<void> {
    await this.first.restore(userName);
    if ((await this.second.storedKeys(userName)).deleted) await this.second.restore(userName);
  }

  /** A user's two are one, called by the first. */
  async secrets(): Promise<UserSecret[]> {
    const all = await this.first.secrets();
    const seconds = new Map(all.flatMap((secret) => (secret.isSecond ? [[secret.user, secret] as const] : [])));
    const firsts = new Set(all.flatMap(({ user, isSecond }) => (isSecond ? [] : [user])));
    return all
      .filter(({ user, isSecond }) => !isSecond || !firsts.has(user))
      .map((secret) => ({ ...secret, keyIds: [...new Set([...secret.keyIds, ...(seconds.get(secret.user)?.keyIds ?? [])])] }));
  }

  private async placesOf(userName: string): Promise<SecretStore[]> {
    if (!this.namesSecond.has(userName)) await this.lookAtFirst(userName);
    return this.namesSecond.get(userName) ? [this.first, this.second] : [this.first];
  }

  private async lookAtFirst(userName: string): Promise<StoredKeys> {
    const found = await this.first.storedKeys(userName);
    this.namesSecond.set(userName, found.namesSecond !== undefined);
    return found;
  }
}
