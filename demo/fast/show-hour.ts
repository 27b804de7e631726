import { plainTable, sayWrapped } from '../story/show';
import { countsOf } from './check-hour';
import type { Hour } from './hour';

const MOST_FAILURES = 10;

/** What became of keys and calls, as tables. */
export function showHour({ consumers, lives, apis, strangers }: Hour): void {
  const rows = consumers.map(({ program, promised, calls, failures, fetches }) => {
    const { issued, disabled, deleted } = lives.sums([program]);
    return [program.user, program.fetches, issued, disabled, deleted, fetches, promised.size, calls, failures.length];
  });
  const head = ['program', 'fetches', 'keys issued', 'disabled', 'deleted', 'fetched', 'different keys', 'calls', 'failures'];
  plainTable({ head, rows, numbers: [2, 3, 4, 5, 6, 7, 8] });
  for (const failure of consumers.flatMap(({ failures }) => failures).slice(0, MOST_FAILURES)) sayWrapped(`  ${failure}`);
  plainTable({
    head: ['client of the key API', 'tokens', 'keys fetched', 'asked for others’ users', 'answers'],
    rows: [...apis].map(([client, { tokens, keys }]) => {
      const answers = strangers.answers.filter((one) => one.client === client).map(({ answer }) => answer);
      return [client, tokens, keys, answers.length, countsOf(answers)];
    }),
    numbers: [1, 2, 3],
  });
}
