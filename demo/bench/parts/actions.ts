import { services } from '../../../sandbox/services/registry';
import { totalOf, type Counts } from '../invoke';
import { Bench } from '../measure';
import type { Measuring } from '../part';
import { tellStory } from '../story';
import type { Figures } from '../table';

/** Users of the two runs whose difference is what one key costs; multiples of EventBridge's batch of ten. */
const FEW = 10;
const MANY = 20;

/** Calls that one key costs at one step, what the account costs anyway aside. */
export interface StepCost {
  step: string;
  calls: Counts;
}

/** What issuing, disabling and deleting one key costs in calls. */
export const actions: Measuring = {
  async measure({ assembly, progress }) {
    const bench = await Bench.start(assembly, 0);
    try {
      progress.begin(2);
      progress.step(`${FEW} users`);
      const few = await tellStory(bench, FEW);
      progress.step(`${MANY} users`);
      const many = await tellStory(bench, MANY);
      const costs = many.map(({ step, calls }, index) => ({ step, calls: perKey(few[index]?.calls ?? {}, calls) }));
      return { tables: [actionTable(costs)], data: costs };
    } finally {
      await bench.stop();
    }
  },
};

const perKey = (few: Counts, many: Counts): Counts =>
  Object.fromEntries(
    Object.entries(many).flatMap(([name, count]) => {
      const one = (count - (few[name] ?? 0)) / (MANY - FEW);
      return one === 0 ? [] : [[name, one] as const];
    }),
  );

/** Calls by operation, a column per step, with reads and writes summed up. */
export function actionTable(costs: readonly StepCost[]): Figures {
  const operations = [...new Set(costs.flatMap(({ calls }) => Object.keys(calls)))].sort();
  const row = (name: string, of: (calls: Counts) => number): string[] => [name, ...costs.map(({ calls }) => show(of(calls)))];
  const sum = (keep: (operation: string) => boolean) => (calls: Counts) =>
    totalOf(Object.fromEntries(Object.entries(calls).filter(([operation]) => keep(operation))));
  return {
    title: 'Calls per key and step, beyond those of a quiet day',
    head: ['call', ...costs.map(({ step }) => step)],
    words: 1,
    rows: [
      ...operations.map((operation) => row(operation, (calls) => calls[operation] ?? 0)),
      row('reads', sum(isRead)),
      row(
        'writes',
        sum((operation) => !isRead(operation)),
      ),
      row('in total', totalOf),
    ],
    note: `The difference between a run with ${MANY} keys at that step and one with ${FEW}, divided by ${MANY - FEW}: batches and mails are shared.`,
  };
}

function isRead(name: string): boolean {
  const [service = '', operation = ''] = name.split(':');
  return services.get(service)?.handlers.get(operation)?.reads === true;
}

const show = (count: number): string => (Number.isInteger(count) ? String(count) : count.toFixed(1));
