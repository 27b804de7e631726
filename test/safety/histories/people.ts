import type { NeverRules } from '../../../demo/never-rules/never-rules';
import type { AccessKey, Secret, User } from '../../../sandbox/kernel/world';
import { DAY, MANAGEMENT, NAMES, type Account, type TestOrganization } from '../../helpers/sandbox-organization';
import { Forgeries, type Somebody } from './forgeries';
import { Losses } from './lost-mails';
import { Terraform } from './terraform';
import type { AccountHappening, BornKey, KeyHappening, PeoplesHappening, UserHappening } from './story';

const HOUR = 3_600_000;
/** Of those that IAM allows, some that other places do not. */
const NAMES_OF_USERS = ['alice', 'bob,b', 'carol@partner.example', 'd+=,.@-_', 'Erin', 'frank', 'x'.repeat(64)];

/** The people of an organization: they do what a story says, as far as it is possible on that day, and say what they did. */
export class Crowd {
  private born = 0;
  private joined = 0;
  private readonly terraform: Terraform;
  private readonly forgeries: Forgeries;
  private readonly losses: Losses;

  constructor(
    private readonly org: TestOrganization,
    private readonly rules: NeverRules,
    private readonly first: readonly Account[],
  ) {
    this.terraform = new Terraform(org.sandbox);
    this.forgeries = new Forgeries(org.sandbox);
    this.losses = new Losses(org.sandbox);
  }

  /** What programs of people do after each run; whether they did anything. */
  afterRun(): boolean {
    return this.terraform.apply();
  }

  /** Programs of people stop, and what was forged is put right. */
  rest(): void {
    this.terraform.end();
    this.forgeries.end();
    this.losses.end();
  }

  /** Mails that are lost arrive again when their time is over. */
  beginDay(): void {
    this.losses.endBefore();
  }

  /** Users come to the accounts in turn. */
  settle(users: readonly (readonly BornKey[])[]): string[] {
    return users.map((keys, index) => this.comes(index, keys));
  }

  /** Does it, and says what was done; nothing when it was not possible. */
  async act(happening: PeoplesHappening): Promise<string | undefined> {
    switch (happening.what) {
      case 'a user comes':
        return this.comes(happening.where, happening.keys);
      case 'mails are lost': {
        const one = this.somebody(happening.who);
        return one && this.losses.begin(happening, one);
      }
      case 'an account joins':
        return this.joins();
      case 'the account leaves':
      case 'the account is suspended':
      case 'the account is active again':
        return this.accountChanges(happening);
      case 'a key is used':
      case 'a key is disabled':
      case 'a key is enabled':
      case 'a key is deleted':
      case 'a state is written by hand':
      case 'a secret is forged':
      case 'a tag is forged':
        return this.keyChanges(happening);
      case 'the user is renamed':
      case 'the secret is deleted for good':
      case 'Terraform keeps the user':
      case 'a key is created':
      case 'the user leaves':
      case 'the secret is deleted':
      case 'the exemption ends':
      case 'the user is exempt':
        return this.userChanges(happening);
    }
  }

  /** Whoever this number means today. */
  somebody(who: number): Somebody | undefined {
    const all = [...this.org.sandbox.world.accounts].flatMap(([account, { users }]) =>
      [...users.values()].map((user) => ({ account, user })),
    );
    return all[who % Math.max(all.length, 1)];
  }

  private comes(where: number, keys: readonly BornKey[]): string {
    const accounts = [...this.org.sandbox.world.accounts.keys()];
    const account = accounts[where % accounts.length] ?? MANAGEMENT.id;
    const people = this.org.sandbox.people(account);
    const name = (NAMES_OF_USERS[this.born % NAMES_OF_USERS.length] ?? '').slice(0, 60) + String(this.born);
    this.born += 1;
    people.addUser({ name, ...(this.born % 2 === 0 && { tags: { OwnerEmail: `owner${this.born}@example.com` } }) });
    const now = this.now().getTime();
    for (const { ageDays, inactive, usedDaysAgo } of keys) {
      people.addAccessKey(name, {
        created: new Date(now - ageDays * DAY),
        status: inactive ? 'Inactive' : 'Active',
        ...(usedDaysAgo !== undefined && { lastUsed: new Date(now - Math.min(usedDaysAgo, ageDays) * DAY) }),
      });
    }
    const shown = keys.map(
      ({ ageDays, inactive, usedDaysAgo }) =>
        `${ageDays} days old${inactive ? ', inactive' : ''}${usedDaysAgo === undefined ? ', never used' : ''}`,
    );
    return `${name} comes to ${account} with ${keys.length === 0 ? 'no key' : shown.join(' and ')}`;
  }

  private async joins(): Promise<string | undefined> {
    if (this.joined === 3) return undefined;
    this.joined += 1;
    const id = `90000000000${this.joined}`;
    await this.org.sandbox.addAccount({ id, name: `Joined ${this.joined}`, email: `joined${this.joined}@acme.example` });
    return `the account ${id} joins`;
  }

  private async accountChanges({ what, where }: AccountHappening): Promise<string | undefined> {
    const { sandbox } = this.org;
    const members = [...sandbox.world.organization.members.values()].filter(({ id }) => id !== MANAGEMENT.id);
    const member = members[where % Math.max(members.length, 1)];
    if (!member) return undefined;
    if (what === 'the account leaves') {
      // Those of the beginning stay, so that a story has somewhere to happen.
      if (this.first.some(({ id }) => id === member.id)) return undefined;
      sandbox.organization.remove(member.id);
      await sandbox.syncStackSets();
    } else sandbox.organization.setState(member.id, what === 'the account is suspended' ? 'SUSPENDED' : 'ACTIVE');
    return what.replace('the account', `the account ${member.id}`);
  }

  private userChanges(happening: UserHappening): string | undefined {
    const one = this.somebody(happening.who);
    if (!one) return undefined;
    const { account, user } = one;
    const people = this.org.sandbox.people(account);
    switch (happening.what) {
      case 'a key is created':
        if (user.keys.length > 1) return undefined;
        return `${user.name} creates ${people.createKey(user.name).id}`;
      case 'the user leaves':
        people.deleteUser(user.name);
        return `${user.name} leaves`;
      case 'the secret is deleted':
        return this.deletesSecret(account, user);
      case 'the user is renamed': {
        const name = `renamed${this.born}-${user.name}`.slice(0, 64);
        this.born += 1;
        const before = user.name;
        people.renameUser(before, name);
        return `${before} is called ${name}`;
      }
      case 'the secret is deleted for good': {
        const secret = this.secretIn(account, account, user);
        if (!secret) return undefined;
        people.forceDeleteSecret(secret.name);
        return `the secret of ${user.name} is deleted for good`;
      }
      case 'Terraform keeps the user':
        this.terraform.keep(user, happening);
        return `for ${happening.forDays} days Terraform takes our tags off ${user.name}${happening.enables ? ' and enables their keys' : ''}`;
      case 'the exemption ends':
        people.removeFromGroup(user.name, NAMES.exemptionGroup);
        people.untagUser(user.name, 'key-rotation:exempt-until');
        return `${user.name} is not exempt`;
      case 'the user is exempt': {
        if (!this.org.sandbox.kernel.account(account).groups.has(NAMES.exemptionGroup)) return undefined;
        people.addToGroup(user.name, NAMES.exemptionGroup);
        const until = happening.forDays === undefined ? undefined : new Date(this.now().getTime() + happening.forDays * DAY);
        if (until) people.tagUser(user.name, { 'key-rotation:exempt-until': until.toISOString().slice(0, 10) });
        return `${user.name} is exempt${until ? ` until ${until.toISOString().slice(0, 10)}` : ''}`;
      }
    }
  }

  private keyChanges(happening: KeyHappening): string | undefined {
    const one = this.somebody(happening.who);
    const key = one?.user.keys[happening.which % Math.max(one.user.keys.length, 1)];
    if (!one || !key) return undefined;
    const { account, user } = one;
    const people = this.org.sandbox.people(account);
    switch (happening.what) {
      case 'a key is used':
        if (!this.isInHand(key)) return undefined;
        people.useKey(user.name, key.id, new Date(this.now().getTime() - HOUR));
        this.fetch(account, user, key);
        return `${user.name} uses ${key.id}`;
      case 'a key is disabled':
        if (key.status === 'Inactive') return undefined;
        people.disableKey(user.name, key.id);
        return `${user.name} disables ${key.id}`;
      case 'a key is enabled':
        if (key.status === 'Active') return undefined;
        people.enableKey(user.name, key.id);
        return `${user.name} enables ${key.id}`;
      case 'a key is deleted':
        people.deleteKey(user.name, key.id);
        return `${user.name} deletes ${key.id}`;
      case 'a secret is forged':
        return this.forgeries.secret(one, key, happening.central);
      case 'a tag is forged':
        return this.forgeries.tag(one, key, happening.says);
      case 'a state is written by hand':
        people.tagUser(user.name, { [`key-rotation:${key.id}`]: happening.value });
        return `${user.name} is tagged "${happening.value}" for ${key.id}`;
    }
  }

  /** Only a key that somebody has can be used. */
  private isInHand(key: AccessKey): boolean {
    const entry = this.rules.book.entry(key.id);
    return key.status === 'Active' && (entry === undefined || !this.rules.book.isHeldByNobody(entry));
  }

  /** A key that comes from its secret was fetched before it is used. */
  private fetch(account: string, user: User, { id, created }: AccessKey): void {
    const { formerly } = this.rules.book.entry(id) ?? {};
    for (const secret of this.rules.book.secretsOf({ account, user: user.name, ...(formerly && { formerly }) })) {
      if (!secret.versions.has(`iam-key-rotation-${id}`)) continue;
      if (!secret.accessed || secret.accessed < created) secret.accessed = new Date(Math.floor(this.now().getTime() / DAY) * DAY);
    }
  }

  private secretIn(holder: string, account: string, user: User): Secret | undefined {
    const name = `Account_${account}_User_${user.name.replaceAll(',', '/2C')}_AccessKey`;
    return [...this.org.sandbox.kernel.account(holder).secrets.values()].find((one) => one.name === name);
  }

  /** In the console, with the shortest recovery window. */
  private deletesSecret(account: string, user: User): string | undefined {
    const secret = this.secretIn(account, account, user);
    if (!secret || secret.deleted) return undefined;
    Object.assign(secret, { deleted: this.now(), purge: new Date(this.now().getTime() + 7 * DAY) });
    return `the secret of ${user.name} is deleted`;
  }

  private now(): Date {
    return this.org.sandbox.clock.now();
  }
}
