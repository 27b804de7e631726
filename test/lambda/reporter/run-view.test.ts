import { viewRun } from '../../../lambda/reporter/run-view';
import type { RunSummary } from '../../../lambda/runs/run-summary';
import { NO_HISTORY } from '../../../lambda/runs/history';
import { failureId } from '../../../lambda/reporter/page/report-facts';
import { recordedKey } from './page/factories';
import { failures, reported, summary } from './factories';

const place = { location: 'where', url: 'https://console' };
const view = (overrides: Partial<RunSummary> = {}) => viewRun(reported(summary(overrides)), place);
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
  const todo = 'The queue of failed events holds what failed for good: iam-keys redrive lists it and runs it again.';
  const expected = [{ where: 'One (111111111111)', what: 'The account was dispatched, and no result was stored.', todo }];
  expect(list('Accounts that never answered', { accounts: [account('silent'), account('succeeded')] })).toEqual(expected);
});

it('names account, user and error of each failure, and the run where it concerns no account', () => {
  const run = { account: '', accountName: '', step: 'read manifest', error: 'E', message: 'm' };
  expect(list('New failures', { failures: [...failures(1), run] })).toEqual([
    { where: 'One (111111111111) · user-0', what: 'rotate failed: E: m', todo: '' },
    { where: 'Run', what: 'read manifest failed: E: m', todo: '' },
  ]);
});

it('says what a person does about a new failure', () => {
  const denied = [{ account: '1', accountName: 'One', step: 'account', error: 'AccessDenied', message: 'm' }];
  const todo = 'A role lacks a permission, or a policy of the organization refuses it: iam-keys doctor names it.';
  expect(list('New failures', { failures: denied })).toMatchObject([{ todo }]);
});

it('names blocked keys with the reason', () => {
  const blocked = [{ account: '1', accountName: 'One', user: 'alice', keyId: 'AKIA1', reason: 'r' }];
  expect(list('Newly blocked keys', { blocked })).toEqual([{ where: 'One (1) · alice · AKIA1', what: 'r', todo: '' }]);
});

it('says of each policy what its runs did, and what to do about what failed, each remedy once', () => {
  const failure = { account: '1', accountName: 'One', user: 'bot', step: 'rotate', error: 'AccessDenied', message: 'm', times: 2 };
  const counts = { accounts: 1, users: 1, runs: 10, rotated: 1, disabled: 1, deleted: 1, planned: 0, longestPauseMs: 0, blocked: 0 };
  const policies = [
    { policy: 'fast', ...counts, failed: 4, failures: [failure, { ...failure, user: 'tool' }] },
    { policy: 'slow', ...counts, failed: 0, failures: [] },
  ];
  expect(view({ policies }).lists).toMatchObject([
    {
      calm: false,
      lines: [
        { where: 'Policy fast', todo: 'A role lacks a permission, or a policy of the organization refuses it: iam-keys doctor names it.' },
      ],
    },
    { calm: true, lines: [{ where: 'Policy slow', todo: '' }] },
  ]);
});

it('names the users that are left, and how many more there are', () => {
  const left = { account: '1', accountName: 'One', users: ['alice', 'bob'], more: 3 };
  expect(list('Users left for the next run', { left: [left] })).toEqual([
    { where: 'One (1)', what: '5 users: alice, bob and 3 more', todo: '' },
  ]);
});

it('has no list and no actions where nothing happened', () => {
  expect(view()).toMatchObject({ lists: [], actions: [], hasActions: false, report: 'where', reportUrl: 'https://console' });
});

describe('what is new', () => {
  const [first, second] = failures(2);
  const history = (...since: [string, string][]) => ({
    ...NO_HISTORY,
    days: [{ ...DAY, day: '2026-11-20' }],
    since: Object.fromEntries(since),
  });
  const DAY = {
    runId: 'r',
    dryRun: false,
    ...{ keys: 1, active: 1, within: 1, over: 0, exempt: 0 },
    ...{ rotated: 0, disabled: 0, deleted: 0 },
    ...{ failures: 1, blocked: 0, missing: 0 },
  };
  const titles = (since: [string, string][], failing = [first!, second!]) =>
    viewRun(reported(summary({ failures: failing }), history(...since)), place).lists.map(({ title, lines }) => [
      title,
      lines.map(({ what }) => what),
    ]);

  it('comes first, and what still fails says since when', () => {
    expect(titles([[failureId(second!), '2026-11-18']])).toEqual([
      ['New failures', ['rotate failed: E: m']],
      ['Still failing', ['since 18 Nov 2026: rotate failed: E: m']],
    ]);
  });

  it('is also what fails no longer', () => {
    expect(titles([[failureId(second!), '2026-11-18']], [])).toEqual([
      ['No longer failing or blocked', ['This run did not meet them again.']],
    ]);
  });

  it('is followed by the steps of the next seven days, today and the eighth day not among them', () => {
    const run = reported(summary(), NO_HISTORY, recordedKey(90), recordedKey(89), recordedKey(83), recordedKey(82));
    expect(viewRun(run, place).lists).toEqual([
      {
        title: 'Next seven days',
        lines: [
          { where: '22 Nov 2026', what: '1 key to rotate', todo: '' },
          { where: '28 Nov 2026', what: '1 key to rotate', todo: '' },
        ],
        more: '',
        calm: true,
      },
    ]);
  });
});
