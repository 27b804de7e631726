import { ActionList } from '../../../../lambda/reporter/page/action-list';
import type { StoredResult } from '../../../../lambda/runs/schemas';

type StoredAction = StoredResult['users'][number]['actions'][number];

const ONE = { id: '111111111111', name: 'One' };
const taken = (action: string, more: Partial<StoredAction> = {}): StoredAction => ({
  action,
  outcome: 'done',
  reason: 'it is due',
  ...more,
});
const listOf = (...actions: StoredAction[]): ActionList => {
  const list = new ActionList();
  list.add(ONE, { users: [{ user: 'alice', actions }] });
  return list;
};

it.each([
  ['rotate', 'Rotate'],
  ['blocked', 'Blocked'],
  ['notify', 'Announce disabling'],
  ['an action of a newer version', 'an action of a newer version'],
  ['constructor', 'constructor'],
])('calls %s by the words of the summary', (action, label) => {
  expect(listOf(taken(action)).rows.map((row) => row.action)).toEqual([label]);
});

it.each(['skip', 'wait', 'forget', 'note-unfinished'])('leaves out %s', (action) => {
  expect(listOf(taken(action), taken('warn')).rows.map((row) => row.action)).toEqual(['Warn']);
});

it('says of each action whom and what it was about, and nothing where nothing is known', () => {
  const on = '2026-12-01T00:00:00.000Z';
  const about = { account: '111111111111', accountName: 'One', user: 'alice' };
  expect(listOf(taken('rotate', { keyId: 'AKIAOLD', successorId: 'AKIANEW', on }), taken('warn', { outcome: 'failed' })).rows).toEqual([
    { ...about, keyId: 'AKIAOLD', action: 'Rotate', outcome: 'done', reason: 'it is due', successor: 'AKIANEW', on, usage: null },
    { ...about, keyId: null, action: 'Warn', outcome: 'failed', reason: 'it is due', successor: null, on: null, usage: null },
  ]);
});

it('names 20,000 actions and counts the rest', () => {
  const list = listOf(...Array.from({ length: 19_999 }, () => taken('warn')));
  expect([list.rows.length, list.more]).toEqual([19_999, 0]);
  list.add({ id: '222222222222', name: 'Two' }, { users: [{ user: 'bob', actions: ['rotate', 'warn', 'wait'].map((one) => taken(one)) }] });
  expect([list.rows.length, list.more]).toEqual([20_000, 1]);
  expect(list.rows.at(-1)).toMatchObject({ accountName: 'Two', user: 'bob', action: 'Rotate' });
});

it('is empty for accounts in which nothing was done', () => {
  const list = listOf();
  list.add(ONE, { users: [] });
  expect([list.rows, list.more]).toEqual([[], 0]);
});

it('says who uses a key where somebody asked, of 2,000 keys', () => {
  const usage = { regions: ['eu-west-1'], calls: 0, callers: [], otherCallers: 0, failed: [] };
  const list = listOf(...Array.from({ length: 2_001 }, () => taken('warn', { usage })));
  expect(list.rows[1_999]?.usage).toMatch(/^AWS CloudTrail shows no call with it in eu-west-1/);
  expect(list.rows[2_000]?.usage).toBe('see the result of the account');
});
