import type { CallRecord } from '../../../sandbox/kernel/call-record';
import type { Sandbox } from '../../../sandbox/sandbox';
import { MANAGEMENT, START } from '../../story/organization';
import { DAY_MS } from '../../../lambda/shared/period';
import { whole } from '../format';
import { countCalls, forget, FUNCTIONS, totalOf, type Counts } from '../invoke';
import { memberOf, organizationOf } from '../organizations';
import type { Measuring } from '../part';
import { addUsers } from '../scenarios';
import type { Figures } from '../table';

/** What differs between two organizations is what their accounts cost. */
const FEW = 2;
const MANY = 4;
const USERS = 3;
/** Far from every step and its warning, two weeks later, too. */
const AGE_DAYS = 20;
/** So many days of runs are looked at by the reporter, and are in the evidence chain. */
const SETTLED_DAYS = 8;
/** Each account has a day of the week on which every user is listed. */
const WEEK = 7;

/** The calls of a quiet day. */
export interface QuietDay {
  /** For each account: being started, its own work, and being reported. */
  account: Counts;
  /** For the deployment, whatever the number of its accounts, as long as lists fit into a page. */
  orchestrator: Counts;
  report: Counts;
  evidence: Counts;
}

/** Every call of a day on which nothing is due, a week and more after the deployment. */
export const quietDay: Measuring = {
  async measure({ assembly, progress }) {
    progress.begin(2);
    const day = await quietDayOf(assembly, (accounts) => {
      progress.step(`${accounts} accounts`);
    });
    return { tables: [quietTable(day)], data: day };
  },
};

/** Counts a quiet day of two organizations, and tells what an account costs from what the deployment does. */
export async function quietDayOf(assembly: string, onStep: (accounts: number) => void = () => undefined): Promise<QuietDay> {
  onStep(FEW);
  const few = await callsOfDay(assembly, FEW);
  onStep(MANY);
  const many = await callsOfDay(assembly, MANY);
  const each = (part: keyof DayCalls): Counts => combined(many[part], few[part], (all, some) => (all - some) / (MANY - FEW));
  const fixed = (part: keyof DayCalls): Counts => combined(few[part], each(part), (all, one) => all - FEW * one);
  const parts = [each('rotator'), each('orchestrator'), each('report'), each('evidence')];
  return {
    account: parts.reduce((sum, part) => combined(sum, part, (a, b) => a + b)),
    orchestrator: fixed('orchestrator'),
    report: fixed('report'),
    evidence: fixed('evidence'),
  };
}

/** The calls of each part of a day. */
type DayCalls = Record<'orchestrator' | 'rotator' | 'report' | 'evidence', Counts>;

async function callsOfDay(assembly: string, accounts: number): Promise<DayCalls> {
  const sandbox = await organizationOf(assembly, accounts, accounts);
  try {
    for (let number = 0; number < accounts; number += 1)
      addUsers(sandbox, USERS, () => AGE_DAYS, number === 0 ? MANAGEMENT.id : memberOf(number).id);
    await sandbox.advanceTo(new Date(START.getTime() + SETTLED_DAYS * DAY_MS));
    for (let day = SETTLED_DAYS + 1; day <= SETTLED_DAYS + WEEK; day += 1) {
      forget(sandbox);
      await sandbox.advanceTo(new Date(START.getTime() + day * DAY_MS));
      if (sandbox.calls.every(({ operation }) => operation !== 'ListUsers')) return partsOf(sandbox);
    }
    throw new Error(`in ${WEEK} days there was none on which no account listed its users`);
  } finally {
    await sandbox.stop();
  }
}

/** The reporter begins with the evidence when it has marked the last run as reported. */
function partsOf({ calls, invocations }: Sandbox): DayCalls {
  const functionOf = new Map(invocations.map(({ requestId, functionName }) => [requestId, functionName]));
  const of = (name: string): CallRecord[] => calls.filter(({ invocation = '' }) => functionOf.get(invocation) === name);
  const reporter = of(FUNCTIONS.reporter).filter(({ service }) => service !== 'logs');
  const reported = reporter.findLastIndex(({ input }) => String(input['Key']).endsWith('/summary.json'));
  return {
    orchestrator: countCalls({ calls: of(FUNCTIONS.orchestrator) }),
    rotator: countCalls({ calls: of(FUNCTIONS.rotator) }),
    report: countCalls({ calls: reporter.slice(0, reported + 1) }),
    evidence: countCalls({ calls: reporter.slice(reported + 1) }),
  };
}

/** Two counts as one, without what is none. */
function combined(a: Counts, b: Counts, by: (a: number, b: number) => number): Counts {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort((one, other) => one.localeCompare(other));
  return Object.fromEntries(names.map((name) => [name, by(a[name] ?? 0, b[name] ?? 0)] as const).filter(([, count]) => count !== 0));
}

/** The day, a column for each account and for each thing that is done once. */
export const quietTable = (day: QuietDay): Figures => {
  const columns = [day.account, day.orchestrator, day.report, day.evidence];
  const names = [...new Set(columns.flatMap((counts) => Object.keys(counts)))].sort((a, b) => a.localeCompare(b));
  return {
    title: 'Calls of a quiet day',
    head: ['call', 'each account', 'orchestrator, once', 'report, once', 'evidence chain, once'],
    words: 1,
    rows: [
      ...names.map((name) => [name, ...columns.map((counts) => whole(counts[name] ?? 0))]),
      ['in total', ...columns.map((counts) => whole(totalOf(counts)))],
    ],
    note: 'A week and more after the deployment, without `evidenceKey`, which adds a kms:Sign. A list is a call for each page: of 20 accounts, of 1,000 objects.',
  };
};
