/** One run of something that can go on in several ways. */
export interface Run {
  /** What can happen next; empty at the end. */
  choices(): string[];
  take(choice: string): Promise<void>;
  /** Two runs with the same fingerprint have the same future. */
  fingerprint(): string;
}

/** What an exploration covered. */
export interface Explored {
  /** Different orders in which the calls can happen, all of them covered. */
  orders: bigint;
  /** Runs that it took: an order that leads to a state already seen is not gone on with. */
  runs: number;
  states: number;
  /** Nothing was left out. */
  complete: boolean;
}

/** How far to explore, and who looks on. */
export interface Exploration {
  begin: () => Promise<Run>;
  /** After so many runs it ends, whatever is open still; which ones are made is the same every time. */
  mostRuns: number;
  /** Called with every run when it stops, complete or at a state seen before, and the order of choices that led there. */
  stopped: (path: readonly string[]) => void;
  /** Called with every complete run. */
  ended: (path: readonly string[]) => Promise<void> | void;
}

/** A stride through what is open, so that a part of all runs is spread over the whole. */
const STRIDE = 7_919;

/**
 * Goes through every order in which a run's choices can be taken: from the beginning each time, and no further than to a state that was
 * seen before.
 */
export async function exploreAll({ begin, mostRuns, stopped, ended }: Exploration): Promise<Explored> {
  const graph = new Map<string, Map<string, string>>();
  const pending: { path: string[]; from: string }[] = [];
  let runs = 0;
  let root = '';
  const follow = async (path: string[], from: string): Promise<void> => {
    runs += 1;
    const run = await begin();
    for (const choice of path) await run.take(choice);
    let [state, before] = [run.fingerprint(), from];
    if (before === '') root = state;
    for (;;) {
      const last = path.at(-1);
      if (before !== '' && last !== undefined) graph.get(before)?.set(last, state);
      if (graph.has(state)) {
        stopped(path);
        return;
      }
      graph.set(state, new Map());
      const [first, ...others] = run.choices();
      if (first === undefined) {
        stopped(path);
        await ended(path);
        return;
      }
      for (const other of others) pending.push({ path: [...path, other], from: state });
      path = [...path, first];
      await run.take(first);
      [before, state] = [state, run.fingerprint()];
      if (state === before) throw new Error(`nothing changed by ${first} after ${path.slice(0, -1).join(', ')}`);
    }
  };
  await follow([], '');
  while (pending.length > 0 && runs < mostRuns) {
    const [next] = pending.splice((runs * STRIDE) % pending.length, 1);
    if (next) await follow(next.path, next.from);
  }
  return { orders: countPaths(graph, root, new Map()), runs, states: graph.size, complete: pending.length === 0 };
}

function countPaths(graph: ReadonlyMap<string, ReadonlyMap<string, string>>, state: string, known: Map<string, bigint>): bigint {
  const counted = known.get(state);
  if (counted !== undefined) return counted;
  const next = [...(graph.get(state)?.values() ?? [])];
  const paths = next.length === 0 ? 1n : next.reduce((sum, one) => sum + countPaths(graph, one, known), 0n);
  known.set(state, paths);
  return paths;
}
