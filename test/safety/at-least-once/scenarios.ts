import { TEAM } from '../../helpers/sandbox-organization';
import type { DirectLambda } from '../direct/direct-lambda';
import type { Kit } from '../kit/kit';

/** How one of two invocations is asked for: by the schedule, or by an operator for the one user. */
export type Asked = 'scheduled' | 'forced';

/** Two invocations that overlap. */
export type Pair = readonly [Asked, Asked];

/** A user's situation in which two invocations meet. */
export interface Scenario {
  name: string;
  /** Brings about the situation, up to the moment before the invocations. */
  arrange: (kit: Kit, lambda: DirectLambda) => Promise<void>;
  pairs: readonly Pair[];
  /** How many keys may be created for the user, by the two invocations together; default 1. */
  issues?: number;
  /** Looks at every call as a point of its own; for situations with few calls, or in which keys are deleted. */
  fine?: boolean;
}

export const USER = 'alice';
const TWICE = [['scheduled', 'scheduled']] as const;
const ALL = [...TWICE, ['scheduled', 'forced'], ['forced', 'forced']] as const;

const withKey =
  (...keys: Parameters<Kit['org']['addUser']>[2]) =>
  (kit: Kit): Promise<void> => {
    kit.org.addUser(TEAM, USER, keys);
    return Promise.resolve();
  };

/** Runs on these days and stops at the beginning of the last. */
async function runOn(kit: Kit, ...days: number[]): Promise<void> {
  const last = days.pop() ?? 0;
  for (const day of days) {
    kit.goToDay(day);
    await kit.daily();
  }
  kit.goToDay(last);
}

/** Kills the first run just after this operation. */
async function killedAfter(kit: Kit, lambda: DirectLambda, operation: string): Promise<void> {
  const run = (): void => {
    lambda.killBusy('iam-key-rotation-rotator');
  };
  kit.sandbox.faults.add({ match: { operation, times: 1 }, when: 'after', then: { kind: 'call', run } });
  await kit.disturbing(() => kit.daily());
  kit.sandbox.faults.clear();
  kit.goToDay(1);
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'first issue', arrange: withKey({ ageDays: 90, usedDaysAgo: 1 }), pairs: ALL },
  {
    name: 'later issue into an existing secret',
    arrange: async (kit) => {
      await withKey({ ageDays: 90, usedDaysAgo: 1 })(kit);
      await runOn(kit, 0, 10, 20, 90);
    },
    pairs: ALL,
  },
  { name: 'forced issue of a young key', arrange: withKey({ ageDays: 30 }), pairs: ALL.slice(1) },
  {
    name: 'forced issue that makes room',
    arrange: withKey({ ageDays: 200, usedDaysAgo: 1 }, { ageDays: 100, status: 'Inactive' }),
    pairs: ALL.slice(1),
  },
  {
    name: 'forced issue that makes room on the day the inactive key is deleted',
    arrange: async (kit) => {
      await withKey({ ageDays: 90, usedDaysAgo: 1 })(kit);
      await runOn(kit, 0, 10, 20);
    },
    pairs: ALL,
  },
  {
    name: 'disable',
    arrange: async (kit) => {
      await withKey({ ageDays: 90, usedDaysAgo: 1 })(kit);
      await runOn(kit, 0, 10);
    },
    pairs: ALL,
    // After the old key was disabled, an operator's command is a new rotation.
    issues: 1,
  },
  {
    name: 'orphan clean-up',
    arrange: async (kit, lambda) => {
      await withKey({ ageDays: 90, usedDaysAgo: 1 })(kit);
      await killedAfter(kit, lambda, 'CreateAccessKey');
    },
    pairs: TWICE,
  },
  {
    name: 'intent without a key',
    arrange: async (kit, lambda) => {
      await withKey({ ageDays: 90, usedDaysAgo: 1 })(kit);
      await killedAfter(kit, lambda, 'TagUser');
    },
    pairs: ALL,
  },
  { name: 'notice beside a second active key', arrange: withKey({ ageDays: 200 }, { ageDays: 20 }), pairs: TWICE, issues: 0 },
  {
    name: 'disable after a notice',
    arrange: async (kit) => {
      await withKey({ ageDays: 200 }, { ageDays: 20 })(kit);
      await runOn(kit, 0, 10);
    },
    pairs: TWICE,
    issues: 0,
  },
  {
    name: 're-enabled key',
    arrange: async (kit) => {
      await withKey({ ageDays: 90, usedDaysAgo: 1 })(kit);
      await runOn(kit, 0, 10, 13);
      const off = kit.org.user(TEAM, USER).keys.find((key) => key.status === 'Inactive');
      kit.sandbox.people(TEAM.id).enableKey(USER, off?.id ?? '');
    },
    pairs: TWICE,
    issues: 0,
  },
  {
    name: 'secret that is no longer needed',
    arrange: async (kit) => {
      await withKey({ ageDays: 90, usedDaysAgo: 1 })(kit);
      await runOn(kit, 0, 10, 20, 50);
      kit.org.handOver(TEAM, USER, { fetchedDaysAgo: 45 });
    },
    pairs: ALL,
  },
  { name: 'key that a person switched off', arrange: withKey({ ageDays: 200, status: 'Inactive' }), pairs: TWICE, issues: 0 },
];
