import { plan } from '../../../lambda/core/plan/plan';
import { DAY_MS } from '../../../lambda/shared/period';
import { mixedUsers, POLICY } from '../../../demo/bench/plan-users';

it('the users that plan() is timed with are in every situation of the policy', () => {
  const now = new Date('2026-01-05T01:00:00Z');
  const decided = new Set(mixedUsers(now, DAY_MS).flatMap((user) => plan(user, POLICY, now).map(({ action }) => action)));
  expect([...decided].sort()).toEqual([
    'blocked',
    'delete',
    'disable',
    'note-inactive',
    'note-reenabled',
    'notify',
    'rotate',
    'wait',
    'warn',
  ]);
});
