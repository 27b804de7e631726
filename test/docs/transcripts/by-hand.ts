import type { KeysSandbox } from '../../helpers/keys-sandbox';
import { callsOf, wordsOf, type MakeScene } from './scene';

/** The people of the page; their keys, by user and for a second one `<user>2`, are the same in every run. */
export function populate(box: KeysSandbox): Record<string, string> {
  const users = {
    build: [{ days: 400, usedDaysAgo: 0 }, { days: 31 }],
    deploy: [{ days: 95, usedDaysAgo: 1 }],
    former: [{ days: 140, usedDaysAgo: 44, status: 'Inactive' as const }],
    newcomer: [],
  };
  return Object.fromEntries(
    Object.entries(users).flatMap(([name, keys]) => box.user(name, keys).map(({ id }, index) => [index === 0 ? name : `${name}2`, id])),
  );
}

/** One account without a rotation, where an operator sees to the keys of others. */
export const byHand =
  (box: KeysSandbox): MakeScene =>
  (policy) => {
    const keys = populate(box);
    const [operator] = box.user('operator', [{ days: 10, usedDaysAgo: 0 }], policy && { operator: policy });
    return Promise.resolve({
      keys,
      calls: () => callsOf(box.sandbox.calls, 'operator'),
      async run(line) {
        const { out, error } = await box.keys(wordsOf(line), {
          as: box.as(operator!),
          environment: { COLUMNS: '100', AWS_SESSION_TOKEN: undefined },
        });
        return `${out}${error}`;
      },
    });
  };
