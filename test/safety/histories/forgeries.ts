import type { AccessKey, Secret, SecretVersion, User } from '../../../sandbox/kernel/world';
import type { Sandbox } from '../../../sandbox/sandbox';
import { putVersion } from '../../../sandbox/services/secretsmanager/versions';
import { DAY, MANAGEMENT } from '../../helpers/sandbox-organization';
import type { ForgedTag } from './story';

/** A user as stories speak of them. */
export interface Somebody {
  account: string;
  user: User;
}

const FORGED = 'forged';
const isForged = ({ value }: SecretVersion): boolean => value.includes(`"${FORGED}"`);

/** Long enough ago for every grace, and for a second look at what is lost. */
const AGO_MS: Readonly<Record<ForgedTag, number>> = { notice: 40 * DAY, inactive: 60 * DAY, lost: DAY, issued: 0 };

/** People who may write either secrets or tags, and claim with them what is not: of one user only ever the one or the other. */
export class Forgeries {
  private readonly means = new Map<string, 'secret' | 'tag'>();
  /** Secrets with forged versions, each with its last version of ours that was current. */
  private readonly forged = new Map<Secret, string | undefined>();

  constructor(private readonly sandbox: Sandbox) {}

  /** A version that is called as if we had stored this key becomes the current one of the user's secret, which is made if there is none. */
  secret({ account, user }: Somebody, key: AccessKey, central: boolean): string | undefined {
    if (!this.may(user, 'secret')) return undefined;
    const holder = central ? MANAGEMENT.id : account;
    const secret = this.secretIn(holder, account, user);
    const id = `iam-key-rotation-${key.id}`;
    // The right one stays as it is: writing the same version again is refused.
    if (secret.deleted ?? secret.versions.has(id)) return undefined;
    const current = [...secret.versions.values()].find(({ stages }) => stages.has('AWSCURRENT'));
    if (!current || !isForged(current)) this.forged.set(secret, current?.id);
    const value = JSON.stringify({ UserName: user.name, AccessKeyId: key.id, SecretAccessKey: FORGED });
    putVersion(secret, id, value, ['AWSCURRENT'], this.sandbox.clock.now());
    return `somebody writes ${key.id} into the secret of ${user.name} in ${holder}`;
  }

  /** A tag of ours says what never was. */
  tag({ account, user }: Somebody, key: AccessKey, says: ForgedTag): string | undefined {
    const present = user.tags.get(`key-rotation:${key.id}`);
    if (!this.may(user, 'tag') || (says === 'issued' && present !== undefined)) return undefined;
    const at =
      says === 'issued' ? key.created : new Date(Math.max(key.created.getTime(), this.sandbox.clock.now().getTime() - AGO_MS[says]));
    const beside = user.keys.find(({ id, status }) => id !== key.id && status === 'Active')?.id ?? 'none';
    const value = `${says}=${at.toISOString()}${says === 'notice' ? ` beside=${beside}` : ''}`;
    const kept = says === 'issued' ? '' : (/issued=\S+( store=central)?/.exec(present ?? '')?.[0] ?? '');
    this.sandbox.people(account).tagUser(user.name, { [`key-rotation:${key.id}`]: `${value} ${kept}`.trim() });
    return `somebody tags ${user.name} "${value}" for ${key.id}`;
  }

  /**
   * What was forged is gone, and what was current before is current again unless something newer is. A secret that was made for it and holds
   * nothing else goes with it: the central store refuses one with a key that is not its own, and says so until an administrator sees to it.
   */
  end(): void {
    for (const [secret, before] of this.forged) {
      const forged = [...secret.versions.values()].filter(isForged);
      for (const { id } of forged) secret.versions.delete(id);
      const last = before === undefined ? undefined : secret.versions.get(before);
      if (last && forged.some(({ stages }) => stages.has('AWSCURRENT'))) last.stages = new Set(['AWSCURRENT']);
    }
    for (const { secrets } of this.sandbox.world.accounts.values())
      for (const [place, secret] of secrets) if (this.forged.has(secret) && secret.versions.size === 0) secrets.delete(place);
    this.forged.clear();
  }

  private may({ id }: User, means: 'secret' | 'tag'): boolean {
    const known = this.means.get(id) ?? means;
    this.means.set(id, known);
    return known === means;
  }

  private secretIn(holder: string, account: string, user: User): Secret {
    const name = `Account_${account}_User_${user.name.replaceAll(',', '/2C')}_AccessKey`;
    const { secrets } = this.sandbox.kernel.account(holder);
    const { region } = this.sandbox.kernel;
    const found = secrets.get(`${region}/${name}`);
    if (found) return found;
    const now = this.sandbox.clock.now();
    const made: Secret = {
      name,
      region,
      arn: `arn:aws:secretsmanager:${region}:${holder}:secret:${name}-forged`,
      created: now,
      changed: now,
      tags: new Map([['key-rotation:managed', 'true']]),
      versions: new Map(),
    };
    secrets.set(`${region}/${name}`, made);
    return made;
  }
}
