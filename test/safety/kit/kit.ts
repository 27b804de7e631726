import type { Broken, NeverRules, SavedRules } from '../../../demo/never-rules/never-rules';
import type { Sandbox, Snapshot } from '../../../sandbox/sandbox';
import type { AccountResult } from '../../../lambda/runs/schemas';
import { DAY, FUNCTIONS, START, TEAM, TestOrganization, type Account } from '../../helpers/sandbox-organization';

/** What one invocation of the rotator gave: its result, or Lambda's error. */
export interface Answer {
  result?: AccountResult;
  error?: { errorType: string; errorMessage: string };
}

/** A moment of a kit to go back to. */
export interface Saved {
  snapshot: Snapshot;
  rules: SavedRules;
}

/** An enforcing deployment with member accounts whose every run the never-rules judge; days are counted from START. */
export class Kit {
  /** Set while faults or kills interfere: what such a run could not finish is left to the next one. */
  disturbed = false;

  constructor(
    readonly org: TestOrganization,
    readonly accounts: readonly Account[],
  ) {}

  get sandbox(): Sandbox {
    return this.org.sandbox;
  }

  get rules(): NeverRules {
    return this.org.rules;
  }

  /** The never-rules broken since the last `restore`. */
  get broken(): readonly Broken[] {
    return this.rules.broken;
  }

  /** The present day; day 0 is START, one run is made at the beginning of each. */
  get day(): number {
    return Math.floor((this.sandbox.clock.now().getTime() - START.getTime()) / DAY);
  }

  /** Moves the clock to the beginning of a day, without any run. */
  goToDay(day: number): void {
    this.org.goToDay(day);
  }

  /** The rotator's daily invocation for one account at this moment, judged by the never-rules. */
  daily(account: Account = TEAM): Promise<Answer> {
    return this.invoke(payloadOf(account));
  }

  /** The invocation by which an operator rotates one user. */
  force(user: string, account: Account = TEAM): Promise<Answer> {
    this.rules.expectForced(account.id, user);
    return this.invoke({ ...payloadOf(account), ForceRotate: user });
  }

  /** Further days, each with one daily run of every account; gives all answers in order. */
  async days(count: number): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (let i = 0; i < count; i += 1) {
      this.goToDay(this.day + 1);
      for (const account of this.accounts) answers.push(await this.daily(account));
    }
    return answers;
  }

  /** Invokes the rotator synchronously, so that nothing but the caller retries, between `beforeRun` and `afterRun` of the never-rules. */
  async invoke(payload: object): Promise<Answer> {
    this.rules.beforeRun();
    const startedAt = this.sandbox.clock.now();
    const answer = await this.sandbox.invoke(FUNCTIONS.rotator, payload);
    this.rules.afterRun(startedAt, !this.disturbed);
    if (answer.functionError === undefined) return { result: answer.payload as AccountResult };
    return { error: answer.payload as { errorType: string; errorMessage: string } };
  }

  /** Does something while faults or kills interfere. */
  async disturbing<T>(work: () => Promise<T>): Promise<T> {
    this.disturbed = true;
    try {
      return await work();
    } finally {
      this.disturbed = false;
    }
  }

  /** Remembers this moment: the world, the time and what the never-rules know. */
  save(): Saved {
    return { snapshot: this.sandbox.snapshot(), rules: this.rules.save() };
  }

  /** Goes back to a moment; faults are gone, the logs of calls and invocations begin anew, processes stay warm. */
  restore({ snapshot, rules }: Saved): void {
    const { sandbox } = this;
    sandbox.faults.clear();
    sandbox.restore(snapshot);
    sandbox.calls.length = 0;
    sandbox.invocations.length = 0;
    this.org.direct?.discard();
    this.rules.load(rules);
    this.disturbed = false;
  }

  /** Kills every rotator that is at work; gives how many there were. */
  killRotator(): number {
    return this.org.killRotator();
  }

  stop(): Promise<void> {
    return this.org.stop();
  }
}

const payloadOf = ({ id, name, email }: Account): object => ({ account: id, name, email });

/**
 * An organization with the app deployed enforcing; its accounts have no users yet. Its functions run as their bundles do, inside this
 * process or in `processes` of their own, or `direct`: from their sources and without the SDK's wire, in a fifth of the time.
 */
export async function openSandbox({
  accounts = [TEAM],
  settings,
  processes = false,
  direct = false,
}: {
  accounts?: readonly Account[];
  settings?: Readonly<Record<string, string>> | undefined;
  processes?: boolean;
  direct?: boolean;
} = {}): Promise<Kit> {
  return new Kit(await TestOrganization.deployed('enforcing', accounts, { processes, direct, ...(settings && { settings }) }), accounts);
}
