import { MANAGEMENT } from '../story/organization';
import type { Sandbox } from '../../sandbox/sandbox';
import { LATENCY_MS, type CostBasis, type Effort } from './costs';
import { forget, FUNCTIONS, invoke, loggedBytes } from './invoke';
import { Bench } from './measure';
import { organizationOf } from './organizations';
import { repeat } from './part';
import { addUsers } from './scenarios';
import { spreadOf } from './statistics';
import { tellStory } from './story';

/** Accounts of the organization that orchestrator and reporter are measured on; both grow with the accounts and nothing else. */
const ACCOUNTS = 200;
/** Keys that go through all steps together. */
const KEYS = 20;
const USERS = 20;
const HOUR = 3_600_000;
/** What Lambda adds to an invocation's log: START, END and REPORT. */
const PLATFORM_LOG = 300;

/**
 * Measures what a month's bill follows from; of each time the least of so many runs, because whatever else the machine does only adds to
 * it.
 */
export async function measureBasis(assembly: string, runs: number, onStep: (what: string) => void): Promise<CostBasis> {
  const metrics = new Set<string>();
  onStep('rotator');
  const rotator = await rotatorBasis(assembly, runs, metrics);
  onStep('orchestrator and reporter');
  const central = await centralBasis(assembly, runs, metrics);
  return { ...rotator, ...central, metrics: metrics.size };
}

async function rotatorBasis(
  assembly: string,
  runs: number,
  metrics: Set<string>,
): Promise<Pick<CostBasis, 'quiet' | 'cycle' | 'resultBytes' | 'logBytes'>> {
  const bench = await Bench.start(assembly, 0);
  const { sandbox } = bench;
  try {
    const quiet: Effort = { busy: await quietTime(bench, 0, runs), waiting: await quietTime(bench, LATENCY_MS, runs) };
    const before = sandbox.logs().length;
    const quietResult = Buffer.byteLength(JSON.stringify(await bench.rotate()));
    const logBytes = loggedBytes(sandbox, before);
    const stories = { busy: await story(bench, 0, runs), waiting: await story(bench, LATENCY_MS, runs) };
    collectMetrics(sandbox, metrics);
    const perKey = (total: number): number => total / KEYS;
    const cycle = {
      busy: perKey(stories.busy.milliseconds),
      waiting: perKey(stories.waiting.milliseconds),
      secretCalls: perKey(stories.busy.secretCalls),
      secretWrites: perKey(stories.busy.secretWrites),
      events: perKey(stories.busy.events),
      logBytes: perKey(stories.busy.logBytes),
    };
    return { quiet, cycle, resultBytes: quietResult, logBytes: logBytes + PLATFORM_LOG };
  } finally {
    await bench.stop();
  }
}

/** A cold start each, because most of an organization's rotators start cold. */
async function quietTime(bench: Bench, latencyMs: number, runs: number): Promise<number> {
  const { sandbox } = bench;
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    await sandbox.coolDown();
    sandbox.restore(bench.empty);
    addUsers(sandbox, USERS, () => 30);
    sandbox.kernel.latencyMs = latencyMs;
    const began = performance.now();
    await bench.rotate();
    times.push(performance.now() - began);
  }
  sandbox.kernel.latencyMs = 0;
  return spreadOf(times).least;
}

/** Issuing, disabling and deleting, in a warm process. */
async function story(
  bench: Bench,
  latencyMs: number,
  runs: number,
): Promise<{ milliseconds: number; secretCalls: number; secretWrites: number; events: number; logBytes: number }> {
  const { sandbox } = bench;
  sandbox.kernel.latencyMs = latencyMs;
  const told = await repeat(runs, async () => {
    const all = await tellStory(bench, KEYS);
    const steps = all.filter(({ step }) => step !== 'first key issued');
    const calls = steps.flatMap((step) => Object.entries(step.calls));
    const callsOf = (prefix: string): number => calls.reduce((total, [name, count]) => total + (name.startsWith(prefix) ? count : 0), 0);
    return {
      milliseconds: steps.reduce((total, { milliseconds }) => total + milliseconds, 0),
      secretCalls: callsOf('secretsmanager:'),
      secretWrites: callsOf('secretsmanager:PutSecretValue'),
      events: (sandbox.world.events.length * steps.length) / all.length,
      logBytes: steps.reduce((total, { logBytes }) => total + logBytes, 0),
    };
  });
  sandbox.kernel.latencyMs = 0;
  const [quickest] = told.sort((one, other) => one.milliseconds - other.milliseconds);
  if (!quickest) throw new Error('no story was told');
  return quickest;
}

async function centralBasis(
  assembly: string,
  runs: number,
  metrics: Set<string>,
): Promise<Pick<CostBasis, 'orchestrator' | 'reporter' | 'memory' | 'alarms'>> {
  const sandbox = await organizationOf(assembly, ACCOUNTS, 2);
  try {
    const before = sandbox.snapshot();
    const efforts: { orchestrator: number; reporter: number }[] = [];
    for (const latencyMs of [0, LATENCY_MS]) {
      sandbox.kernel.latencyMs = latencyMs;
      const times = await repeat(runs, async () => {
        sandbox.restore(before);
        forget(sandbox);
        const orchestrator = await timed(() => invoke(sandbox, FUNCTIONS.orchestrator, {}));
        await sandbox.drain();
        sandbox.clock.advance(HOUR);
        return { orchestrator, reporter: await timed(() => invoke(sandbox, FUNCTIONS.reporter, {})) };
      });
      const least = (name: 'orchestrator' | 'reporter'): number => spreadOf(times.map((one) => one[name])).least;
      efforts.push({ orchestrator: least('orchestrator'), reporter: least('reporter') });
    }
    collectMetrics(sandbox, metrics);
    const effort = (name: 'orchestrator' | 'reporter'): Effort => ({
      busy: (efforts[0]?.[name] ?? 0) / ACCOUNTS,
      waiting: (efforts[1]?.[name] ?? 0) / ACCOUNTS,
    });
    const { functions, alarms } = sandbox.kernel.account(MANAGEMENT.id);
    const memoryOf = (name: string): number => [...functions.values()].find((fn) => fn.name === name)?.memoryMb ?? 0;
    return {
      orchestrator: effort('orchestrator'),
      reporter: effort('reporter'),
      memory: {
        orchestrator: memoryOf(FUNCTIONS.orchestrator),
        rotator: memoryOf(FUNCTIONS.rotator),
        reporter: memoryOf(FUNCTIONS.reporter),
      },
      alarms: alarms.size,
    };
  } finally {
    await sandbox.stop();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Metrics by namespace, dimensions and name, as log lines in the embedded metric format declare them. */
export function collectMetrics(sandbox: Pick<Sandbox, 'logs'>, into: Set<string>): void {
  for (const { line } of sandbox.logs()) {
    if (!line.includes('"CloudWatchMetrics"')) continue;
    const entry = JSON.parse(line) as Record<string, unknown> & {
      _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    };
    for (const { Namespace, Dimensions, Metrics } of entry._aws.CloudWatchMetrics) {
      for (const { Name } of Metrics) {
        for (const names of Dimensions) into.add(JSON.stringify([Namespace, Name, names.map((name) => entry[name])]));
      }
    }
  }
}
