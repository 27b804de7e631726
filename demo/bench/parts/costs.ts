import { measureBasis } from '../cost-basis';
import {
  CYCLE_DAYS,
  DAYS,
  daysWithSecret,
  DEFAULTS,
  monthlyCosts,
  peerCosts,
  SECRETS,
  sum,
  type CostBasis,
  type CostSettings,
} from '../costs';
import { dollars, whole } from '../format';
import type { Measuring } from '../part';
import { PRICES, PRICES_OF } from '../prices';
import type { Figures } from '../table';

const USERS = 20;

/** A month's bill, from measured calls and durations. */
export const costs: Measuring = {
  async measure({ assembly, accounts, runs, progress }) {
    progress.begin(2);
    const basis = await measureBasis(assembly, runs, (what) => {
      progress.step(what);
    });
    return { tables: [billTable(basis, accounts), settingsTable(basis, accounts), basisTable(basis), priceTable()], data: basis };
  },
};

/** The bill by line, a column per number of accounts, beside a program that asks about every user. */
export function billTable(basis: CostBasis, accounts: readonly number[]): Figures {
  const bills = accounts.map((count) => monthlyCosts(basis, count, USERS));
  const peers = accounts.map((count) => peerCosts(count, USERS));
  const row = (label: string, of: (column: number) => number): string[] => [label, ...accounts.map((_, column) => dollars(of(column)))];
  const secrets = (lines: readonly { item: string; dollars: number }[]): number => sum(lines.filter(({ item }) => item === SECRETS));
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

/** What a setting stands for on the page. */
interface Choice {
  label: string;
  /** With A accounts of U users; K requests to a key, which come to cents. */
  formula: string;
  settings: Partial<CostSettings>;
  /** Beside which settings it is looked at, when not the default ones. */
  beside?: Partial<CostSettings>;
}

const AFTER = '30d';
const KEPT = `${daysWithSecret(AFTER)} / ${CYCLE_DAYS}`;
const CENTRAL = { secretStore: 'central' } as const;
const CHOICES: readonly Choice[] = [
  { label: '`secretStore=central`', formula: '1 + K', settings: CENTRAL },
  { label: 'each of `replicaRegions`', formula: '0.40 × A × U', settings: { replicaRegions: 1 } },
  {
    label: 'each of `replicaRegions` with `secretStore=central`',
    formula: '0.40 × A × U + 1 + K',
    settings: { ...CENTRAL, replicaRegions: 1 },
    beside: CENTRAL,
  },
  {
    label: `\`deleteSecretAfter=${AFTER}\``,
    formula: `−0.40 × A × U × (1 − ${KEPT})`,
    settings: { deleteSecretAfter: AFTER },
  },
  { label: '`tracing=true`', formula: `at most 0.000005 × (A × ${DAYS} + 2 × ${DAYS})`, settings: { tracing: true } },
];

/** What each setting adds to the bill, and a bill with all of them. */
export function settingsTable(basis: CostBasis, accounts: readonly number[]): Figures {
  const bill = (count: number, settings: Partial<CostSettings> = {}): number =>
    sum(monthlyCosts(basis, count, USERS, { ...DEFAULTS, ...settings }));
  const all = { ...CENTRAL, replicaRegions: 2, deleteSecretAfter: AFTER, tracing: true };
  return {
    title: `What settings add, in US dollars per month, accounts of ${USERS} users each`,
    head: ['setting', 'with A accounts of U users', ...accounts.map((count) => `${whole(count)} accounts`)],
    words: 2,
    rows: [
      ...CHOICES.map(({ label, formula, settings, beside }) => [
        label,
        formula,
        ...accounts.map((count) => dollars(bill(count, settings) - bill(count, beside))),
      ]),
      [
        'in total with `central`, two regions, `30d` and `tracing`',
        `0.40 × A × U × 3 × ${KEPT} + …`,
        ...accounts.map((count) => dollars(bill(count, all))),
      ],
    ],
    note: 'K is two requests to the key for each write of a secret: cents.',
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
    ['of these, writes of a value', cycle.secretWrites.toFixed(1), ''],
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
