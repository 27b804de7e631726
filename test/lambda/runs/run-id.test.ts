import { runIdFor, runStart } from '../../../lambda/runs/run-id';
import { parseRotatorEvent } from '../../../lambda/shared/events';
import { ACCOUNT } from '../../helpers/facts';

const at = new Date('2026-11-21T03:04:05.678Z');

it.each([
  [false, '20261121T030405Z-1234abcd'],
  [true, 'manual-20261121T030405Z-1234abcd'],
])('names time and invocation, manual %s', (manual, id) => {
  expect(runIdFor(at, '1234abcd-0000-0000-0000-000000000000', manual)).toBe(id);
});

it('sorts by time', () => {
  const ids = ['2026-12-01T00:00:00Z', '2026-11-21T03:04:05Z', '2027-01-01T00:00:00Z'].map((time) => runIdFor(new Date(time), 'x'));
  expect(ids.toSorted()).toEqual([ids[1], ids[0], ids[2]]);
});

it('is accepted in an event', () => {
  const event = { account: ACCOUNT, email: 'a@example.com', name: 'x', runId: runIdFor(at, 'abc', true) };
  expect(parseRotatorEvent(event)).toEqual(event);
});

it.each([
  [runIdFor(at, 'abc'), new Date('2026-11-21T03:04:05Z')],
  [runIdFor(at, 'abc', true), new Date('2026-11-21T03:04:05Z')],
  ['somebody-else', undefined],
])('says when the run %s started', (id, start) => {
  expect(runStart(id)).toEqual(start);
});
