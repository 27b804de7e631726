import type { AccountResult, ActionResult, Failure, PolicyDay } from '../../runs/schemas';
import { ACTIONS } from '../../shared/actions';
import type { PolicyTally } from './account-memory';

/** Failures that are kept apart, and texts that are told of once a day. */
const MAX = { failures: 20, told: 200, textCharacters: 400 } as const;

const NONE = { runs: 0, longestPauseMs: 0, users: 0, rotated: 0, disabled: 0, deleted: 0, planned: 0 };

const dayOf = (moment: string): string => moment.slice(0, 10);
const sameFailure = ({ user, keyId, step, error }: Failure): string => ['failure', user, keyId, step, error].join(' ');
const sameAction = (user: string, { action, keyId, step, outcome, on }: ActionResult): string =>
  [user, action, keyId, step, outcome, action === 'blocked' ? '' : on].join(' ');

/**
 * What of a run of a policy is news: no step of keys that their users fetch, and of the rest what no run of this day has told of before. What
 * comes every minute would drown what matters.
 */
export function newsOf(result: AccountResult, tally: PolicyTally | undefined): AccountResult {
  const known = new Set(tally?.told.day === dayOf(result.startedAt) ? tally.told.what : []);
  const users = result.users.map((user) => ({
    ...user,
    actions: user.actions.filter(
      (action) => (action.quiet !== true || action.outcome === 'failed') && isTold(action) && !known.has(sameAction(user.user, action)),
    ),
  }));
  const failures = result.failures.filter((failure) => !known.has(sameFailure(failure)));
  return { ...result, users, failures };
}

const isTold = ({ action, outcome }: ActionResult): boolean => ACTIONS[action].event || outcome === 'failed';

/** What was told of a run's news: dates only where the mail was accepted, failures once they are an event. */
export function toldOf(news: AccountResult, accepted: ReadonlySet<string>): string[] {
  const actions = news.users.flatMap(({ user, actions }) =>
    actions
      .filter(({ action, keyId }) => ACTIONS[action].section !== 'own' || keyId === undefined || accepted.has(keyId))
      .map((action) => sameAction(user, action)),
  );
  return [...actions, ...news.failures.map(sameFailure)];
}

/** The tally after one more run of the policy. */
export function tallyAfter(
  before: PolicyTally | undefined,
  result: AccountResult,
  { policy, told }: { policy: string; told: readonly string[] },
): PolicyTally {
  const at = result.startedAt;
  const day = dayOf(at);
  const { told: former, ...known } = before ?? {
    ...NONE,
    policy,
    from: at,
    to: at,
    failures: [],
    blocked: [],
    byUser: [],
    told: { day, what: [] },
  };
  const actions = result.users.flatMap((user) => user.actions);
  const done = (name: string): number => actions.filter(({ action, outcome }) => action === name && outcome === 'done').length;
  const isPlanned = ({ action, outcome }: ActionResult): boolean =>
    outcome === 'planned' && ['rotate', 'disable', 'delete'].includes(action);
  const what = [...new Set([...(former.day === day ? former.what : []), ...told])].slice(-MAX.told);
  return {
    ...known,
    to: at > known.to ? at : known.to,
    runs: known.runs + 1,
    longestPauseMs: Math.max(known.longestPauseMs, Date.parse(at) - Date.parse(known.to)),
    users: result.status === 'failed' ? known.users : result.usersSeen,
    rotated: known.rotated + done('rotate'),
    disabled: known.disabled + done('disable'),
    deleted: known.deleted + done('delete'),
    planned: known.planned + actions.filter(isPlanned).length,
    failures: failuresAfter(known.failures, result),
    blocked:
      result.status === 'failed'
        ? known.blocked
        : result.users
            .flatMap(({ user, actions: of }) =>
              of.filter(({ action }) => ACTIONS[action].blocks).map(({ keyId = '', reason }) => ({ user, keyId, reason: clipped(reason) })),
            )
            .slice(0, MAX.failures),
    byUser: byUserAfter(known.byUser, result),
    told: { day, what },
  };
}

const clipped = (text: string): string => (text.length <= MAX.textCharacters ? text : `${text.slice(0, MAX.textCharacters - 1)}…`);

function failuresAfter(before: PolicyDay['failures'], { failures, startedAt }: AccountResult): PolicyDay['failures'] {
  const all = new Map(before.map((one) => [sameFailure(one), one]));
  for (const failure of failures) {
    const same = sameFailure(failure);
    const known = all.get(same);
    all.delete(same);
    all.set(same, {
      ...failure,
      message: clipped(failure.message),
      first: known?.first ?? startedAt,
      last: startedAt,
      times: (known?.times ?? 0) + 1,
    });
  }
  return [...all.values()].slice(-MAX.failures);
}

function byUserAfter(before: PolicyDay['byUser'], { users, failures }: AccountResult): PolicyDay['byUser'] {
  const all = new Map(before.map((one) => [one.user, one]));
  for (const { user, owner, actions } of users) {
    const known = all.get(user) ?? { user, rotated: 0, failed: 0 };
    const made = actions.filter(({ action, outcome }) => action === 'rotate' && outcome === 'done');
    const secretName = made.at(-1)?.secretName;
    const failed = failures.filter((failure) => failure.user === user).length;
    all.set(user, {
      ...known,
      ...(owner !== undefined && { owner }),
      ...(secretName !== undefined && { secretName }),
      rotated: known.rotated + made.length,
      failed: known.failed + failed,
    });
  }
  return [...all.values()];
}

/** What the deployment's own run tells of the runs of policies since the one before, and leaves to be counted anew. */
export function daysOf(tallies: Readonly<Record<string, PolicyTally>> = {}): PolicyDay[] {
  return Object.values(tallies).flatMap((tally) => {
    const day: PolicyDay & Partial<Pick<PolicyTally, 'told'>> = { ...tally };
    delete day.told;
    return day.runs > 0 ? [day] : [];
  });
}

/** A tally that counts anew from now, and remembers what was told today. */
export const begunAnew = ({ told, policy, users, to }: PolicyTally): PolicyTally => ({
  ...NONE,
  policy,
  users,
  from: to,
  to,
  failures: [],
  blocked: [],
  byUser: [],
  told,
});
