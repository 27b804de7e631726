import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAtEnd } from '../../../cli/base/ending';
import { MANAGEMENT } from '../../story/organization';
import { duration, mebibytes, spread } from '../format';
import { FUNCTIONS } from '../invoke';
import { Bench } from '../measure';
import type { Measuring } from '../part';
import { ACCOUNT } from '../scenarios';
import { spreadOf, type Spread } from '../statistics';
import type { Figures } from '../table';

/** More than elsewhere: a start takes less than a second, and varies. */
const RUNS_FACTOR = 3;
const EVENTS: Record<string, object> = {
  [FUNCTIONS.orchestrator]: {},
  [FUNCTIONS.rotator]: { account: ACCOUNT.id, email: ACCOUNT.email, name: ACCOUNT.name },
  [FUNCTIONS.reporter]: {},
};

/** Cold starts of one function. */
export interface ColdStart {
  name: string;
  /** From the start of the process to the first API call that reached AWS; for the empty handler, to its answer. */
  milliseconds: number[];
  time: Spread;
  /** Of the process after its work, in bytes. */
  memory: number;
}

/** How long a function's first invocation in a new process takes to its first call. */
export const start: Measuring = {
  async measure({ assembly, runs, progress }) {
    const bench = await Bench.start(assembly, 0);
    const directory = mkdtempSync(join(tmpdir(), 'empty-handler-'));
    const remove = (): void => {
      rmSync(directory, { recursive: true, force: true });
    };
    removeAtEnd(remove);
    try {
      writeFileSync(join(directory, 'index.js'), 'exports.handler = async () => ({});\n');
      const names = ['empty handler', ...Object.keys(EVENTS)];
      const milliseconds = new Map(names.map((name): [string, number[]] => [name, []]));
      const memory = new Map<string, number>();
      progress.begin(runs * RUNS_FACTOR);
      for (let run = 1; run <= runs * RUNS_FACTOR; run += 1) {
        progress.step(`round ${run}`);
        for (const name of names) {
          const one = await coldStart(bench, name, directory);
          milliseconds.get(name)?.push(one.time);
          memory.set(name, Math.max(memory.get(name) ?? 0, one.memory));
        }
      }
      const measured = names.map((name) => {
        const times = milliseconds.get(name) ?? [];
        return { name: name.replace('iam-key-rotation-', ''), milliseconds: times, time: spreadOf(times), memory: memory.get(name) ?? 0 };
      });
      return { tables: [startTable(measured)], data: measured };
    } finally {
      await bench.stop();
      remove();
    }
  },
};

async function coldStart({ sandbox, empty }: Bench, name: string, emptyDirectory: string): Promise<{ time: number; memory: number }> {
  await sandbox.coolDown();
  sandbox.restore(empty);
  // An empty handler runs in place of the rotator, with its settings.
  const isEmpty = !(name in EVENTS);
  const functionName = isEmpty ? FUNCTIONS.rotator : name;
  if (isEmpty) {
    const rotator = [...sandbox.kernel.account(MANAGEMENT.id).functions.values()].find((fn) => fn.name === functionName);
    if (rotator) rotator.codeDirectory = emptyDirectory;
  }
  let firstCall: number | undefined;
  const observer = {
    before: ({ caller }: { caller: { invocation?: string } }): void => {
      if (caller.invocation !== undefined) firstCall ??= performance.now();
    },
  };
  sandbox.kernel.observers.add(observer);
  const began = performance.now();
  try {
    const { functionError, payload } = await sandbox.invoke(functionName, EVENTS[name] ?? {});
    if (functionError !== undefined) throw new Error(`${name} failed: ${JSON.stringify(payload)}`);
    const end = isEmpty ? performance.now() : firstCall;
    if (end === undefined) throw new Error(`${name} made no call`);
    return { time: end - began, memory: sandbox.peakMemory().get(functionName) ?? 0 };
  } finally {
    sandbox.kernel.observers.delete(observer);
  }
}

/** Times with their spread, and what each takes beyond an empty handler. */
export function startTable(measured: readonly ColdStart[]): Figures {
  const base = measured[0]?.time.median ?? 0;
  return {
    title: 'Cold start: from the start of the process to the first AWS call',
    head: ['function', 'time (least – most)', 'runs', 'beyond the empty handler', 'memory'],
    words: 1,
    rows: measured.map(({ name, milliseconds, time, memory }, index) => [
      name,
      spread(time),
      String(milliseconds.length),
      index === 0 ? '' : duration(time.median - base),
      mebibytes(memory),
    ]),
    note: 'The empty handler is a file of one line that answers at once. All run in turns, each in a new process of this machine’s Node.js.',
  };
}
