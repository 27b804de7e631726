import { duration, mebibytes, spread, times, whole } from '../format';
import { Bench, type Measurement } from '../measure';
import type { Measuring } from '../part';
import { SCENARIOS } from '../scenarios';
import type { Figures } from '../table';

/**
 * What the nearest program of this kind calls on a quiet day in an account of 100 users, counted on a fake AWS of the same kind. It
 * reads one page of users and never sees the 101st, so there is no figure for more.
 */
const PEER = { users: 100, calls: 304 };

/** Calls, time and memory of the rotator in one account. */
export const accounts: Measuring = {
  async measure({ assembly, users, runs, latencyMs, progress }) {
    const bench = await Bench.start(assembly, latencyMs);
    try {
      progress.begin(SCENARIOS.length * users.length);
      const measurements: Measurement[] = [];
      for (const scenario of SCENARIOS) {
        for (const count of users) {
          progress.step(`${scenario.name}, ${whole(count)} users`);
          measurements.push(await bench.measure(scenario, count, runs));
        }
      }
      return { tables: [...countTables(measurements), timeTable(measurements), ...besidePeer(measurements)], data: measurements };
    } finally {
      await bench.stop();
    }
  },
};

/** Calls by operation, one table per scenario with a column per number of users. */
export function countTables(measurements: readonly Measurement[]): Figures[] {
  const scenarios = [...new Set(measurements.map(({ scenario }) => scenario))];
  return scenarios.map((scenario) => {
    const columns = measurements.filter((one) => one.scenario === scenario);
    const operations = [...new Set(columns.flatMap(({ calls }) => Object.keys(calls)))].sort();
    return {
      title: `Calls per account and run: ${scenario}`,
      head: ['call', ...columns.map(({ users }) => `${whole(users)} users`)],
      words: 1,
      rows: [
        ...operations.map((operation) => [operation, ...columns.map(({ calls }) => whole(calls[operation] ?? 0))]),
        ['in total', ...columns.map(({ totalCalls }) => whole(totalCalls))],
      ],
    };
  });
}

/** Wall times with their spread, and memory. */
export const timeTable = (measurements: readonly Measurement[]): Figures => ({
  title: 'Time and memory of the rotator per account and run',
  head: ['day', 'users', 'due', 'calls', 'time (least – most)', 'runs', 'calls/s', 'peak memory', 'before work'],
  words: 1,
  rows: measurements.map(({ scenario, users, due, totalCalls, time, milliseconds, callsPerSecond, peakMemory, idleMemory }) => [
    scenario,
    whole(users),
    whole(due),
    whole(totalCalls),
    spread(time, duration),
    String(milliseconds.length),
    whole(callsPerSecond),
    mebibytes(peakMemory),
    mebibytes(idleMemory),
  ]),
});

/** The quiet day beside the nearest peer, where it was measured. */
function besidePeer(measurements: readonly Measurement[]): Figures[] {
  const quiet = measurements.filter(({ due, scenario }) => due === 0 && scenario.startsWith('quiet'));
  const ours = quiet.find(({ users }) => users === PEER.users);
  if (!ours) return [];
  return [
    {
      title: 'A quiet day beside the nearest program of this kind: calls per account',
      head: ['users', 'there', 'here', 'there / here'],
      words: 0,
      rows: quiet.map(({ users, totalCalls }) => [
        whole(users),
        users === PEER.users ? whole(PEER.calls) : users < PEER.users ? 'not measured' : 'sees 100 users only',
        whole(totalCalls),
        users === PEER.users ? times(PEER.calls, totalCalls) : '',
      ]),
      note: 'The other program was run on a fake AWS of the same kind; it reads one page of users and calls IAM about three times for each.',
    },
  ];
}
