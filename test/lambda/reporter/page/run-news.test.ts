import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import { blockedId, failureId, historyDay } from '../../../../lambda/reporter/page/report-facts';
import { newsOf } from '../../../../lambda/reporter/page/run-news';
import { NO_HISTORY, type History } from '../../../../lambda/runs/history';
import type { RunSummary } from '../../../../lambda/runs/run-summary';
import type { RecordedKey } from '../../../../lambda/runs/schemas';
import { midnightIn, NOW } from '../../../helpers/facts';
import { failures, summary } from '../factories';
import { inventoryOf, recordedKey, recordedUser } from './factories';

const [first, second, third] = failures(3);
const blocked = (keyId: string) => ({ account: '1', accountName: 'One', user: 'alice', keyId, reason: 'r' });
const BEFORE = { ...historyDay({ summary: summary(), keys: new KeyTable(NOW) }), day: '2026-11-20' };
const after = (since: History['since'], days = [BEFORE]): History => ({ ...NO_HISTORY, days, since });

interface Given {
  run?: Partial<RunSummary>;
  history?: History;
  keys?: RecordedKey[];
  whole?: boolean;
}
const news = ({ run = {}, history = NO_HISTORY, keys = [], whole = true }: Given) => {
  const table = new KeyTable(NOW);
  table.add({ id: '1', name: 'One' }, inventoryOf(recordedUser('alice', keys)));
  return newsOf({ summary: summary(run), history, keys: table, whole });
};

it('is nothing when nothing happened', () => {
  expect(news({})).toEqual({
    failures: { fresh: [], known: [] },
    blocked: { fresh: [], known: [] },
    gone: 0,
    coming: [],
    changed: false,
  });
});

it('parts what is new from what is known, the oldest of which comes first', () => {
  const history = after({
    [failureId(first!)]: '2026-11-19',
    [failureId(second!)]: '2026-11-18',
    [blockedId(blocked('A'))]: '2026-11-17',
  });
  const run = { failures: [first!, second!, third!], blocked: [blocked('A'), blocked('B')] };
  expect(news({ run, history })).toMatchObject({
    failures: {
      fresh: [third],
      known: [
        { ...second, since: '18 Nov 2026' },
        { ...first, since: '19 Nov 2026' },
      ],
    },
    blocked: { fresh: [blocked('B')], known: [{ ...blocked('A'), since: '17 Nov 2026' }] },
  });
});

describe('what is gone', () => {
  const since = { [failureId(first!)]: '2026-11-18', [failureId(second!)]: '2026-11-18' };

  it.each<[string, Given, number]>([
    ['counts what the run before saw and this one does not', { run: { failures: [second!] }, history: after(since) }, 1],
    ['is nothing when everything was met again', { run: { failures: [first!, second!] }, history: after(since) }, 0],
    ['is nothing to a run about a part of the organization', { history: after(since), whole: false }, 0],
    ['is nothing to the first run', { history: after(since, []) }, 0],
    ['is nothing to a run with none before it', { history: after(since, [{ ...BEFORE, day: '2026-11-21' }]) }, 0],
    [
      'is not what failed only after an older run that is reported again',
      { history: after({ [failureId(first!)]: '2026-11-22' }, [BEFORE, { ...BEFORE, day: '2026-11-22' }]) },
      0,
    ],
  ])('%s', (_, given, expected) => {
    expect(news(given).gone).toBe(expected);
  });
});

it('looks seven days ahead, today and the eighth day not among them, and counts the steps of each day', () => {
  const step = (name: 'rotate' | 'disable' | 'delete', days: number) => recordedKey(50, { step: name, on: midnightIn(days).toISOString() });
  const keys = [step('rotate', 0), step('rotate', 1), step('rotate', 1), step('disable', 1), step('delete', 7), step('rotate', 8)];
  expect(news({ keys }).coming).toEqual([
    { day: '22 Nov 2026', what: '2 keys to rotate, 1 key to disable' },
    { day: '28 Nov 2026', what: '1 key to delete' },
  ]);
});

describe('a mail tells something', () => {
  const of = (action: string, counts: Partial<RunSummary['actions'][number]>): Given => ({
    run: { actions: [{ action, done: 0, planned: 0, failed: 0, deferred: 0, ...counts }] },
  });
  const known = after({ [failureId(first!)]: '2026-11-18' });
  const [line] = summary().accounts;

  it.each<[string, Given, boolean]>([
    ['of a key that was rotated', of('rotate', { done: 1 }), true],
    ['of one that would have been', of('rotate', { planned: 1 }), true],
    ['of one that could not be', of('rotate', { failed: 1 }), true],
    ['of one that was deferred', of('rotate', { deferred: 1 }), true],
    ['of an action that this version does not know', of('sing', { done: 1 }), true],
    ['not of an action that was never taken', of('rotate', {}), false],
    ['not of users who are left alone', of('skip', { done: 1 }), false],
    ['not of housekeeping', of('forget', { done: 1 }), false],
    ['not of what is blocked as before', of('blocked', { done: 1 }), false],
    ['of a new failure', { run: { failures: [first!] } }, true],
    ['not of a known one', { run: { failures: [first!] }, history: known }, false],
    ['of one that is gone', { history: known }, true],
    ['of a newly blocked key', { run: { blocked: [blocked('A')] } }, true],
    ['of users that were not reached', { run: { left: [{ account: '1', accountName: 'One', users: ['a'], more: 0 }] } }, true],
    ['of a mail that was refused', { run: { mails: { sent: 0, failed: 1 } } }, true],
    ['not of mails that were sent', { run: { mails: { sent: 9, failed: 0 } } }, false],
    ['of an account that never answered', { run: { accounts: [{ ...line!, status: 'silent' }] } }, true],
    ['not of steps to come', { keys: [recordedKey(89)] }, false],
  ])('%s', (_, given, expected) => {
    expect(news(given).changed).toBe(expected);
  });
});
