import { AttachUserPolicyCommand, type IAMClient } from '@aws-sdk/client-iam';
import { errorFacts, isNoSuchEntity, SecretUnusableError } from '../../shared/errors';
import type { StoredKeys } from '../plan/user-facts';
import type { KeyStore, MayReplace, StoredKeyValue, StoredVersion, UserSecret } from './key-store';

/** What lets one account's users read their secret in another account. */
export interface ReadingRights {
  /** Works in the users' account. */
  iam: IAMClient;
  /** ARN of the managed policy of that account that lets each user read the secret of their own name. */
  policyArn: string;
}

/**
 * One account's secrets in the account of the rotation (docs/adr/0009): new keys go there, and those that an earlier deployment stored in
 * the users' own account are still found there.
 */
export class CentralStore implements KeyStore {
  readonly central = true;
  /** Which keys the central store holds of a user, as the last look at it said: what follows a look needs no look of its own. */
  private readonly held = new Map<string, ReadonlySet<string>>();

  constructor(
    private readonly store: KeyStore,
    private readonly former: KeyStore,
    private readonly readers: ReadingRights,
  ) {}

  /** The secret's whole ARN: Secrets Manager finds another account's secret by nothing less. */
  nameFor(userName: string): string {
    return this.store.nameFor(userName);
  }

  /** What both places hold; `current` is the youngest key that is current in one of them. The rotation deletes and restores central secrets only. */
  async storedKeys(userName: string, keyIds: readonly string[]): Promise<StoredKeys> {
    const places = await Promise.all([this.store.storedKeys(userName, keyIds), this.former.storedKeys(userName, keyIds)] as const);
    const current = keyIds.findLast((id) => places.some((place) => place.current === id));
    const behind = places.find((place) => place.current === current)?.behind;
    const versions = new Set(places.flatMap((place) => [...place.versions]));
    const [{ fetched, deleted, current: here, versions: central }, { deleted: formerDeleted, versions: former }] = places;
    const own = new Set([...former].filter((id) => !central.has(id)));
    this.held.set(userName, central);
    return {
      ...(current !== undefined && { current }),
      versions,
      ...(behind && { behind }),
      central: true,
      ...(own.size > 0 && { own }),
      ...(fetched && here === current && { fetched }),
      ...(deleted && { deleted }),
      ...(formerDeleted && { formerDeleted }),
    };
  }

  /** Of each key from the place that holds it: the central one if both do. */
  async versionsOf(userName: string, keyIds: readonly string[]): Promise<ReadonlyMap<string, StoredVersion>> {
    const versions = this.held.get(userName) ?? (await this.store.storedKeys(userName, keyIds)).versions;
    const [here, before] = [keyIds.filter((id) => versions.has(id)), keyIds.filter((id) => !versions.has(id))];
    const found = await Promise.all([
      before.length === 0 ? [] : this.former.versionsOf(userName, before),
      here.length === 0 ? [] : this.store.versionsOf(userName, here),
    ]);
    return new Map(found.flatMap((of) => [...of]));
  }

  /** Besides what the secret needs: the user gets the policy to read it. */
  async prepare(user: { name: string; arn: string }, mayReplace: MayReplace): Promise<void> {
    refuseComma(user.name);
    await this.attachReaderPolicy(user.name);
    await this.store.prepare(user, mayReplace);
  }

  /** A key that is still where an earlier deployment stored it was opened by that one. */
  async isReadable(userName: string, userArn: string): Promise<boolean> {
    return !(await this.isHere(userName)) || this.store.isReadable(userName, userArn);
  }

  async letRead(userName: string, userArn: string): Promise<void> {
    if (await this.isHere(userName)) await this.store.letRead(userName, userArn);
  }

  letReaderIn(userName: string): Promise<void> {
    return this.store.letReaderIn(userName);
  }

  giveUp(user: { name: string; arn: string }): Promise<void> {
    return this.store.giveUp(user);
  }

  async secrets(): Promise<UserSecret[]> {
    const [here, before] = await Promise.all([this.store.secrets(), this.former.secrets()] as const);
    const central = new Set(here.map(({ arn }) => arn));
    // In the rotation's own account both are one place.
    return [...here, ...before.filter(({ arn }) => !central.has(arn)).map((secret) => ({ ...secret, former: true as const }))];
  }

  scheduleDeletion(userName: string): Promise<void> {
    return this.store.scheduleDeletion(userName);
  }

  restore(userName: string): Promise<void> {
    return this.store.restore(userName);
  }

  put(value: StoredKeyValue, userArn: string): Promise<void> {
    this.held.delete(value.UserName);
    return this.store.put(value, userArn);
  }

  private async isHere(userName: string): Promise<boolean> {
    return (await this.store.storedKeys(userName, [])).versions.size > 0;
  }

  /** Attaching what is attached changes nothing: https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html */
  private async attachReaderPolicy(userName: string): Promise<void> {
    const { iam, policyArn } = this.readers;
    try {
      await iam.send(new AttachUserPolicyCommand({ UserName: userName, PolicyArn: policyArn }));
    } catch (cause) {
      const { error, message } = errorFacts(cause);
      const failed = `${policyArn}, by which ${userName} reads the secret, could not be attached`;
      if (error.startsWith('LimitExceeded')) {
        throw new SecretUnusableError(`${failed}: ${message}; detach another managed policy from the user`, { cause });
      }
      if (isNoSuchEntity(cause)) throw new SecretUnusableError(`${failed}: ${message}; deploy the member template there again`, { cause });
      throw cause;
    }
  }
}

/** The policy knows the user by `${aws:username}`, comma and all; the name of a secret can have none. */
function refuseComma(userName: string): void {
  if (!userName.includes(',')) return;
  throw new SecretUnusableError(
    `the user name "${userName}" has a comma, and the central store can give such a user no right to read their secret; rename the user (aws iam update-user --user-name … --new-user-name …), or exempt them`,
  );
}
