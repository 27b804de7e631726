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

function summarised(accounts: number, failures: number) {
  const builder = new RunSummaryBuilder();
  const { account, ...result } = failing(failures);
  for (let number = 1; number <= accounts; number += 1) {
    builder.add({ id: `${number}`, name: account.name }, { account, ...result });
  }
  return builder.build({ runId: 'run-1', manifest: manifest(0), reportedAt: new Date('2026-11-21T04:00:00Z') });
}

it('names every failure of a few accounts', () => {
  const { failures, blocked, left } = summarised(10, 1_000);
  expect([failures.length, blocked.length, left[0]?.users.length, left[0]?.more]).toEqual([10_000, 10_000, 1_000, 0]);
});

it('names as many of each account as there is room for, and says how many more its result holds', () => {
  const { failures, blocked, left } = summarised(2_000, 12);
  const first = failures.filter(({ account }) => account === '1');
  expect(first).toHaveLength(6);
  expect(first.at(-1)).toMatchObject({ error: 'MoreFailures', message: "7 more are in the account's result" });
  expect(failures).toHaveLength(12_000);
  expect(blocked.filter(({ account }) => account === '1').at(-1)?.reason).toBe("7 more are in the account's result");
  expect(left[0]).toMatchObject({ users: names(5), more: 7 });
});

it('counts those that it does not name', () => {
  const summary = summarised(2_000, 12);
  expect(totalsOf(summary)).toMatchObject({ usersFailed: 24_000, usersLeft: 24_000 });
  expect(summary.accounts[0]).toMatchObject({ failures: 12 });
  expect(summary.actions).toMatchObject([
    { action: 'blocked', done: 22_000 },
    { action: 'wait-for-replica', done: 2_000 },
  ]);
});

it('cuts what is said of a failure or a blocked key to what a person reads', () => {
  const long = 'x'.repeat(601);
  const builder = new RunSummaryBuilder();
  const { account, ...result } = failing(2);
  const users = [user('alice', { actions: [action({ action: 'blocked', reason: long })] })];
  builder.add(account, { ...result, account, failures: [{ step: 'rotate', error: 'E', message: long }], users });
  const { failures, blocked } = builder.build({ runId: 'run-1', manifest: manifest(0), reportedAt: new Date(0) });
  expect([failures[0]?.message, blocked[0]?.reason]).toEqual([`${'x'.repeat(599)}…`, `${'x'.repeat(599)}…`]);
});
