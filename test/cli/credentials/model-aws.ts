import type { Aws, ListedKey, MadeKey } from '../../../cli/credentials/aws';
import type { StaticKey } from '../../../cli/credentials/shared-text';
import type { UserIdentity } from '../../../cli/credentials/state';

export const USER: UserIdentity = { account: '222233334444', userId: 'AIDAWEBDEPLOY', arn: 'arn:aws:iam::222233334444:user/web-deploy' };
export const OTHER_USER: UserIdentity = { account: '222233334444', userId: 'AIDAOTHER', arn: 'arn:aws:iam::222233334444:user/other' };
export const REGION = 'eu-west-1';

interface ModelKey extends StaticKey {
  status: 'Active' | 'Inactive';
  created: string;
  owner: UserIdentity;
  lastUsed?: string;
  /** AWS does not know the key before. */
  knownFrom?: number;
}

/** An error as the SDK throws it. */
export const awsError = (name: string, message = name): Error => Object.assign(new Error(message), { name });

/** One user's keys and secret. */
export class ModelAws implements Aws {
  readonly keys: ModelKey[] = [];
  /** What the secret holds; a user without one may not read it. */
  stored: { value: string } | { error: string } = { error: 'AccessDeniedException' };
  readonly calls: string[] = [];
  private made = 0;

  constructor(readonly now: () => number) {}

  /** A key made so long ago, used since unless it is fresh. */
  add({
    ageMs = 0,
    owner = USER,
    status = 'Active',
    used = true,
  }: { ageMs?: number; owner?: UserIdentity; status?: ModelKey['status']; used?: boolean } = {}): ModelKey {
    this.made += 1;
    const created = new Date(this.now() - ageMs).toISOString();
    const number = String(this.made).padStart(4, '0');
    const key: ModelKey = {
      id: `AKIAMODEL0000000${number}`,
      secret: `model-secret-${number}`,
      status,
      created,
      owner,
      ...(used && { lastUsed: created }),
    };
    this.keys.push(key);
    return key;
  }

  /** Puts a key into the user's secret, as the service does it. */
  store({ id, secret, created }: ModelKey): void {
    this.stored = {
      value: JSON.stringify({ UserName: 'web-deploy', AccessKeyId: id, SecretAccessKey: secret, Status: 'Active', CreateDate: created }),
    };
  }

  ofUser(): ModelKey[] {
    return this.keys.filter(({ owner }) => owner.userId === USER.userId);
  }

  works({ id, secret }: StaticKey): boolean {
    return this.keys.some((key) => key.id === id && key.secret === secret && key.status === 'Active');
  }

  private enter(call: string, key: StaticKey): ModelKey {
    this.calls.push(call);
    const found = this.keys.find(({ id, secret }) => id === key.id && secret === key.secret);
    if (found?.status !== 'Active' || (found.knownFrom ?? 0) > this.now()) throw awsError('InvalidClientTokenId');
    found.lastUsed = new Date(this.now()).toISOString();
    return found;
  }

  private mine(caller: ModelKey, id: string): ModelKey {
    const found = this.keys.find((key) => key.id === id && key.owner.userId === caller.owner.userId);
    if (!found) throw awsError('NoSuchEntityException');
    return found;
  }

  identify(key: StaticKey): Promise<UserIdentity> {
    return attempt(() => this.enter('identify', key).owner);
  }

  readSecret(key: StaticKey): Promise<string> {
    return attempt(() => {
      this.enter('readSecret', key);
      if ('error' in this.stored) throw awsError(this.stored.error);
      return this.stored.value;
    });
  }

  listKeys(key: StaticKey): Promise<ListedKey[]> {
    return attempt(() => {
      const { owner } = this.enter('listKeys', key);
      return this.keys.filter((one) => one.owner.userId === owner.userId).map(({ id, status, created }) => ({ id, status, created }));
    });
  }

  lastUsed(key: StaticKey, _region: string, id: string): Promise<string | undefined> {
    return attempt(() => this.mine(this.enter('lastUsed', key), id).lastUsed);
  }

  createKey(key: StaticKey): Promise<MadeKey> {
    return attempt(() => {
      const { owner } = this.enter('createKey', key);
      if (this.keys.filter((one) => one.owner.userId === owner.userId).length >= 2) throw awsError('LimitExceededException');
      const { id, secret, created } = this.add({ owner, used: false });
      return { id, secret, created };
    });
  }

  deactivate(key: StaticKey, _region: string, id: string): Promise<void> {
    return attempt(() => {
      this.mine(this.enter('deactivate', key), id).status = 'Inactive';
    });
  }

  deleteKey(key: StaticKey, _region: string, id: string): Promise<void> {
    return attempt(() => {
      this.keys.splice(this.keys.indexOf(this.mine(this.enter('deleteKey', key), id)), 1);
    });
  }
}

/** What throws at once becomes a promise that is rejected, as with the SDK. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
