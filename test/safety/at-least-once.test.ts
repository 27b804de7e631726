import { isDeepStrictEqual } from 'node:util';
import type { AccountResult } from '../../lambda/runs/schemas';
import { TEAM } from '../helpers/sandbox-organization';
import { Beginning } from './at-least-once/beginning';
import { exploreAll } from './at-least-once/explore';
import { someOf, takeInOrderOf, withLateReads } from './at-least-once/late';
import { LockStep } from './at-least-once/lock-step';
import { SCENARIOS, USER, type Asked, type Pair, type Scenario } from './at-least-once/scenarios';
import { DirectLambda } from './direct/direct-lambda';
import { reportCount } from './kit/counts';
import { endState } from './kit/end-state';
import { openSandbox, type Answer, type Kit, type Saved } from './kit/kit';

/** Of every situation and pair of invocations, but for these, which are covered whole; with SAFETY=whole in the environment all are. */
const MOST_RUNS = 60;
const WHOLE: ReadonlySet<string> = new Set(['first issue: scheduled + scheduled']);

/** Which pairs are tried with late reads, in which order of calls, and which reads are late; with SAFETY=whole all pairs are, often. */
const LATE_SEED = 20_261_127;
const [LATE_PAIRS, LATE_TIMES] = process.env['SAFETY'] === 'whole' ? [Infinity, 20] : [5, 2];
/** Reads of the runs of the next days may be late, too. */
const LATE_DAYS = 2;
/** Daily runs after which every grace is over that a late read has put off. */
const SETTLED_DAYS = 28;

let kit: Kit;
let lambda: DirectLambda;
let deployed: Saved;
let orders = 0n;
let runs = 0;
let complete = 0;
let late = 0;

beforeAll(async () => {
  kit = await openSandbox({ settings: { deleteSecretAfter: '30d' } });
  lambda = new DirectLambda(kit.sandbox);
  deployed = kit.save();
});
afterAll(async () => {
  reportCount('interleavings of two overlapping invocations', Number(orders));
  reportCount('lock-step runs that cover them', runs);
  reportCount('pairs in a situation, covered in every order', complete);
  reportCount('overlaps of two invocations with late reads', late);
  lambda.stop();
  await kit.stop();
});

const CASES = SCENARIOS.flatMap((scenario) =>
  scenario.pairs.map((pair) => ({ scenario, pair, name: `${scenario.name}: ${pair.join(' + ')}` })),
);

it.each(CASES)(
  'two invocations end as one after the other would, whatever the order of their calls: $name',
  async ({ scenario, pair, name }) => {
    const { beginning, oneByOne } = await arrange(scenario, pair);
    const account = kit.sandbox.kernel.account(TEAM.id);
    const ends = new Set<string>();
    let step: LockStep;
    let answers: Promise<Answer>[];
    const begin = async (): Promise<LockStep> => {
      beginning.goBack();
      step = new LockStep(lambda, account, () => beginning.remembered(), { fine: scenario.fine ?? false, alike: pair[0] === pair[1] });
      answers = await step.start(pair.map((asked) => () => ask(asked)));
      return step;
    };
    const stopped = (path: readonly string[]): void => {
      const story = path.join(', ');
      expect([kit.broken, step.created.slice(scenario.issues ?? 1), story]).toEqual([[], [], story]);
    };
    const ended = async (path: readonly string[]): Promise<void> => {
      const story = path.join(', ');
      const [world, done] = [step.world(), await Promise.all(answers)];
      step.end();
      const undone = pair.some((asked, index) => asked === 'forced' && !isDone(done[index]));
      const end = `${undone} ${world}`;
      if (ends.has(end)) return;
      ends.add(end);
      if (undone) await repeatForced();
      await kit.days(2);
      expect([kit.broken, story]).toEqual([[], story]);
      if (!oneByOne.some((state) => isDeepStrictEqual(state, endState(kit)))) expect([endState(kit), story]).toEqual([oneByOne[0], story]);
    };
    const mostRuns = process.env['SAFETY'] === 'whole' || WHOLE.has(name) ? Infinity : MOST_RUNS;
    const explored = await exploreAll({ begin, mostRuns, stopped, ended });
    orders += explored.orders;
    runs += explored.runs;
    if (explored.complete) complete += 1;
  },
);

it.each(someOf(CASES, LATE_SEED, LATE_PAIRS))(
  'two invocations whose reads are up to two minutes late break no never-rule, and end where they should: $name',
  async ({ scenario, pair, name }) => {
    const { beginning, oneByOne } = await arrange(scenario, pair, LATE_DAYS + SETTLED_DAYS);
    const account = kit.sandbox.kernel.account(TEAM.id);
    for (let seed = LATE_SEED; seed < LATE_SEED + LATE_TIMES; seed += 1) {
      beginning.goBack();
      const step = new LockStep(lambda, account, () => beginning.remembered(), { fine: scenario.fine ?? false, alike: false });
      const path = await withLateReads(kit, seed, () =>
        kit.disturbing(async () => {
          const answers = await step.start(pair.map((asked) => () => ask(asked)));
          const order = await takeInOrderOf(seed, step);
          step.end();
          await Promise.all(answers);
          await kit.days(LATE_DAYS);
          return order;
        }),
      );
      // A command that a late read has put off is given again by whoever gave it.
      if (pair.includes('forced')) await repeatForced();
      await kit.days(SETTLED_DAYS);
      const story = `${name}, late reads of seed ${seed}: ${path.join(', ')}`;
      expect([kit.broken, story]).toEqual([[], story]);
      if (!oneByOne.some((state) => isDeepStrictEqual(state, endState(kit)))) expect([endState(kit), story]).toEqual([oneByOne[0], story]);
      late += 1;
    }
  },
);

/** The situation, and the end states when one invocation follows the other, in either order, instead of overlapping. */
async function arrange(scenario: Scenario, pair: Pair, days = 2): Promise<{ beginning: Beginning; oneByOne: string[][] }> {
  lambda.discard();
  lambda.hooks = {};
  kit.restore(deployed);
  await scenario.arrange(kit, lambda);
  const beginning = new Beginning(kit, lambda, kit.sandbox.kernel.account(TEAM.id));
  const oneByOne: string[][] = [];
  for (const order of [pair, pair.toReversed()]) {
    beginning.goBack();
    for (const asked of order) await ask(asked);
    await kit.days(days);
    expect(kit.broken).toEqual([]);
    oneByOne.push(endState(kit));
  }
  return { beginning, oneByOne };
}

const ask = (asked: Asked): Promise<Answer> => (asked === 'forced' ? kit.force(USER) : kit.daily());

/** A forced rotation that was refused or put off says so, and the operator repeats the command. */
function isDone(answer: Answer | undefined): boolean {
  const result: AccountResult | undefined = answer?.result;
  return result?.status === 'succeeded' && result.users.every(({ actions }) => actions.every(({ outcome }) => outcome === 'done'));
}

async function repeatForced(): Promise<void> {
  // As the refusal says: when the other invocation is certainly over.
  lambda.clock.advance(16 * 60_000);
  await kit.force(USER);
}
