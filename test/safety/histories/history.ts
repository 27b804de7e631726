import type { AccountResult } from '../../../lambda/runs/schemas';
import type { NeverRules } from '../../../demo/never-rules/never-rules';
import { DAY, FUNCTIONS, NAMES, START, type Account, type TestOrganization } from '../../helpers/sandbox-organization';
import type { DirectLambda } from '../direct/direct-lambda';
import { needsAPerson, notCompliant } from './compliance';
import { Crowd } from './people';
import { changeSettings } from './settings';
import { changeStore, type Assemblies } from './store';
import { DAYS, type Accident, type Happening, type Store, type Story } from './story';
import { Troubles } from './troubles';

/**
 * Days without people, accidents and faults after which every user must be compliant: a key that a person disabled on the day it was made
 * keeps its place until it is 110 days old; only then is there room for a successor of the other one, which gets its grace and recovery time.
 */
const SETTLING = 140;
const HOUR = 3_600_000;
/** How old the state may be that a read shows, and how many of the reads show one. */
const MOST_LATE_MS = 120_000;
const SHARE_LATE = 0.3;

/** What came of a story. */
export interface Told {
  /** What happened, line by line, for people to read. */
  diary: string[];
  /** What must never happen and did, or did not happen though it must; empty when all is well. */
  wrong: string[];
  counts: { days: number; runs: number; faults: number; deaths: number; steps: number };
}

/** One organization that lives through stories, each from the same beginning. */
export class History {
  constructor(
    private readonly org: TestOrganization,
    private readonly lambda: DirectLambda,
    private readonly accounts: readonly Account[],
    private readonly assemblies: Assemblies,
  ) {}

  /** Lives through a story up to a day: stops when a never-rule is broken; at its end, everybody must have become compliant. */
  async live(story: Story, lastDay = DAYS + SETTLING): Promise<Told> {
    this.lambda.discard();
    this.org.reset();
    const days = new Days(this.org, this.lambda, this.accounts, this.assemblies, story);
    await days.all(lastDay);
    return days.told;
  }
}

class Days {
  readonly told: Told = { diary: [], wrong: [], counts: { days: 0, runs: 0, faults: 0, deaths: 0, steps: 0 } };
  private readonly rules: NeverRules;
  private readonly crowd: Crowd;
  private readonly troubles: Troubles;
  private readonly happenings: ReadonlyMap<number, readonly Happening[]>;
  private dryRun = false;
  private present: { settings: number; store: Store } = { settings: 0, store: 'member' };
  /** The last result of each account. */
  private readonly results = new Map<string, AccountResult>();
  private nextRun = 0;
  /** People or their programs have done something since the last run. */
  private acted = false;

  constructor(
    private readonly org: TestOrganization,
    private readonly lambda: DirectLambda,
    accounts: readonly Account[],
    private readonly assemblies: Assemblies,
    private readonly story: Story,
  ) {
    this.rules = org.rules;
    this.crowd = new Crowd(org, this.rules, accounts);
    this.troubles = new Troubles(org, lambda);
    this.happenings = grouped(story);
  }

  /** Reads that may be late by up to two minutes. */
  private lag(seed: number | undefined): void {
    this.org.sandbox.kernel.settings.lag = seed === undefined ? undefined : { seed, maxMs: MOST_LATE_MS, share: SHARE_LATE };
  }

  async all(lastDay: number): Promise<void> {
    this.settings(0);
    this.lag(this.story.lag);
    if (this.story.lag !== undefined) this.told.diary.push(`reads are late by seed ${this.story.lag}`);
    for (const line of this.crowd.settle(this.story.users)) this.told.diary.push(`day 0: ${line}`);
    for (let day = 0; day < lastDay; day += 1) {
      if (day === DAYS) this.endTroubles();
      await this.day(day, this.happenings.get(day) ?? []);
      if (this.told.wrong.length > 0) return;
    }
    if (lastDay < DAYS + SETTLING) return;
    this.told.wrong.push(
      ...notCompliant(this.org, this.results, this.present.store).map((line) => `${SETTLING} quiet days later: ${line}`),
    );
  }

  private endTroubles(): void {
    this.settings(0);
    this.nextRun = 0;
    this.troubles.end();
    this.crowd.rest();
    this.lag(undefined);
  }

  private settings(to: number): string {
    const { words, dryRun } = changeSettings(this.org, this.rules, to);
    this.dryRun = dryRun;
    this.present.settings = to;
    return words;
  }

  private async store(to: Store): Promise<string | undefined> {
    if (to === this.present.store) return undefined;
    this.present.store = to;
    await this.deploy();
    return `new keys are stored in the ${to} store`;
  }

  /** An account that was suspended meanwhile has an old member template until somebody deploys again (docs/deployment.md#upgrade). */
  private async deploy(): Promise<void> {
    await changeStore(this.org, this.assemblies[this.present.store]);
    this.settings(this.present.settings);
  }

  private async day(day: number, happenings: readonly Happening[]): Promise<void> {
    this.told.counts.days += 1;
    this.moveTo(day, 0);
    this.crowd.beginDay();
    let times = 1;
    for (const happening of happenings) {
      const line = isAccident(happening) ? undefined : await this.happen(day, happening);
      if (line !== undefined) this.told.diary.push(`day ${day}: ${line}`);
      if (happening.what === 'the schedule fires twice') times = 2;
    }
    if (day < this.nextRun) return;
    this.troubles.endBefore(day);
    for (const accident of happenings.filter(isAccident)) this.told.diary.push(`day ${day}: ${this.troubles.begin(accident, day)}`);
    // A run that starts a few minutes early or late makes no difference.
    this.moveTo(day, 12 * HOUR + ((day * 7_919) % 90) * 60_000);
    await this.run(day, times, () => this.org.sandbox.invoke(FUNCTIONS.orchestrator, {}, { type: 'Event' }));
  }

  private async happen(day: number, happening: Exclude<Happening, Accident>): Promise<string | undefined> {
    if (happening.what === 'the settings change') return `the settings change to ${this.settings(happening.to)}`;
    if (happening.what === 'the store changes') return this.store(happening.to);
    if (happening.what === 'the rotation is forced') return this.force(day, happening.who);
    if (happening.what === 'the schedule fires twice') return happening.what;
    if (happening.what !== 'no run is made') {
      const line = await this.crowd.act(happening);
      this.acted ||= line !== undefined;
      if (happening.what === 'the account is active again' && line !== undefined) await this.deploy();
      return line;
    }
    this.nextRun = Math.max(this.nextRun, day + happening.forDays);
    return `no run is made for ${happening.forDays} days`;
  }

  private async force(day: number, who: number): Promise<string | undefined> {
    const one = this.crowd.somebody(who);
    if (!one) return undefined;
    const { account, user } = one;
    // What people did a moment ago a late read does not show, and nobody can know it then: whoever forces comes after that.
    const late = this.org.sandbox.kernel.settings.lag?.maxMs;
    if (this.acted && late !== undefined) this.org.sandbox.clock.advance(late);
    this.rules.expectForced(account, user.name);
    this.told.diary.push(`day ${day}: the rotation of ${user.name} is forced`);
    const force = { account, ForceRotate: user.name };
    await this.run(day, 1, () => this.org.sandbox.invoke(FUNCTIONS.orchestrator, force, { type: 'Event' }), { account, user: user.name });
    return undefined;
  }

  /** Something that sets rotators to work, judged before, meanwhile and after. */
  private async run(day: number, times: number, start: () => Promise<unknown>, only?: { account: string; user: string }): Promise<void> {
    const { sandbox } = this.org;
    const { counts, diary, wrong } = this.told;
    this.rules.beforeRun(only);
    const startedAt = sandbox.clock.now();
    sandbox.calls.length = 0;
    sandbox.invocations.length = 0;
    this.lambda.written.length = 0;
    for (let i = 0; i < times; i += 1) await start();
    await this.lambda.drain();
    const { calls, deaths } = this.troubles.take();
    counts.runs += 1;
    counts.faults += calls;
    counts.deaths += deaths;
    const answers = resultsOf(this.org);
    const quiet = calls + deaths === 0 && !this.dryRun && sandbox.kernel.settings.lag === undefined;
    const done = new Map(answers.map((result) => [result.account.id, result.forceRotate]));
    const isDone = (account: string, user: string): boolean => done.has(account) && [undefined, user].includes(done.get(account));
    const mayStay = (account: string, user: string): boolean =>
      this.isExempt(account, user) || answers.some((result) => result.account.id === account && needsAPerson(result, user));
    this.rules.afterRun(startedAt, (account, user) => quiet && isDone(account, user) && !mayStay(account, user));
    this.acted = this.crowd.afterRun();
    for (const result of answers) {
      const known = new Set(linesOf(this.results.get(result.account.id) ?? { ...result, users: [], failures: [] }));
      this.results.set(result.account.id, result);
      const lines = linesOf(result).filter((line) => !known.has(line));
      counts.steps += lines.filter((line) => line.includes(' done')).length;
      diary.push(...lines.map((line) => `day ${day}:   ${line}`));
    }
    wrong.push(
      ...this.rules.broken.map(({ rule, at, story }) => `never-rule broken on day ${day} (${at.toISOString()}): ${rule}: ${story}`),
    );
  }

  private isExempt(account: string, user: string): boolean {
    return this.rules.book.user(account, user)?.groups.has(NAMES.exemptionGroup) ?? false;
  }

  private moveTo(day: number, offset: number): void {
    const at = START.getTime() + day * DAY + offset;
    if (at > this.org.sandbox.clock.now().getTime()) this.org.sandbox.clock.set(new Date(at));
  }
}

const isAccident = (happening: Happening): happening is Accident =>
  happening.what === 'AWS is in trouble' || happening.what === 'the rotator dies';

function grouped({ happenings }: Story): ReadonlyMap<number, readonly Happening[]> {
  const byDay = new Map<number, Happening[]>();
  for (const { day, happening } of happenings) byDay.set(day, [...(byDay.get(day) ?? []), happening]);
  return byDay;
}

/** The results of the invocations that ended; of a repeated one, the last. */
function resultsOf(org: TestOrganization): AccountResult[] {
  return org.sandbox.invocations
    .filter(({ functionName, state }) => functionName === FUNCTIONS.rotator && state === 'succeeded')
    .map(({ response }) => JSON.parse(response ?? 'null') as AccountResult);
}

/** What is worth a line: everything but waiting and warning. */
const UNTOLD: ReadonlySet<string> = new Set(['wait', 'warn', 'skip']);

function linesOf({ account, users, failures }: AccountResult): string[] {
  return [
    ...users.flatMap(({ user, actions }) =>
      actions
        .filter(({ action }) => !UNTOLD.has(action))
        .map(
          ({ action, keyId = 'tags', outcome, successorId }) =>
            `${user}: ${action} ${keyId} ${outcome}${successorId === undefined ? '' : `: ${successorId}`}`,
        ),
    ),
    ...failures.map(({ user, step, error }) => `${user ?? account.id}: ${step} failed with ${error}`),
  ];
}
