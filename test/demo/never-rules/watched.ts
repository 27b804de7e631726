import { NeverRules, type RuleSettings } from '../../../demo/never-rules/never-rules';
import type { ObservedCall } from '../../../sandbox/kernel/observe';
import type { AccessKey, LambdaFunction } from '../../../sandbox/kernel/world';
import { Sandbox } from '../../../sandbox/sandbox';

const DAY = 86_400_000;
export const ROTATION = '111122223333';
export const MEMBER = '222233334444';
const START = new Date('2026-01-05T12:00:00Z');
const MEMBER_ROLE = 'iam-key-rotation-member';
export const USER = 'alice';

/** An organization with one user of one account, whose rotator is played by the test and judged by the never-rules. */
export class Watched {
  readonly rules: NeverRules;
  private invocation = 'run-0';
  private began = START;

  private constructor(
    readonly sandbox: Sandbox,
    settings: Partial<RuleSettings>,
  ) {
    this.rules = new NeverRules(sandbox, {
      disableGraceDays: 10,
      deleteGraceDays: 10,
      memberRole: MEMBER_ROLE,
      exemptionGroup: 'Exempt',
      ...settings,
    });
    this.people.addUser({ name: USER });
  }

  static async begin(settings: Partial<RuleSettings> = {}): Promise<Watched> {
    const sandbox = await Sandbox.start({ now: START, managementAccount: { id: ROTATION, name: 'M', email: 'm@example.com' } });
    sandbox.organization.addAccount({ id: MEMBER, name: 'T', email: 't@example.com' });
    // By its functions an account is known as the one of the rotation.
    sandbox.kernel.account(ROTATION).functions.set('rotator', { environment: {} } as LambdaFunction);
    return new Watched(sandbox, settings);
  }

  get people(): ReturnType<Sandbox['people']> {
    return this.sandbox.people(MEMBER);
  }

  /** The rules that were broken so far, each once. */
  get broken(): string[] {
    return [...new Set(this.rules.broken.map(({ rule }) => rule))];
  }

  /** A key of the user, so many days old, that was used yesterday unless it never was. */
  key(ageDays: number, { never = false, inactive = false } = {}): AccessKey {
    return this.people.addAccessKey(USER, {
      created: new Date(this.now().getTime() - ageDays * DAY),
      status: inactive ? 'Inactive' : 'Active',
      ...(!never && { lastUsed: new Date(this.now().getTime() - Math.min(1, ageDays) * DAY) }),
    });
  }

  /** Begins the run of a day after START. */
  day(day: number): void {
    this.sandbox.clock.set(new Date(START.getTime() + day * DAY));
    this.invocation = `run-${day}`;
    this.began = this.now();
    this.rules.beforeRun();
  }

  /** The rotator issues a key. */
  issue(): AccessKey {
    const call = this.begun('iam', 'CreateAccessKey', { UserName: USER });
    const made = this.people.createKey(USER);
    this.done(call, { AccessKey: { AccessKeyId: made.id } });
    return made;
  }

  /** Somebody puts a key into the user's secret, as its current version. */
  store(key: AccessKey, { secret = key.secret, name = USER, account = MEMBER } = {}): void {
    const full = `Account_${MEMBER}_User_${name}_AccessKey`;
    const version = {
      id: `iam-key-rotation-${key.id}`,
      value: JSON.stringify({ UserName: name, AccessKeyId: key.id, SecretAccessKey: secret }),
      created: this.now(),
      stages: new Set(['AWSCURRENT']),
    };
    const { region } = this.sandbox.kernel;
    this.sandbox.kernel.account(account).secrets.set(`${region}/${full}`, {
      name: full,
      region,
      arn: `arn:aws:secretsmanager:${region}:${account}:secret:${full}-abcdef`,
      created: this.now(),
      changed: this.now(),
      tags: new Map([['key-rotation:managed', 'true']]),
      versions: new Map([[version.id, version]]),
    });
  }

  /** New keys go to the central store from now on. */
  storeCentrally(): void {
    for (const { environment } of this.sandbox.kernel.account(ROTATION).functions.values()) environment['CENTRAL_STORE'] = '{}';
  }

  /** The user's secret in this account is being deleted from now on, and can be restored. */
  scheduleDeletion(account = MEMBER): void {
    for (const secret of this.sandbox.kernel.account(account).secrets.values()) secret.deleted = this.now();
  }

  /** The user's secret is deleted for good. */
  loseSecret(name = USER): void {
    this.people.forceDeleteSecret(`Account_${MEMBER}_User_${name}_AccessKey`);
  }

  /** The rotator tags the user. */
  tag(key: AccessKey, value: string): void {
    const Key = `key-rotation:${key.id}`;
    const call = this.begun('iam', 'TagUser', { UserName: USER, Tags: [{ Key, Value: value }] });
    this.people.tagUser(USER, { [Key]: value });
    this.done(call, {});
  }

  /** A mail with one item is delivered, whose date is so many days after START. */
  mail(key: AccessKey, what: string, onDay: number, { section = 'Coming up', subject = 'AWS access keys', answered = true } = {}): void {
    const on = new Date(START.getTime() + onDay * DAY);
    const date = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' }).format(on);
    const call = this.begun('ses', 'SendEmail', {});
    this.sandbox.mails.push({
      at: this.now(),
      account: ROTATION,
      region: this.sandbox.kernel.region,
      from: 'a@example.com',
      to: ['b@example.com'],
      replyTo: [],
      subject,
      text: `Hello\n\n\n== ${section} ==\nIntro\n\n* ${USER}  ${key.id}\n  ${what} on ${date}.\n  95 days old\n`,
    });
    this.done(call, {}, answered);
  }

  /** The rotator remembers what it has told. */
  remember(): void {
    this.done(this.begun('s3', 'PutObject', { Bucket: 'results', Key: `memory/${MEMBER}.json` }), {});
  }

  disable(key: AccessKey): void {
    const call = this.begun('iam', 'UpdateAccessKey', { UserName: this.userOf(key), AccessKeyId: key.id, Status: 'Inactive' });
    this.people.disableKey(this.userOf(key), key.id);
    this.done(call, {});
  }

  delete(key: AccessKey): void {
    const call = this.begun('iam', 'DeleteAccessKey', { UserName: this.userOf(key), AccessKeyId: key.id });
    this.people.deleteKey(this.userOf(key), key.id);
    this.done(call, {});
  }

  /** Ends the run of this day. */
  end(): void {
    this.rules.afterRun(this.began);
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }

  private now(): Date {
    return this.sandbox.clock.now();
  }

  private userOf({ id }: AccessKey): string {
    const { users } = this.sandbox.kernel.account(MEMBER);
    return [...users.values()].find(({ keys }) => keys.some((key) => key.id === id))?.name ?? USER;
  }

  /** A call of the rotator, before it takes effect. */
  private begun(service: string, operation: string, input: Record<string, unknown>): ObservedCall {
    const account = service === 'iam' ? MEMBER : ROTATION;
    const name = service === 'iam' ? MEMBER_ROLE : 'iam-key-rotation-rotator';
    const arn = `arn:aws:sts::${account}:assumed-role/${name}/run`;
    const principal = { kind: 'role' as const, account, arn, name, userId: 'AROA' } as unknown as ObservedCall['caller']['principal'];
    const { region } = this.sandbox.kernel;
    const call = { service, operation, input, account, mutating: true, caller: { principal, region, invocation: this.invocation } };
    for (const observer of this.sandbox.kernel.observers) observer.before?.(call);
    return call;
  }

  private done(call: ObservedCall, output: Record<string, unknown>, answered = true): void {
    for (const observer of this.sandbox.kernel.observers) observer.after?.(call, output);
    if (answered) for (const observer of this.sandbox.kernel.observers) observer.answered?.(call);
  }
}
