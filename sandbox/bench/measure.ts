import { DAY } from '../../lambda/shared/period';
import type { AccountResult } from '../../lambda/shared/results';
import { MANAGEMENT, START } from '../demo/organization';
import { Sandbox, type Snapshot } from '../sandbox';
import { ACCOUNT, dueUsers, populate, type Scenario } from './scenarios';
import { spreadOf, type Spread } from './statistics';

const ROTATOR = 'iam-key-rotation-rotator';
/** A sweep comes once in so many days. */
const WEEK = 7;

/** One scenario with one number of users. */
export interface Measurement {
  scenario: string;
  users: number;
  due: number;
  /** API calls that the rotator made, by `service:Operation`; the same in every run. */
  calls: Record<string, number>;
  totalCalls: number;
  /** Wall time of each run's invocation on this machine. */
  milliseconds: number[];
  time: Spread;
  callsPerSecond: number;
}

/** Measures the rotator in one account, from the same state for every run, in a warm process. */
export class Bench {
  private readonly days = new Map<AccountResult['coverage'], Date>();

  private constructor(
    readonly sandbox: Sandbox,
    private readonly empty: Snapshot,
  ) {}

  /** Deploys an assembly into an organization of two accounts and finds a day with and one without a sweep. */
  static async start(assembly: string, latencyMs: number): Promise<Bench> {
    const sandbox = await Sandbox.start({ now: START, managementAccount: MANAGEMENT });
    try {
      sandbox.organization.verifyIdentity(MANAGEMENT.id, 'example.com');
      await sandbox.addAccount(ACCOUNT);
      await sandbox.deploy(assembly);
      const bench = new Bench(sandbox, sandbox.snapshot());
      await bench.findDays();
      sandbox.kernel.latencyMs = latencyMs;
      return bench;
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  }

  /** Runs a scenario so many times; throws when a run fails, does not do its work, or makes other calls than the first. */
  async measure(scenario: Scenario, users: number, runs: number, onRun: () => void = () => undefined): Promise<Measurement> {
    const { sandbox } = this;
    sandbox.restore({ ...this.empty, at: this.dayOf(scenario) });
    populate(sandbox, scenario, users);
    const before = sandbox.snapshot();
    const milliseconds: number[] = [];
    let calls: Record<string, number> | undefined;
    for (let run = 0; run < runs; run += 1) {
      sandbox.restore(before);
      this.forget();
      const began = performance.now();
      const result = await this.rotate();
      milliseconds.push(performance.now() - began);
      checkWork(result, scenario, users);
      const made = countCalls(sandbox);
      calls ??= made;
      if (JSON.stringify(made) !== JSON.stringify(calls)) {
        throw new Error(`${scenario.name}, ${users} users: run ${run + 1} made other calls than run 1: ${JSON.stringify({ calls, made })}`);
      }
      onRun();
    }
    return summed(scenario, users, calls ?? {}, milliseconds);
  }

  stop(): Promise<void> {
    return this.sandbox.stop();
  }

  private async findDays(): Promise<void> {
    for (let day = 0; day < WEEK; day += 1) {
      const at = new Date(START.getTime() + day * DAY);
      this.sandbox.restore({ ...this.empty, at });
      const { coverage } = await this.rotate();
      if (!this.days.has(coverage)) this.days.set(coverage, at);
    }
  }

  private dayOf({ name, coverage }: Scenario): Date {
    const day = this.days.get(coverage);
    if (!day) throw new Error(`${name}: in ${WEEK} days the rotator never chose users by ${coverage}`);
    return day;
  }

  private async rotate(): Promise<AccountResult> {
    const { payload, functionError } = await this.sandbox.invoke(ROTATOR, {
      account: ACCOUNT.id,
      email: ACCOUNT.email,
      name: ACCOUNT.name,
    });
    if (functionError !== undefined) throw new Error(`the rotator failed: ${JSON.stringify(payload)}`);
    return payload as AccountResult;
  }

  /** What earlier runs left is no part of the next one's time. */
  private forget(): void {
    this.sandbox.calls.length = 0;
    this.sandbox.invocations.length = 0;
  }
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

/** Calls that the function made; Lambda's own writing of its log is none. */
function countCalls({ calls }: Sandbox): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { service, operation, invocation } of calls) {
    if (invocation === undefined || service === 'logs') continue;
    const name = `${service}:${operation}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => a.localeCompare(b)));
}

function summed(scenario: Scenario, users: number, calls: Record<string, number>, milliseconds: number[]): Measurement {
  const totalCalls = Object.values(calls).reduce((sum, count) => sum + count, 0);
  const time = spreadOf(milliseconds);
  return {
    scenario: scenario.name,
    users,
    due: dueUsers(scenario, users),
    calls,
    totalCalls,
    milliseconds,
    time,
    callsPerSecond: (totalCalls / time.median) * 1_000,
  };
}
