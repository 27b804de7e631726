import { DAY_MS } from '../../lambda/shared/period';
import type { AccountResult } from '../../lambda/runs/schemas';
import { MANAGEMENT, START } from '../story/organization';
import type { Sandbox, Snapshot } from '../../sandbox/sandbox';
import { openSandbox } from '../open-sandbox';
import { countCalls, forget, FUNCTIONS, invoke, totalOf, type Counts } from './invoke';
import { repeat } from './part';
import { ACCOUNT, dueUsers, populate, type Scenario } from './scenarios';
import { spreadOf, type Spread } from './statistics';

/** A sweep comes once in so many days. */
const WEEK = 7;

/** One scenario with one number of users. */
export interface Measurement {
  scenario: string;
  users: number;
  due: number;
  /** The same in every run. */
  calls: Counts;
  totalCalls: number;
  /** Wall time of each run's invocation on this machine, in a warm process. */
  milliseconds: number[];
  time: Spread;
  callsPerSecond: number;
  /** The most memory that the function's process had, all runs together, in bytes. */
  peakMemory: number;
  /** The same before its first work. */
  idleMemory: number;
}

/** Measures the rotator in one account, from the same state for every run. */
export class Bench {
  private readonly days = new Map<AccountResult['coverage'], Date>();

  private constructor(
    readonly sandbox: Sandbox,
    /** The account without users, after its first run. */
    readonly empty: Snapshot,
  ) {}

  /** Deploys an assembly into an organization of two accounts and finds a day with and one without a sweep. */
  static async start(assembly: string, latencyMs: number): Promise<Bench> {
    const sandbox = await openSandbox({ now: START, managementAccount: MANAGEMENT });
    try {
      sandbox.organization.verifyIdentity(MANAGEMENT.id, 'example.com');
      await sandbox.addAccount(ACCOUNT);
      await sandbox.deploy(assembly);
      // Of an account in which no run was, every user is read.
      await rotate(sandbox);
      const bench = new Bench(sandbox, sandbox.snapshot());
      await bench.findDays();
      sandbox.kernel.latencyMs = latencyMs;
      return bench;
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  }

  /** Runs a scenario up to so many times; throws when a run fails, does not do its work, or makes other calls than the first. */
  async measure(scenario: Scenario, users: number, runs: number, onRun: () => void = () => undefined): Promise<Measurement> {
    const { sandbox } = this;
    const idleMemory = await this.warmUp(this.dayOf(scenario));
    populate(sandbox, scenario, users);
    const before = sandbox.snapshot();
    let calls: Counts | undefined;
    const milliseconds = await repeat(runs, async (run) => {
      sandbox.restore(before);
      forget(sandbox);
      const began = performance.now();
      const result = await this.rotate();
      const time = performance.now() - began;
      checkWork(result, scenario, users);
      const made = countCalls(sandbox);
      calls ??= made;
      if (JSON.stringify(made) !== JSON.stringify(calls)) {
        throw new Error(`${scenario.name}, ${users} users: run ${run + 1} made other calls than run 1: ${JSON.stringify({ calls, made })}`);
      }
      onRun();
      return time;
    });
    return summed(scenario, users, calls ?? {}, milliseconds, { peakMemory: this.memory(), idleMemory });
  }

  /** The rotator in the measured account, now. */
  rotate(): Promise<AccountResult> {
    return rotate(this.sandbox);
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }

  private async findDays(): Promise<void> {
    for (let day = 0; day < WEEK; day += 1) {
      const at = new Date(START.getTime() + day * DAY_MS);
      this.sandbox.restore({ ...this.empty, at });
      const { coverage } = await this.rotate();
      if (!this.days.has(coverage)) this.days.set(coverage, at);
    }
  }

  /** A new process that has done an account without users; gives its memory. */
  private async warmUp(at: Date): Promise<number> {
    await this.sandbox.coolDown();
    this.sandbox.restore({ ...this.empty, at });
    await this.rotate();
    this.sandbox.restore({ ...this.empty, at });
    return this.memory();
  }

  private memory(): number {
    return this.sandbox.peakMemory().get(FUNCTIONS.rotator) ?? 0;
  }

  private dayOf({ name, coverage }: Scenario): Date {
    const day = this.days.get(coverage);
    if (!day) throw new Error(`${name}: in ${WEEK} days the rotator never chose users by ${coverage}`);
    return day;
  }
}

async function rotate(sandbox: Sandbox): Promise<AccountResult> {
  const event = { account: ACCOUNT.id, email: ACCOUNT.email, name: ACCOUNT.name };
  const answer = await invoke<AccountResult | { stored: string }>(sandbox, FUNCTIONS.rotator, event);
  return 'stored' in answer ? storedResult(sandbox, answer.stored) : answer;
}

/** The whole result where Lambda gives it in short: thousands of users are more than it answers. */
function storedResult(sandbox: Sandbox, location: string): AccountResult {
  const { hostname, pathname } = new URL(location);
  const stored = sandbox.kernel.account(MANAGEMENT.id).buckets.get(hostname)?.objects.get(pathname.slice(1));
  if (!stored) throw new Error(`the result is not at ${location}`);
  return JSON.parse(Buffer.from(stored.body).toString()) as AccountResult;
}

function checkWork({ status, coverage, usersSeen, users, failures }: AccountResult, scenario: Scenario, expected: number): void {
  const rotated = users.flatMap(({ actions }) => actions).filter(({ action, outcome }) => action === 'rotate' && outcome === 'done').length;
  const found = { status, coverage, usersSeen, rotated };
  const wanted = { status: 'succeeded', coverage: scenario.coverage, usersSeen: expected, rotated: dueUsers(scenario, expected) };
  if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  throw new Error(
    `${scenario.name}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}; failures: ${JSON.stringify(failures.slice(0, 3))}`,
  );
}

function summed(
  scenario: Scenario,
  users: number,
  calls: Counts,
  milliseconds: number[],
  memory: Pick<Measurement, 'peakMemory' | 'idleMemory'>,
): Measurement {
  const totalCalls = totalOf(calls);
  const time = spreadOf(milliseconds);
  const callsPerSecond = (totalCalls / time.median) * 1_000;
  return {
    scenario: scenario.name,
    users,
    due: dueUsers(scenario, users),
    calls,
    totalCalls,
    milliseconds,
    time,
    callsPerSecond,
    ...memory,
  };
}
