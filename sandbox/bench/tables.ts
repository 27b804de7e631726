import Table from 'cli-table3';
import colors from 'picocolors';
import type { Measurement } from './measure';

const STYLE = { head: ['bold'], border: ['gray'], compact: true };

/** Calls by operation, one table per scenario with a column per number of users. */
export function countTables(measurements: readonly Measurement[]): string {
  const scenarios = [...new Set(measurements.map(({ scenario }) => scenario))];
  return scenarios
    .map((scenario) =>
      countTable(
        scenario,
        measurements.filter((one) => one.scenario === scenario),
      ),
    )
    .join('\n\n');
}

function countTable(scenario: string, measurements: readonly Measurement[]): string {
  const operations = [...new Set(measurements.flatMap(({ calls }) => Object.keys(calls)))].sort();
  const table = new Table({
    head: ['calls', ...measurements.map(({ users }) => `${users} users`)],
    style: STYLE,
    colAligns: ['left', ...measurements.map(() => 'right' as const)],
  });
  for (const operation of operations) table.push([operation, ...measurements.map(({ calls }) => calls[operation] ?? 0)]);
  table.push([colors.bold('in total'), ...measurements.map(({ totalCalls }) => colors.bold(String(totalCalls)))]);
  return `${colors.bold(scenario)}\n${table.toString()}`;
}

/** Wall times with their spread. */
export function timeTable(measurements: readonly Measurement[]): string {
  const table = new Table({
    head: ['scenario', 'users', 'due', 'calls', 'median (ms)', 'least – most (ms)', 'calls/s'],
    style: STYLE,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const { scenario, users, due, totalCalls, time, callsPerSecond } of measurements) {
    const spread = `${Math.round(time.least)} – ${Math.round(time.most)}`;
    table.push([scenario, users, due, totalCalls, Math.round(time.median), spread, Math.round(callsPerSecond)]);
  }
  return table.toString();
}
