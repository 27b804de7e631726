import { planOrphanedSecret } from '../../../../lambda/core/plan/plan-orphaned-secret';
import { daysAgo, midnightIn, NOW, policy } from '../../../helpers/facts';

const deletes = policy({ deleteSecretAfter: '30d' });

it('tells of a secret that is seen without its user for the first time, and when it goes', () => {
  expect(planOrphanedSecret({}, deletes, NOW)).toEqual({
    action: 'orphaned-secret',
    reason: 'its user is gone, and so is every key in it; it is deleted when a run still sees that then',
    on: midnightIn(30),
  });
});

it.each([
  [0, 'orphaned-secret'],
  [29, 'orphaned-secret'],
  [30, 'delete-orphaned-secret'],
  [400, 'delete-orphaned-secret'],
])('%d days after the first sight: %s', (days, action) => {
  expect(planOrphanedSecret({ since: daysAgo(days) }, deletes, NOW).action).toBe(action);
});

it('deletes it so that it can be restored for a month', () => {
  expect(planOrphanedSecret({ since: daysAgo(30) }, deletes, NOW)).toEqual({
    action: 'delete-orphaned-secret',
    reason: 'its user is gone, and so is every key in it, as runs have seen since 2026-10-22',
    until: midnightIn(30),
  });
});

it('keeps it where nothing says that secrets are deleted', () => {
  const decision = planOrphanedSecret({ since: daysAgo(400) }, policy(), NOW);
  expect(decision).toMatchObject({ action: 'orphaned-secret', reason: expect.stringContaining('deleteSecretAfter') as string });
  expect(decision).not.toHaveProperty('on');
});

it('keeps what was stored before the central store', () => {
  expect(planOrphanedSecret({ since: daysAgo(400), former: true }, deletes, NOW)).toMatchObject({
    action: 'orphaned-secret',
    reason: expect.stringContaining('before the central store') as string,
  });
});
