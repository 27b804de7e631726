import { viewRun } from '../../../lambda/reporter/run-view';
import type { RunSummary } from '../../../lambda/runs/run-summary';
import { failures, summary } from './factories';

const view = (overrides: Partial<RunSummary> = {}) => viewRun(summary(overrides), 'where');
const list = (title: string, overrides: Partial<RunSummary>) => view(overrides).lists.find((one) => one.title === title)?.lines;
const account = (status: RunSummary['accounts'][number]['status'], usersLeft = 0) => ({
  id: '111111111111',
  name: 'One',
  status,
  usersSeen: 1,
  failures: 0,
  usersFailed: 0,
  usersLeft,
});

it.each<[Partial<RunSummary>, string]>([
  [{ mode: 'enforcing' }, 'Enforcing'],
  [{ mode: 'dry run' }, 'Dry run: nothing was changed'],
  [{ mode: 'unknown' }, 'Unknown: the manifest cannot be read'],
  [{ forceRotate: 'alice' }, 'Enforcing; forced rotation of alice'],
])('says how the run went about its work: %j', (overrides, mode) => {
  expect(view(overrides).mode).toBe(mode);
});

it('counts what was good always, and what went wrong only where something did', () => {
  const labels = (overrides: Partial<RunSummary> = {}) => view(overrides).totals.map(({ label }) => label);
  expect(labels()).toEqual(['Accounts', 'Done', 'Partly done', 'Failed', 'Never answered', 'Skipped accounts', 'Users seen', 'Mails sent']);
  const troubled = labels({
    accounts: [account('not dispatched'), account('unreadable'), account('partial', 2)],
    mails: { sent: 1, failed: 1 },
  });
  for (const label of ['Not dispatched', 'Results that cannot be read', 'Users left for the next run', 'Mails failed']) {
    expect(troubled).toContain(label);
  }
});

it('writes large numbers as people read them', () => {
  expect(view({ usersSeen: 12_345 }).totals).toContainEqual({ label: 'Users seen', value: '12,345' });
});

it('names accounts that never answered', () => {
  const expected = [{ where: 'One (111111111111)', what: 'The account was dispatched, and no result was stored.' }];
  expect(list('Accounts that never answered', { accounts: [account('silent'), account('succeeded')] })).toEqual(expected);
});

it('names account, user and error of each failure, and the run where it concerns no account', () => {
  const run = { account: '', accountName: '', step: 'read manifest', error: 'E', message: 'm' };
  expect(list('Failures', { failures: [...failures(1), run] })).toEqual([
    { where: 'One (111111111111) · user-0', what: 'rotate failed: E: m' },
    { where: 'Run', what: 'read manifest failed: E: m' },
  ]);
});

it('names blocked keys with the reason', () => {
  const blocked = [{ account: '1', accountName: 'One', user: 'alice', keyId: 'AKIA1', reason: 'r' }];
  expect(list('Blocked keys', { blocked })).toEqual([{ where: 'One (1) · alice · AKIA1', what: 'r' }]);
});

it('names the users that are left, and how many more there are', () => {
  const left = { account: '1', accountName: 'One', users: ['alice', 'bob'], more: 3 };
  expect(list('Users left for the next run', { left: [left] })).toEqual([{ where: 'One (1)', what: '5 users: alice, bob and 3 more' }]);
});

it('has no list and no actions where nothing happened', () => {
  expect(view()).toMatchObject({ lists: [], actions: [], hasActions: false, report: 'where' });
});
