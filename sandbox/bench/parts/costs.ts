import { measureBasis } from '../cost-basis';
import { monthlyCosts, peerCosts, sum, type CostBasis } from '../costs';
import { dollars, whole } from '../format';
import type { Part } from '../part';
import { PRICES, PRICES_OF } from '../prices';
import type { Figures } from '../table';

const USERS = 20;

/** A month's bill, from measured calls and durations. */
export const costs: Part = {
  name: 'costs',
  title: 'a month’s bill, from measured calls and durations',
  async measure({ assembly, accounts, runs, progress }) {
    progress.begin(2);
    const basis = await measureBasis(assembly, runs, (what) => {
      progress.step(what);
    });
    return { tables: [billTable(basis, accounts), basisTable(basis), priceTable()], data: basis };
  },
};

/** The bill by line, a column per number of accounts, beside a program that asks about every user. */
export function billTable(basis: CostBasis, accounts: readonly number[]): Figures {
  const bills = accounts.map((count) => monthlyCosts(basis, count, USERS));
  const peers = accounts.map((count) => peerCosts(count, USERS));
  const row = (label: string, of: (column: number) => number): string[] => [label, ...accounts.map((_, column) => dollars(of(column)))];
  const secrets = (lines: readonly { item: string; dollars: number }[]): number =>
    sum(lines.filter(({ item }) => item === 'Secrets Manager: secrets'));
  return {
    title: `US dollars per month, accounts of ${USERS} users each`,
    head: ['', ...accounts.map((count) => `${whole(count)} accounts`)],
    words: 1,
    rows: [
      ...(bills[0] ?? []).map(({ item }, line) => row(item, (column) => bills[column]?.[line]?.dollars ?? 0)),
      row('in total', (column) => sum(bills[column] ?? [])),
      row('in total without the secrets themselves', (column) => sum(bills[column] ?? []) - secrets(bills[column] ?? [])),
      row('asking about every user, without the secrets themselves', (column) => sum(peers[column] ?? []) - secrets(peers[column] ?? [])),
    ],
  };
}

const basisTable = ({ quiet, cycle, orchestrator, reporter, memory, ...rest }: CostBasis): Figures => ({
  title: 'What the bill is computed from',
  note: 'Times are the least of the runs: whatever else the machine does only adds to them.',
  head: ['measured', 'at no latency', 'at 50 ms per call'],
  words: 1,
  rows: [
    effort('a quiet day of an account of 20 users, cold start included', quiet),
    effort('one key issued, disabled and deleted', cycle),
    effort('orchestrator, per account', orchestrator),
    effort('reporter, per account', reporter),
    ['memory of orchestrator, rotator, reporter', `${memory.orchestrator}, ${memory.rotator}, ${memory.reporter} MB`, ''],
    ['Secrets Manager calls per key issued, disabled and deleted', cycle.secretCalls.toFixed(1), ''],
    ['events per key issued, disabled and deleted', cycle.events.toFixed(1), ''],
    ['log of a quiet day; of one key issued, disabled and deleted', `${whole(rest.logBytes)} B; ${whole(cycle.logBytes)} B`, ''],
    ['result of a quiet day', `${whole(rest.resultBytes)} B`, ''],
    ['custom metrics; alarms', `${rest.metrics}; ${rest.alarms}`, ''],
  ],
});

const effort = (label: string, { busy, waiting }: { busy: number; waiting: number }): string[] => [
  label,
  `${busy.toFixed(1)} ms`,
  `${waiting.toFixed(1)} ms`,
];

const priceTable = (): Figures => ({
  title: `List prices of us-east-1, ${PRICES_OF}, free tiers aside`,
  head: ['price', 'page'],
  words: 2,
  rows: Object.values(PRICES).map(({ text, page }) => [text, page]),
});
