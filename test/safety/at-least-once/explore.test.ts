import fc from 'fast-check';
import { exploreAll, type Explored, type Run } from './explore';

/** Steps of two programs, in the order in which each takes its own; a step puts a value into a place that both see. */
type Program = readonly { place: number; value: number }[];

class Pair implements Run {
  private readonly done = [0, 0];
  private readonly places = [0, 0];
  readonly path: string[] = [];

  constructor(private readonly programs: readonly [Program, Program]) {}

  choices(): string[] {
    return ['A', 'B'].filter((_, index) => (this.done[index] ?? 0) < this.programs[index === 0 ? 0 : 1].length);
  }

  take(choice: string): Promise<void> {
    const index = choice === 'A' ? 0 : 1;
    const step = this.programs[index][this.done[index] ?? 0];
    this.done[index] = (this.done[index] ?? 0) + 1;
    if (step) this.places[step.place] = step.value;
    this.path.push(choice);
    return Promise.resolve();
  }

  fingerprint(): string {
    return `${this.done.join()} ${this.places.join()}`;
  }
}

interface Seen {
  explored: Explored;
  ends: Set<string>;
  stops: number;
}

async function explore(programs: readonly [Program, Program], mostRuns = Infinity): Promise<Seen> {
  let run = new Pair(programs);
  const ends = new Set<string>();
  let stops = 0;
  const begin = (): Promise<Run> => Promise.resolve((run = new Pair(programs)));
  const stopped = (): void => {
    stops += 1;
  };
  const explored = await exploreAll({ begin, mostRuns, stopped, ended: () => void ends.add(run.fingerprint()) });
  return { explored, ends, stops };
}

/** The end of every order, each tried by itself. */
function everyEnd([a, b]: readonly [Program, Program], order = ''): string[] {
  const taken = (letter: string): number => order.split(letter).length - 1;
  const next = [...(taken('A') < a.length ? ['A'] : []), ...(taken('B') < b.length ? ['B'] : [])];
  if (next.length > 0) return next.flatMap((letter) => everyEnd([a, b], order + letter));
  const run = new Pair([a, b]);
  for (const letter of order) void run.take(letter);
  return [run.fingerprint()];
}

const program = fc.array(fc.record({ place: fc.nat({ max: 1 }), value: fc.integer({ min: 1, max: 3 }) }), { maxLength: 4 });
const programs = fc.tuple(program, program);

it('every order of any two programs is covered, and every end is seen', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (both) => {
      const { explored, ends, stops } = await explore(both);
      const all = everyEnd(both);
      expect([explored.orders, explored.complete, stops]).toEqual([BigInt(all.length), true, explored.runs]);
      expect(ends).toEqual(new Set(all));
    }),
    { numRuns: 200 },
  );
});

it('a part of the runs covers a part of the orders, says so, and is the same part every time', async () => {
  const long = [1, 2, 3, 1, 2].map((value) => ({ place: 0, value }));
  const [part, again, all] = [await explore([long, long], 4), await explore([long, long], 4), await explore([long, long])];
  expect(part.explored).toEqual(again.explored);
  expect([part.explored.runs, part.explored.complete]).toEqual([4, false]);
  expect(part.explored.orders).toBeGreaterThanOrEqual(4n);
  expect(part.explored.orders).toBeLessThan(all.explored.orders);
});
