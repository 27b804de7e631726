import { duration, mebibytes, spread, whole } from '../format';
import { countCalls, forget, FUNCTIONS, invoke, totalOf, type Counts } from '../invoke';
import { organizationOf } from '../organizations';
import { repeat, type Measuring } from '../part';
import { spreadOf, type Spread } from '../statistics';
import type { Figures } from '../table';

/** Dispatching to one number of accounts. */
export interface Dispatching {
  accounts: number;
  calls: Counts;
  milliseconds: number[];
  time: Spread;
  /** In bytes. */
  peakMemory: number;
  /** Of the function as deployed, in MiB. */
  memory: number;
  /** How long the sandbox took to deploy the app and its stack set to all accounts. */
  deployment: number;
}

/** How long the orchestrator takes for so many accounts; nothing of the rotator runs. */
export const orchestrator: Measuring = {
  async measure({ assembly, accounts, runs, latencyMs, progress }) {
    progress.begin(accounts.length);
    const measured: Dispatching[] = [];
    for (const count of accounts) {
      progress.step(`${whole(count)} accounts`);
      measured.push(await dispatching(assembly, count, runs, latencyMs));
    }
    return { tables: [dispatchTable(measured)], data: measured };
  },
};

async function dispatching(assembly: string, accounts: number, runs: number, latencyMs: number): Promise<Dispatching> {
  const began = performance.now();
  // Without concurrency the rotators' invocations are accepted and wait.
  const sandbox = await organizationOf(assembly, accounts, 0);
  try {
    const deployment = performance.now() - began;
    const memory = [...sandbox.kernel.account(sandbox.world.managementAccount).functions.values()].find(
      ({ name }) => name === FUNCTIONS.orchestrator,
    )?.memoryMb;
    const before = sandbox.snapshot();
    sandbox.kernel.latencyMs = latencyMs;
    let calls: Counts = {};
    const milliseconds = await repeat(runs, async () => {
      sandbox.restore(before);
      forget(sandbox);
      const start = performance.now();
      const { dispatched } = await invoke<{ dispatched: string[] }>(sandbox, FUNCTIONS.orchestrator, {});
      const time = performance.now() - start;
      if (dispatched.length !== accounts) throw new Error(`${dispatched.length} of ${accounts} accounts were dispatched`);
      calls = countCalls(sandbox);
      return time;
    });
    const peakMemory = sandbox.peakMemory().get(FUNCTIONS.orchestrator) ?? 0;
    return { accounts, calls, milliseconds, time: spreadOf(milliseconds), peakMemory, memory: memory ?? 0, deployment };
  } finally {
    await sandbox.stop();
  }
}

/** Time, memory and calls by number of accounts. */
const dispatchTable = (measured: readonly Dispatching[]): Figures => ({
  title: 'The orchestrator: one dispatch per account',
  head: ['accounts', 'time (least – most)', 'runs', 'peak memory', 'configured', 'ListAccounts', 'Invoke', 'all calls'],
  words: 0,
  rows: measured.map(({ accounts, time, milliseconds, peakMemory, memory, calls }) => [
    whole(accounts),
    spread(time, duration),
    String(milliseconds.length),
    mebibytes(peakMemory),
    `${memory} MiB`,
    whole(calls['organizations:ListAccounts'] ?? 0),
    whole(calls['lambda:Invoke'] ?? 0),
    whole(totalOf(calls)),
  ]),
});
