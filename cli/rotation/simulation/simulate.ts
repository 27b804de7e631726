import { budgetOf } from '../../../lambda/core/budget';
import type { ExemptionRules } from '../../../lambda/core/plan/exemption';
import { policyOf, type Policy } from '../../../lambda/core/plan/policy';
import { looksSettled } from '../../../lambda/core/plan/triage';
import { ACTIONS } from '../../../lambda/shared/actions';
import type { RotatorEnvironment } from '../../../lambda/shared/environment';
import { nextRun } from '../../../lambda/shared/schedule';
import { SimulatedUser, type Happening, type KnownUser } from './simulated-user';

/** The settings of a rotation that decide what it does and when. */
export type RotationRules = Pick<RotatorEnvironment, 'POLICY' | 'LIMITS' | 'SCHEDULE' | 'EXEMPTION_GROUP' | 'EXEMPT_PATHS' | 'EXEMPT_TAG'>;

/** Something that happens to a user. */
export interface UserHappening extends Happening {
  user: string;
}

/** What exempts users by these settings. */
export const exemptionRulesOf = (rules: RotationRules): ExemptionRules => ({
  group: rules.EXEMPTION_GROUP,
  paths: rules.EXEMPT_PATHS ?? [],
  tag: rules.EXEMPT_TAG,
});

/** The moments of all runs after `from` until `until`, each with that of the one after it. */
export function runsBetween(schedule: string, from: Date, until: Date): { at: Date; next: Date | undefined }[] {
  const runs: { at: Date; next: Date | undefined }[] = [];
  for (let at = nextRun(schedule, from); at && at <= until;) {
    const next = nextRun(schedule, at);
    runs.push({ at, next });
    at = next;
  }
  return runs;
}

/** The policy of the run before `next`. */
export const policyBefore = (rules: RotationRules, next: Date | undefined): Policy => ({
  ...policyOf(rules.POLICY),
  ...(next && { nextRun: next }),
});

/**
 * Plays all runs of an account from a moment on, and gives what happens, in order; what repeats from run to run is given once. Limits are counted as a run counts them, oldest keys first.
 */
export function simulate(known: readonly KnownUser[], rules: RotationRules, runs: ReturnType<typeof runsBetween>): UserHappening[] {
  const users = known.map((user) => new SimulatedUser(user));
  const exemption = exemptionRulesOf(rules);
  const limited = Object.keys(rules.LIMITS).length > 0;
  const happened: UserHappening[] = [];
  let before = new Set<string>();
  for (const { at, next } of runs) {
    const policy = policyBefore(rules, next);
    const budget = budgetOf(rules.LIMITS);
    const now = new Set<string>();
    for (const user of limited ? byUrgency(users, policy, at) : users) {
      for (const happening of user.run(at, { policy, rules: exemption, budget })) {
        if (!isTold(happening)) continue;
        const sign = signOf(user.name, happening);
        now.add(sign);
        if (!before.has(sign)) happened.push({ user: user.name, ...happening });
      }
    }
    before = now;
  }
  return happened;
}

/** Oldest keys first, and last those who most likely only wait: as a run goes through them. */
function byUrgency(users: readonly SimulatedUser[], policy: Policy, now: Date): SimulatedUser[] {
  const ordered = users.map((user) => {
    const keys = user.roughKeys;
    return {
      user,
      settled: Number(looksSettled(keys, policy, now)),
      oldest: Math.min(...keys.map(({ created }) => created?.getTime() ?? 0)),
    };
  });
  ordered.sort((a, b) => a.settled - b.settled || a.oldest - b.oldest || (a.user.name < b.user.name ? -1 : 1));
  return ordered.map(({ user }) => user);
}

/** Housekeeping, of which nobody needs to hear, is left out. */
const isTold = ({ decision: { action } }: Happening): boolean => action !== 'skip' && ACTIONS[action].label !== undefined;

/** A warning is given anew each day, every other thing once; the date of a promise that is renewed each day makes it no other one. */
const signOf = (user: string, { at, decision, outcome }: Happening): string =>
  [
    user,
    'keyId' in decision ? decision.keyId : '',
    decision.action,
    outcome,
    decision.action === 'warn' ? at.toISOString().slice(0, 10) : '',
  ].join(' ');
