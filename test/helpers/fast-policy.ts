import type { Clock } from '../../sandbox/kernel/clock';
import type { SideRule } from '../../demo/never-rules/side-policies';
import { MANAGEMENT, OTHER, START, TEAM, TestOrganization, type Account } from './sandbox-organization';
import type { AccountResult } from '../../lambda/runs/schemas';

export const MINUTE = 60_000;
export const GROUP = 'minutes';
export const SLOW_GROUP = 'monthly';
const SLOW = { name: 'slow', groups: [SLOW_GROUP], rotate: '30d', disable: '35d', delete: '40d', schedule: 'cron(0 3 * * ? *)' };
/** The policy of the issue: 10/12/15 minutes, a run every minute. */
const FAST = { name: 'fast', groups: [GROUP], rotate: '10m', disable: '12m', delete: '15m', schedule: 'rate(1 minute)' };
const RULE: SideRule = { group: GROUP, rotateMs: 10 * MINUTE, disableGraceMs: 2 * MINUTE, deleteGraceMs: 3 * MINUTE };

/** An organization in which the members of a group follow a policy of minutes; its functions run directly. */
export const fastOrganization = (settings: Readonly<Record<string, string>> = {}): Promise<TestOrganization> =>
  TestOrganization.deployed('enforcing', [TEAM, OTHER], {
    direct: true,
    sides: [RULE],
    settings: { policies: JSON.stringify([FAST, SLOW]), ...settings },
    prepare: (sandbox) => {
      for (const account of [MANAGEMENT, TEAM, OTHER]) for (const group of [GROUP, SLOW_GROUP]) sandbox.people(account.id).addGroup(group);
    },
  });

/** One run of the policy in one account. */
export const tick = (org: TestOrganization, account: Account = TEAM): Promise<AccountResult> => org.rotate(account, { policy: 'fast' });

/** Moves on to a moment, in minutes after START. */
export const goTo = ({ sandbox }: { sandbox: { clock: Clock } }, minutes: number): void => {
  const at = new Date(START.getTime() + minutes * MINUTE);
  if (at > sandbox.clock.now()) sandbox.clock.set(at);
};

/** Runs of the policy, one a minute, from one minute after START to another; gives what was done, by minute. */
export async function ticks(org: TestOrganization, from: number, to: number): Promise<string[]> {
  const done: string[] = [];
  for (let minute = from; minute <= to; minute += 1) {
    goTo(org, minute);
    const { users, failures } = await tick(org);
    for (const { user, actions } of users)
      for (const { action, outcome } of actions)
        if (!['wait', 'skip', 'forget'].includes(action)) done.push(`${minute} ${user} ${action} ${outcome}`);
    for (const failure of failures) done.push(`${minute} FAILED ${failure.step} ${failure.error}: ${failure.message}`);
  }
  return done;
}
