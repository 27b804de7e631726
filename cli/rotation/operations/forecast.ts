import { tagValue } from '../../../lambda/core/plan/key-state';
import { ACTIONS } from '../../../lambda/shared/actions';
import type { Action, Step } from '../../../lambda/shared/decision';
import type { RotatorEnvironment } from '../../../lambda/shared/environment';
import { DAY_MS } from '../../../lambda/shared/period';
import { dateIn, leftAloneAt, type KnownUser } from '../simulation/simulated-user';
import { exemptionRulesOf, runsBetween, simulate } from '../simulation/simulate';
import type { KnownAccount } from './read-reports';

/** One thing that a run will do. */
export interface ForecastEntry {
  /** The run that does it, ISO 8601. */
  at: string;
  account: string;
  user: string;
  /** The address in the user's owner tag; null when there is none. */
  owner: string | null;
  /** Null where it is about the user. Of keys that are made meanwhile and of reports, a name instead of an id. */
  keyId: string | null;
  action: Action;
  /** The same for people. */
  label: string;
  /** For `warn` and `announce`: the step that is announced. */
  step: Step | null;
  /** The date that people are given. */
  on: string | null;
  /** What `rotate` makes. */
  successor: string | null;
  /** The run's limit leaves it to a later one. */
  deferred: boolean;
  why: string;
}

/** What a rotation will do, day by day, as long as people change nothing. */
export interface Forecast {
  from: string;
  until: string;
  accounts: number;
  users: number;
  /** Users who are left alone on the first day. */
  exempt: number;
  /** By time, account, user. */
  entries: ForecastEntry[];
  /** What it rests on. */
  notes: string[];
}

/** Which time is looked at. */
export interface ForecastTime {
  from: Date;
  days: number;
}

/** Plays every run of the time on users in memory, by the same plan that the rotator carries out. */
export function forecast(
  accounts: readonly KnownAccount[],
  environment: RotatorEnvironment,
  { from, days }: ForecastTime,
  notes: readonly string[] = [],
): Forecast {
  const until = new Date(from.getTime() + days * DAY_MS);
  const runs = runsBetween(environment.SCHEDULE, from, until);
  const rules = exemptionRulesOf(environment);
  const entries = accounts.flatMap(({ account, users }) => {
    const owners = new Map(users.map(({ facts }) => [facts.name, tagValue(facts.tags, environment.OWNER_EMAIL_TAG)]));
    return simulate(users, environment, runs).map(({ at, user, decision, outcome, successor }): ForecastEntry => {
      const on = dateIn(decision);
      return {
        at: at.toISOString(),
        account,
        user,
        owner: owners.get(user) ?? null,
        keyId: 'keyId' in decision ? decision.keyId : null,
        action: decision.action,
        label: labelOf(decision.action),
        step: 'step' in decision ? decision.step : null,
        on: on?.toISOString() ?? null,
        successor: successor ?? null,
        deferred: outcome === 'deferred',
        why: decision.reason,
      };
    });
  });
  const all = accounts.flatMap(({ users }) => users);
  return {
    from: from.toISOString(),
    until: until.toISOString(),
    accounts: accounts.length,
    users: all.length,
    exempt: all.filter((user: KnownUser) => leftAloneAt(user, from, rules).exempt !== undefined).length,
    entries: entries.toSorted((a, b) => order(a.at, b.at) || order(a.account, b.account) || order(a.user, b.user)),
    notes: [
      ...notes,
      ...(runs.length === 0 ? [`No run follows within ${days} days: ${environment.SCHEDULE}.`] : []),
      ...ofPolicies(all),
      ...assumptions(environment),
    ],
  };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What the run summary calls an action. */
const labelOf = (action: Action): string => ACTIONS[action].label ?? action;

/** Steps of hundreds of runs a day are no forecast. */
function ofPolicies(users: readonly KnownUser[]): string[] {
  const names = new Set(users.flatMap(({ policies = [] }) => policies));
  return [...names].toSorted().map((name) => {
    const count = users.filter(({ policies = [] }) => policies.includes(name)).length;
    return `${count} ${count === 1 ? 'user follows' : 'users follow'} the policy ${name}: their steps come by its own runs and are not among these (docs/policies.md).`;
  });
}

/** What nobody can know beforehand. */
const assumptions = ({ POLICY, DRY_RUN }: RotatorEnvironment): string[] => [
  'It holds as long as people change nothing, mails are accepted, and whoever used a key takes its successor.',
  ...(POLICY.whileInUse === 'hold'
    ? ['A key that is still used when its grace ends is held (whileInUse=hold): it is disabled later.']
    : []),
  ...(DRY_RUN ? ['With dryRun=true nothing of it is done: people are told what would happen.'] : []),
];
