import type { ObservedCall, Observer } from '../../sandbox/kernel/observe';
import type { Sandbox } from '../../sandbox/sandbox';
import { Book, type KeyEntry } from './book';
import { LeakSearch } from './leaks';
import { ReplicaWatch } from './replicas';
import { SidePolicies, type SideRule } from './side-policies';
import { subjectOf } from './subject';
import { wrongDeletions } from './secrets';
import { Told, type SavedTold, type ToldStep } from './told';

/** A never-rule that was broken, as a sentence with everything needed to find it. */
export interface Broken {
  rule: string;
  at: Date;
  story: string;
}

/** What the rules are measured against: calendar days for daily policies. */
export interface RuleSettings {
  /** Days between a key's successor, or the notice about it, and its being disabled. */
  disableGraceDays: number;
  /** Days between a key first seen inactive and its being deleted. */
  deleteGraceDays: number;
  /** `unusedKeys: retire`: a key that was never used may be disabled after its notice though it is the only one; default false. */
  retireUnused?: boolean;
  /** Secrets that are no longer needed are deleted; default false. */
  deletesSecrets?: boolean;
  /** `untold: proceed`: a step goes on although no mail about it was accepted; default false. */
  proceedsUntold?: boolean;
  memberRole: string;
  exemptionGroup: string;
  /** Policies of minutes beside the deployment's own. */
  sides?: readonly SideRule[];
}

/** What the rules know at one moment. */
export interface SavedRules {
  book: ReadonlyMap<string, KeyEntry>;
  told: SavedTold;
  steps: ReadonlyMap<string, string>;
  forced: ReadonlyMap<string, Date>;
  sides: ReadonlyMap<string, Date>;
}

const DAY = 86_400_000;
/** No invocation lasts longer. */
const LONGEST_INVOCATION = 15 * 60_000;
/** An operator's command is carried out, retries included, within this time. */
const FORCED_FOR = 6 * 3_600_000;
const day = (at: Date): number => Math.floor(at.getTime() / DAY);

/**
 * The never-rules of the product as code, judged from outside: every call of a rotator is looked at just before it takes effect, against
 * the sandbox's true state and history. What the product says about itself is not believed.
 */
export class NeverRules {
  readonly broken: Broken[] = [];
  readonly book: Book;
  private readonly told: Told;
  private readonly leaks: LeakSearch;
  private readonly replicas: ReplicaWatch;
  private readonly sides: SidePolicies;
  /** Users whom an operator rotates by force, and since when; their inactive key may make room. */
  private forced = new Map<string, Date>();
  /** Invocation and key → the step taken. */
  private steps = new Map<string, string>();
  private readonly observer: Observer;
  private dryRun = false;
  /** The one user whom the run looks at; absent when it looks at all. */
  private only: { account: string; user: string } | undefined;

  constructor(
    private readonly sandbox: Sandbox,
    private settings: RuleSettings,
  ) {
    this.book = new Book(sandbox);
    this.told = new Told(sandbox);
    this.leaks = new LeakSearch(sandbox, this.book.secrets);
    this.replicas = new ReplicaWatch(sandbox, this.book);
    this.sides = new SidePolicies(sandbox, settings.sides ?? []);
    this.observer = {
      before: (call) => {
        if (this.isRotator(call)) this.judge(call);
      },
      after: (call, output) => {
        this.told.sent(call);
        if (!this.isRotator(call)) return;
        if (call.operation === 'CreateAccessKey') this.noteIssued(call, output);
        this.book.note(call);
      },
      answered: (call) => {
        this.told.answered(call);
      },
    };
    sandbox.kernel.observers.add(this.observer);
  }

  /** Stops watching. */
  stop(): void {
    this.sandbox.kernel.observers.delete(this.observer);
  }

  /** What is known so far, to go back to together with a snapshot of the sandbox. */
  save(): SavedRules {
    return {
      book: this.book.save(),
      told: this.told.save(),
      steps: new Map(this.steps),
      forced: new Map(this.forced),
      sides: this.sides.save(),
    };
  }

  /** Goes back to what was known, after the sandbox went back to the same moment; what was broken is forgotten. */
  load(saved: SavedRules): void {
    this.book.load(saved.book);
    this.steps = new Map(saved.steps);
    this.forced = new Map(saved.forced);
    this.told.load(saved.told);
    this.sides.load(saved.sides);
    this.replicas.forget();
    this.leaks.skip();
    this.broken.length = 0;
  }

  /** Says whether the deployed product runs in DryRun from now on. */
  expectDryRun(dryRun: boolean): void {
    this.dryRun = dryRun;
  }

  /** Says what policy the deployed product has from now on. */
  expectPolicy(
    policy: Partial<Pick<RuleSettings, 'disableGraceDays' | 'deleteGraceDays' | 'retireUnused' | 'deletesSecrets' | 'proceedsUntold'>>,
  ): void {
    this.settings = { ...this.settings, ...policy };
  }

  /** Says that an operator forces this user's rotation now. */
  expectForced(account: string, user: string): void {
    this.forced.set(`${account}/${user}`, this.sandbox.clock.now());
  }

  /** Takes in what people did since the last run; call it before each run, with the user if it looks at one `only`. */
  beforeRun(only?: { account: string; user: string }): void {
    this.only = only;
    this.look();
  }

  /**
   * Checks the state a run left. `undisturbed` runs must also have removed every key of ours that is not stored and cannot belong to a
   * running invocation any more; a function says for which users the run was that.
   */
  afterRun(startedAt: Date, undisturbed: boolean | ((account: string, user: string) => boolean) = true): void {
    this.look();
    const wasUndisturbed = typeof undisturbed === 'function' ? undisturbed : (): boolean => undisturbed;
    for (const entry of this.book.liveIssued()) {
      const settled = startedAt.getTime() - entry.created.getTime() > LONGEST_INVOCATION;
      if (!settled || !this.book.isLost(entry) || !this.isRemovable(entry)) continue;
      if (wasUndisturbed(entry.account, entry.user))
        this.fail('every key we issued is in its secret, or removed by the next run', entry, 'is in no version of its secret');
    }
    for (const { account, user } of this.settings.deletesSecrets ? this.book.cutOff(startedAt) : []) {
      if (wasUndisturbed(account, user) && !this.isExempt(account, user))
        this.fail('nobody waits for a key in a secret that is being deleted', undefined, `${user} in ${account} has two keys`);
    }
    for (const leak of this.leaks.search()) this.fail('no secret leaves the secret', undefined, leak);
  }

  /** A run looks at all users but those who are exempt, or at the one that is forced. */
  private look(): void {
    this.sides.look();
    const { only } = this;
    this.book.look((account, user) => (only ? only.account === account && only.user === user : !this.isExempt(account, user)));
  }

  /** A lost key that is the user's only active one is left for a person. */
  private isRemovable({ account, user, id }: KeyEntry): boolean {
    return this.book.user(account, user)?.keys.some((key) => key.id !== id && key.status === 'Active') ?? false;
  }

  /** With the member role, or with a function's own role on secrets. */
  private isRotator({ caller, service }: ObservedCall): boolean {
    if (caller.principal.kind !== 'role') return false;
    return caller.principal.name === this.settings.memberRole || (caller.invocation !== undefined && service === 'secretsmanager');
  }

  private judge(call: ObservedCall): void {
    if (!call.mutating) return;
    const { operation } = call;
    const { account, user } = subjectOf(call);
    if (this.dryRun) this.fail('dry run changes nothing', undefined, `${operation} was called for ${user ?? 'the account'} in ${account}`);
    if (user === undefined) return;
    if (this.isExempt(account, user))
      this.fail('exempt users are never touched', undefined, `${operation} was called for the exempt user ${user} in ${account}`);
    const keyId = typeof call.input['AccessKeyId'] === 'string' ? call.input['AccessKeyId'] : '';
    const entry = this.book.entry(keyId) ?? { account, user, id: keyId, created: new Date(0), issued: false };
    const lost = this.book.isLost(entry) || this.book.isGone(entry);
    if (operation === 'DeleteAccessKey') this.judgeDelete(call, entry, lost);
    if (operation === 'UpdateAccessKey' && call.input['Status'] === 'Inactive') this.judgeDisable(call, entry, lost);
    if (operation === 'UpdateAccessKey' && call.input['Status'] === 'Active')
      this.fail('a key is never switched on by us', entry, 'was activated');
    if (operation === 'CreateAccessKey') this.judgeCreate(call, user);
    if (operation === 'DeleteSecret') this.judgeDeleteSecret(call, account, user);
    if (operation === 'PutSecretValue') {
      this.replicas.noteWrite(call);
      this.judgeHandOut(call, user);
    }
  }

  /** Who fetches a key of minutes uses it at once. */
  private judgeHandOut({ account, input }: ObservedCall, user: string): void {
    const value = typeof input['SecretString'] === 'string' ? input['SecretString'] : '';
    for (const { id, lastUsed } of this.book.user(account, user)?.keys ?? []) {
      const entry = this.book.entry(id);
      if (!entry?.issued || !value.includes(`"${id}"`) || !this.sides.ruleOf(account, user)) continue;
      if (lastUsed?.service !== 'sts')
        this.fail('a key of minutes is handed out only once it was proven to work', entry, 'was stored unproven');
    }
  }

  private judgeDeleteSecret(call: ObservedCall, account: string, user: string): void {
    const wrong = wrongDeletions(call, this.book.user(account, user)?.keys ?? [], this.settings.deletesSecrets === true);
    for (const story of wrong)
      this.fail('a secret is deleted only when its key is in use, and so that it can be restored', undefined, story);
  }

  private judgeDelete(call: ObservedCall, entry: KeyEntry, lost: boolean): void {
    const key = this.book.user(entry.account, entry.user)?.keys.find((one) => one.id === entry.id);
    if (!key) return;
    if (key.status === 'Active') this.fail('an active key is never deleted', entry, 'was active when DeleteAccessKey was called');
    if (lost) return;
    if (!this.isForced(entry.account, entry.user)) {
      const since = entry.inactiveSince;
      if (!since || !this.isOverSince(entry, since, 'deleteGraceMs', this.settings.deleteGraceDays))
        this.failEarly('a key is deleted only after its recovery time', entry, `was seen inactive ${since?.toISOString() ?? 'never'}`);
      this.judgeReason(entry, 'delete', since);
    }
    this.step(call, entry, 'delete');
  }

  private judgeDisable(call: ObservedCall, entry: KeyEntry, lost: boolean): void {
    const key = this.book.user(entry.account, entry.user)?.keys.find((one) => one.id === entry.id);
    if (!key) return;
    const retired = this.settings.retireUnused === true && key.lastUsed === undefined;
    // A key that never was in its secret is nobody's: removing it leaves its user what they had.
    const keepsOne = this.book.isLost(entry) ? this.book.activeBeside(entry).length > 0 : this.otherActive(entry);
    if (key.status === 'Active' && !retired && !keepsOne)
      this.fail('nobody is left without an active key', entry, 'was the last active key that somebody has when it was disabled');
    if (lost) return;
    this.step(call, entry, 'disable');
    for (const behind of this.replicas.behindSuccessor(entry))
      this.fail('no key is disabled while a replica does not show its successor', entry, `was disabled while one is behind in ${behind}`);
    const successor = this.successorOf(entry);
    if (!successor && !this.noticedInTime(entry))
      this.failEarly(
        'a key is disabled only after its grace',
        entry,
        'has no stored successor old enough, and nobody was told early enough',
      );
    if (entry.reenabledAt && this.daysSince(entry.reenabledAt) < this.settings.disableGraceDays) {
      this.failEarly('a re-enabled key gets a fresh grace', entry, `was re-enabled ${entry.reenabledAt.toISOString()}`);
    }
    const begin = [successor?.created, entry.reenabledAt, entry.created].flatMap((at) => at ?? []);
    this.judgeReason(entry, 'disable', new Date(Math.max(...begin.map((at) => at.getTime()))));
  }

  /** A step rests on a key that somebody has, and comes on no day before those that people were told since its time began. */
  private judgeReason(entry: KeyEntry, step: ToldStep, since: Date | undefined): void {
    for (const other of this.book.activeBeside(entry))
      if (this.book.isHeldByNobody(other))
        this.fail(
          'no successor that nobody has is a reason',
          entry,
          `met ${step} beside ${other.id}, which is in no secret and never used`,
        );
    if (!since) return;
    const untold = !this.sides.quick(entry) && this.told.since(entry.id, step, since).length === 0;
    if (untold && this.settings.proceedsUntold !== true)
      this.fail('no step comes untold', entry, `met ${step}, and no mail since ${since.toISOString()} gave its date`);
    const begin = step === 'disable' ? (entry.reenabledAt ?? entry.created) : since;
    for (const { on, at } of this.told.since(entry.id, step, begin, true)) {
      if (this.daysSince(on) >= 0) continue;
      const story = `met ${step}, and a mail of ${at.toISOString()} says ${on.toISOString().slice(0, 10)}`;
      this.fail('no date that people were told is brought forward', entry, story);
    }
  }

  private judgeCreate(call: ObservedCall, user: string): void {
    const { account } = call;
    for (const behind of this.replicas.behindNextKey(account, user))
      this.fail('no key is issued while a replica does not follow', undefined, `${user} in ${account} got one, behind in ${behind}`);
    for (const key of this.book.user(account, user)?.keys ?? []) {
      const entry = this.book.entry(key.id);
      if (!entry) continue;
      this.step(call, entry, 'rotate');
      const young = !this.isOverSince(entry, entry.created, 'disableGraceMs', this.settings.disableGraceDays);
      const room = (this.book.user(account, user)?.keys.length ?? 0) < 2;
      if (room && entry.issued && young && !this.isForced(account, user) && this.book.isStored(entry)) {
        this.fail('one key per user and step', entry, 'was issued less than a grace ago, and another one is being issued');
      }
    }
  }

  private noteIssued(call: ObservedCall, output: Record<string, unknown>): void {
    const created = output['AccessKey'] as { AccessKeyId?: string } | undefined;
    const { user } = subjectOf(call);
    if (created?.AccessKeyId !== undefined && user !== undefined) this.book.issue(call.account, user, created.AccessKeyId);
  }

  /** The active key that a rotator issued a grace ago and that the user's current secret holds: anybody may write a secret. */
  private successorOf(entry: KeyEntry): KeyEntry | undefined {
    const others = this.book.activeBeside(entry);
    const began = ({ created }: KeyEntry): boolean => {
      const quick = this.sides.quick(entry);
      return quick ? this.isOverSince(entry, created, 'disableGraceMs', 0) : created <= this.graceStart();
    };
    return others.find((other) => other.issued && began(other) && this.book.isStored(other, true));
  }

  /** Notice was given in a mail, or where steps go on untold, noted by a rotator. */
  private noticedInTime({ id, notedAt }: KeyEntry): boolean {
    if (this.told.before(id, this.graceStart())) return true;
    return this.settings.proceedsUntold === true && notedAt !== undefined && notedAt <= this.graceStart();
  }

  /** Whether a time is over that began then: minutes for keys of a policy of minutes, calendar days for all others. */
  private isOverSince(entry: KeyEntry, at: Date, quickGrace: 'disableGraceMs' | 'deleteGraceMs', days: number): boolean {
    const quick = this.sides.quick(entry);
    return quick ? this.sandbox.clock.now().getTime() - at.getTime() >= quick[quickGrace] : this.daysSince(at) >= days;
  }

  private daysSince(at: Date): number {
    return day(this.sandbox.clock.now()) - day(at);
  }

  /** The last moment at which a grace that is over now can have begun. */
  private graceStart(): Date {
    return new Date((day(this.sandbox.clock.now()) - this.settings.disableGraceDays + 1) * DAY - 1);
  }

  /** The user has another active key, and not one that nobody has. */
  private otherActive(entry: KeyEntry): boolean {
    return this.book.activeBeside(entry).some((other) => !this.book.isHeldByNobody(other));
  }

  private isForced(account: string, user: string): boolean {
    const since = this.forced.get(`${account}/${user}`);
    return since !== undefined && this.sandbox.clock.now().getTime() - since.getTime() < FORCED_FOR;
  }

  private isExempt(account: string, name: string): boolean {
    const user = this.book.user(account, name);
    if (!user?.groups.has(this.settings.exemptionGroup)) return false;
    const until = user.tags.get('key-rotation:exempt-until') ?? '';
    const end = /^\d{4}-\d\d-\d\d$/.test(until) ? new Date(`${until}T00:00:00Z`).getTime() + DAY : Number.NaN;
    return Number.isNaN(end) || this.sandbox.clock.now().getTime() < end;
  }

  private step({ caller }: ObservedCall, entry: KeyEntry, step: string): void {
    const id = `${caller.invocation ?? caller.principal.arn} ${entry.id}`;
    const before = this.steps.get(id);
    if (before !== undefined && before !== step)
      this.fail('no step in the same run as the step before it', entry, `met ${before} and ${step} in one run`);
    this.steps.set(id, step);
  }

  /** A step that comes too early because of what somebody wrote who cannot change the user breaks another rule than one that just does. */
  private failEarly(rule: string, entry: KeyEntry, story: string): void {
    const [claimed] = this.book.claimedBeside(entry);
    const forged = claimed ? `a secret claims ${claimed.id}, which no rotator issued` : 'somebody else wrote its tag';
    if (claimed ?? this.book.isTagForged(entry))
      this.fail('nobody who cannot change the user makes a step come earlier', entry, `${story}; ${forged}`);
    else this.fail(rule, entry, story);
  }

  private fail(rule: string, entry: KeyEntry | undefined, story: string): void {
    const who = entry ? `${entry.id} of ${entry.user} in ${entry.account} ` : '';
    this.broken.push({ rule, at: this.sandbox.clock.now(), story: `${who}${story}` });
  }
}
