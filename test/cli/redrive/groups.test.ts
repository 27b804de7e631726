import type { FailedEvent } from '../../../cli/redrive/failed-events';
import { groupFailures, showGroup } from '../../../cli/redrive/groups';

const [A, B] = ['111111111111', '222222222222'];
const failed = (account: string, reason: string, more: Partial<FailedEvent> = {}): FailedEvent => ({
  receipt: '1',
  functionName: 'the-rotator',
  payload: { account, email: 'a@acme.test', name: 'A' },
  reason,
  at: '2026-01-05T02:03:04.000Z',
  ...more,
});
const refused = (account: string): string =>
  `AccountFailedError: cannot assume arn:aws:iam::${account}:role/member (request 0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f)`;
const shown = (...events: FailedEvent[]) => groupFailures(events).map((group) => showGroup(group));

it('joins failures that differ in accounts, requests and time only, with count and dates, the most frequent first', () => {
  const later = '2026-01-07T02:04:00.000Z';
  expect(shown(failed(A, 'AccountFailedError: no'), failed(B, refused(B), { at: later }), failed(A, refused(A)))).toEqual([
    [
      '2 × the-rotator, 2026-01-05 02:03 to 2026-01-07 02:04 UTC: AccountFailedError: cannot assume arn:aws:iam::…:role/member (request …)',
      `    ${B}, ${A}`,
    ],
    ['1 × the-rotator, 2026-01-05 02:03 UTC: AccountFailedError: no', `    ${A}`],
  ]);
});

it('keeps different functions and different failures apart, and shows a failure that came alone as it was', () => {
  expect(groupFailures([failed(A, 'Error: a'), failed(A, 'Error: b'), failed(A, 'Error: a', { functionName: 'other' })])).toHaveLength(3);
  expect(groupFailures([failed(A, refused(A))])[0]?.reason).toBe(refused(A));
});

it('names the user of a forced rotation, five subjects at most, and what is no event of a function', () => {
  const forced = failed(A, 'Error: no', { payload: { account: A, ForceRotate: 'alice' } });
  const many = [1, 2, 3, 4, 5, 6, 7].map((digit) => failed(String(digit).repeat(12), 'Error: many'));
  const strange: FailedEvent = { receipt: '1', functionName: '', payload: undefined, reason: 'the message is not of Lambda' };
  const [first, second, third] = shown(forced, ...many, strange);
  expect(first?.[1]).toMatch(/ 555555555555 and 2 more$/);
  expect(second?.[1]).toBe(`    ${A} alice`);
  expect(third).toEqual(['1 × a message, at an unknown time: the message is not of Lambda', '    no event of a function']);
});
