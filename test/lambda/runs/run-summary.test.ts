import { RunSummaryBuilder, totalsOf } from '../../../lambda/runs/run-summary';
import { manifest, resultOf } from '../reporter/factories';
import { action, user } from '../mail/factories';

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `user-${n}`);
const failing = (count: number) =>
  resultOf(1, {
    failures: names(count).map((name) => ({ user: name, step: 'rotate', error: 'AccessDenied', message: 'no' })),
    users: names(count).map((name) =>
      user(name, { actions: [action({ action: name === 'user-1' ? 'wait-for-replica' : 'blocked', reason: 'no room' })] }),
    ),
    left: names(count),
  });

function summarised(answers: number, failures: number) {
  const builder = new RunSummaryBuilder(answers);
  const { account, ...result } = failing(failures);
  builder.add(account, { account, ...result });
  return builder.build({ runId: 'run-1', manifest: manifest(1), reportedAt: new Date('2026-11-21T04:00:00Z') });
}

it('names every failure of a few accounts', () => {
  const { failures, blocked, left } = summarised(100, 200);
  expect([failures.length, blocked.length, left[0]?.users.length, left[0]?.more]).toEqual([200, 200, 200, 0]);
});

it('names five of each account at the least, and says how many more its result holds', () => {
  const { failures, blocked, left } = summarised(10_000, 12);
  expect(failures).toHaveLength(6);
  expect(failures.at(-1)).toMatchObject({ error: 'MoreFailures', message: "7 more are in the account's result" });
  expect(blocked).toHaveLength(6);
  expect(blocked.at(-1)?.reason).toBe("7 more are in the account's result");
  expect(left).toMatchObject([{ users: names(5), more: 7 }]);
});

it('counts those that it does not name', () => {
  const summary = summarised(10_000, 12);
  expect(totalsOf(summary)).toMatchObject({ usersFailed: 12, usersLeft: 12 });
  expect(summary.accounts).toMatchObject([{ failures: 12 }]);
  expect(summary.actions).toMatchObject([
    { action: 'blocked', done: 11 },
    { action: 'wait-for-replica', done: 1 },
  ]);
});
