import { Results } from '../../../demo/story/results';
import type { Kernel } from '../../../sandbox/kernel/kernel';
import type { AccountResult, ActionResult } from '../../../lambda/runs/schemas';
import { FUNCTIONS, OTHER, type Account } from '../../helpers/sandbox-organization';
import { DirectLambda } from '../direct/direct-lambda';
import { openSandbox, type Kit, type Saved } from '../kit/kit';
import { momentOf } from '../kit/moment';
import { needsBundle } from './batches';
import type { Combination } from './combination';
import { complaintsAbout, type Evidence, type Seen } from './judge';
import { settled } from './settled';
import { statesOf, withoutMemory } from './state';

/** The end state has to be reached by the second daily run. */
const CLEAN_RUNS = 2;

/** Starts one day's run of these accounts and waits for it. */
export type Start = (kit: Kit, accounts: readonly Account[], runId: string) => Promise<void>;
/** Puts users into the account under test. */
export type Arrange = (kit: Kit, account: Account) => void | Promise<void>;

/** One asynchronous invocation of the rotator per account, with Lambda's own retries. */
const startRotators: Start = async ({ sandbox }, accounts, runId) => {
  for (const { id, name, email } of accounts) {
    await sandbox.invoke(FUNCTIONS.rotator, { account: id, name, email, runId }, { type: 'Event' });
  }
  await sandbox.drain();
};

/** Tries one combination after the other on the same organization, each from the same beginning, and says what went wrong. */
export class Trial {
  private readonly began: Saved;
  private readonly before: { account: ReadonlyMap<string, string>; other: ReadonlyMap<string, string> };
  /** Moments after which clean runs came to the undisturbed state. */
  private readonly overcome = new Set<string>();
  /** Warm clients have a common allowance of retries, which lasting faults use up. */
  private tired = false;
  private undisturbed: { account: Seen; other: Seen } | undefined;
  /** Every state that a user of the account had after an undisturbed day: some situations go on the next day. */
  private readonly usual = new Map<string, Set<string>>();

  /** Functions as they are deployed, and the same from their sources: days without any fault run there. */
  private readonly platforms: { deployed: Kernel['lambda']; direct: DirectLambda };

  private constructor(
    readonly kit: Kit,
    readonly account: Account,
    private readonly start: Start,
  ) {
    const { sandbox } = kit;
    this.platforms = { deployed: sandbox.kernel.lambda, direct: new DirectLambda(sandbox) };
    kit.rules.beforeRun();
    this.began = kit.save();
    this.before = { account: statesOf(kit, account), other: statesOf(kit, OTHER) };
  }

  /** Deploys, arranges the account and, beside it, an innocent one, and runs once without any fault. */
  static async begin(
    account: Account,
    arrange: Arrange,
    start = startRotators,
    settings?: Readonly<Record<string, string>>,
  ): Promise<Trial> {
    const kit = await openSandbox({ accounts: [account, OTHER], settings });
    try {
      await arrange(kit, account);
      kit.org.addUser(OTHER, 'innocent', [{ ageDays: 95, usedDaysAgo: 1 }]);
      const trial = new Trial(kit, account, start);
      await trial.runUndisturbed();
      return trial;
    } catch (error) {
      await kit.stop();
      throw error;
    }
  }

  /** What the undisturbed run did to the account under test. */
  get baseline(): Seen {
    return this.bothUndisturbed.account;
  }

  /**
   * Everything that was not as it has to be, one sentence each, by combination. Those that are given are tried in one run; if anything is
   * wrong then, each is tried by itself to see which one it is.
   */
  async judge(batch: readonly Combination[]): Promise<string[][]> {
    const together = await this.judgeTogether(batch);
    if (batch.length === 1 || together.every((complaints) => complaints.length === 0)) return together;
    const alone: string[][] = [];
    for (const combination of batch) alone.push(...(await this.judgeTogether([combination])));
    return alone.some((complaints) => complaints.length > 0) ? alone : together;
  }

  async stop(): Promise<void> {
    this.platforms.direct.stop();
    await this.kit.stop();
  }

  private async judgeTogether(batch: readonly Combination[]): Promise<string[][]> {
    const { kit, account, before } = this;
    const { sandbox } = kit;
    this.reset();
    const deployed = batch.some(needsBundle);
    if (deployed) await this.rest(batch);
    const logged = sandbox.logs(FUNCTIONS.rotator).length;
    const injected = batch.map(({ inject }) => inject(kit, account));
    const seen = await this.day(0, [account, OTHER], { undisturbed: false, deployed });
    const missed = injected.map((faults) => (faults.every((fault) => fault.hits > 0) ? [] : ['the fault hit no call']));
    sandbox.faults.clear();
    const { account: wanted, other } = this.bothUndisturbed;
    const shared = {
      queue: kit.org.failedEvents(),
      logs: deployed ? sandbox.logs(FUNCTIONS.rotator).slice(logged) : this.platforms.direct.written.splice(0),
    };
    const evidence = { ...shared, account, before: before.account, wanted, seen: seen.account };
    const beside = { ...shared, account: OTHER, before: before.other, wanted: other, seen: seen.other };
    const broken = this.broken(0);
    const complaints = batch.map((combination, index) => [
      ...(missed[index] ?? []),
      ...complaintsAbout(bound(combination, wanted), apartFrom(batch, combination, evidence)),
      ...complaintsAbout(besides(combination), beside),
      ...broken,
    ]);
    for (const { repair } of batch) repair?.(kit, account);
    const unmended = await this.converge(batch);
    return complaints.map((some) => [...some, ...unmended]);
  }

  private async rest(batch: readonly Combination[]): Promise<void> {
    if (this.tired && batch.every(({ expect }) => expect === 'overcome')) {
      await this.kit.sandbox.coolDown();
      this.tired = false;
    }
    this.tired ||= batch.some(({ expect, logged }) => expect !== 'overcome' || logged !== undefined);
  }

  private get bothUndisturbed(): { account: Seen; other: Seen } {
    if (!this.undisturbed) throw new Error('the undisturbed run comes first');
    return this.undisturbed;
  }

  private async runUndisturbed(): Promise<void> {
    this.reset();
    this.undisturbed = await this.day(0, [this.account, OTHER], { deployed: true });
    const { account, other } = this.undisturbed;
    const problems = [...account.failures, ...other.failures, ...this.broken(0)];
    this.learn(account);
    for (let day = 1; day <= CLEAN_RUNS; day += 1) {
      const later = await this.day(day, [this.account]);
      problems.push(...later.account.failures, ...this.broken(day));
      this.learn(later.account);
    }
    if (problems.length > 0) throw new Error(`the undisturbed run is not clean: ${JSON.stringify(problems)}`);
  }

  private learn({ states }: Seen): void {
    for (const [user, state] of states) this.usual.set(user, (this.usual.get(user) ?? new Set()).add(state));
  }

  private reset(): void {
    this.platforms.direct.written.length = 0;
    this.kit.restore(this.began);
    // What was stored before the beginning is history.
    this.kit.org.results = new Results(this.kit.sandbox);
    this.kit.org.results.take(-1);
  }

  private async day(
    day: number,
    accounts: readonly Account[],
    { undisturbed = true, deployed = false } = {},
  ): Promise<{ account: Seen; other: Seen }> {
    const { kit } = this;
    kit.sandbox.kernel.lambda = this.platforms[deployed ? 'deployed' : 'direct'];
    if (day > 0) kit.goToDay(day);
    kit.rules.beforeRun();
    const startedAt = kit.sandbox.clock.now();
    await this.start(kit, accounts, `day-${day}`);
    await settled(kit.sandbox);
    kit.rules.afterRun(startedAt, undisturbed);
    const results = kit.org.results.take(day);
    return { account: this.seen(this.account, results), other: this.seen(OTHER, results) };
  }

  private seen(account: Account, results: readonly AccountResult[]): Seen {
    const mine = results.filter((result) => result.account.id === account.id);
    const tell = (words: (action: ActionResult) => string): Map<string, string> =>
      new Map(mine.flatMap(({ users }) => users.map((user) => [user.user, user.actions.map(words).join(', ')] as const)));
    const actions = tell(({ action, outcome }) => `${action} ${outcome}`);
    const reasons = tell(({ reason }) => reason);
    const failures = mine.flatMap((result) => result.failures);
    const status = mine.at(-1)?.status;
    return { states: statesOf(this.kit, account), actions, reasons, failures, ...(status && { status }) };
  }

  private broken(day: number): string[] {
    return this.kit.broken.map(({ rule, story }) => `day ${day}: never-rule broken: ${rule}: ${story}`);
  }

  /** What clean runs do not bring to the undisturbed state; from a moment that was seen before, they do the same again. */
  private async converge(batch: readonly Combination[]): Promise<string[]> {
    const expected = batch.filter(({ gone, endsAs }) => gone ?? endsAs).map(({ victim, title }) => `${victim ?? ''} ${title}`);
    const everywhere = batch.some((combination) => combination.everywhere);
    const moment = `${everywhere ? 'everywhere' : 'here'} ${expected.join(', ')} ${momentOf(this.kit)}`;
    if (this.overcome.has(moment)) return [];
    let complaints: string[] = [];
    for (let day = 1; day <= CLEAN_RUNS; day += 1) {
      const both = await this.day(day, everywhere ? [this.account, OTHER] : [this.account]);
      complaints = [
        ...this.missing(batch, this.bothUndisturbed.account, both.account),
        ...this.missing([], this.bothUndisturbed.other, both.other),
      ].map((complaint) => `day ${day}: ${complaint}`);
      complaints.push(...this.broken(day));
      if (complaints.length > 0) continue;
      this.overcome.add(moment);
      break;
    }
    return complaints;
  }

  /** What a clean run has not brought to where the undisturbed one was. */
  private missing(batch: readonly Combination[], wanted: Seen, seen: Seen): string[] {
    const states = [...wanted.states].flatMap(([user, undisturbed]) => {
      const { gone, endsAs } = batch.find(({ victim }) => victim === user) ?? {};
      const should = gone ? 'gone' : (endsAs?.(wanted.states) ?? undisturbed);
      const is = seen.states.get(user) ?? 'gone';
      // A forced rotation that is repeated tells nobody anything; a scheduled run does.
      if (this.start !== startRotators && batch.some(({ untold }) => untold) && withoutMemory(is) === withoutMemory(should)) return [];
      const isUsual = should === undisturbed && this.usual.get(user)?.has(is);
      return is === should || isUsual ? [] : [`${user} is [${is}], wanted [${should}]`];
    });
    return [...states, ...seen.failures.map((failure) => JSON.stringify(failure))];
  }
}

/** The combination's own end state is told from those of all users. */
function bound(combination: Combination, { states }: Seen): Combination {
  const { endsAs } = combination;
  return endsAs ? { ...combination, endsAs: () => endsAs(states) } : combination;
}

/** One combination's part of what was seen: the others' users are theirs. */
function apartFrom(batch: readonly Combination[], combination: Combination, evidence: Evidence): Evidence {
  const others = new Set(batch.filter((one) => one !== combination).map(({ victim }) => victim));
  const { seen, wanted } = evidence;
  const failures = seen.failures.filter(({ user }) => user === undefined || !others.has(user));
  const blameless = failures.length === 0 && seen.failures.length > 0 && wanted.status ? { status: wanted.status } : {};
  const rest = (states: ReadonlyMap<string, string>): Map<string, string> => new Map([...states].filter(([user]) => !others.has(user)));
  return {
    ...evidence,
    wanted: { ...wanted, states: rest(wanted.states) },
    seen: { ...seen, states: rest(seen.states), failures, ...blameless },
  };
}

/** What the account beside is held to: everything is done, unless it is hit as well. */
function besides(combination: Combination): Combination {
  if (combination.everywhere) return combination;
  const { operation, title, inject, shows, slow = false, retold = false } = combination;
  return { operation, title, inject, shows, slow, retold, victim: '', concerns: [], expect: 'overcome' };
}
