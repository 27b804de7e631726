import type { FailedEvent } from '../../../cli/redrive/failed-events';
import { isFinal, planRedrive, withoutRefused } from '../../../cli/redrive/plan';

const FUNCTIONS = { orchestrator: 'the-orchestrator', rotator: 'the-rotator', reporter: 'the-reporter' };
const failed = (functionName: string, payload: unknown): FailedEvent => ({ receipt: '1', functionName, payload, reason: 'Error: no' });
const rotator = (account: string, more: object = {}): FailedEvent =>
  failed('the-rotator', { account, email: 'a@acme.test', name: 'A', runId: 'run-1', ...more });
const planned = (...events: FailedEvent[]) =>
  planRedrive(events, FUNCTIONS).again.map(({ functionName, payload }) => [functionName, payload]);
const left = (...events: FailedEvent[]) => planRedrive(events, FUNCTIONS).left.map(({ why }) => why);
const [A, B] = ['111111111111', '222222222222'];

describe('planRedrive', () => {
  it('makes one run of all accounts, each once', () => {
    const { again } = planRedrive([rotator(A), rotator(B), rotator(A)], FUNCTIONS);
    expect(again).toMatchObject([{ functionName: 'the-orchestrator', payload: { accounts: [A, B] } }]);
    expect(again[0]?.events).toHaveLength(3);
  });

  it('keeps a dry run dry, apart from the others', () => {
    expect(planned(rotator(A, { dryrun: true }), rotator(B))).toEqual([
      ['the-orchestrator', { accounts: [A], dryrun: true }],
      ['the-orchestrator', { accounts: [B] }],
    ]);
  });

  it('forces each user again, once', () => {
    expect(planned(rotator(A, { ForceRotate: 'alice' }), rotator(A, { ForceRotate: 'bob' }), rotator(A, { ForceRotate: 'alice' }))).toEqual(
      [
        ['the-orchestrator', { account: A, ForceRotate: 'alice' }],
        ['the-orchestrator', { account: A, ForceRotate: 'bob' }],
      ],
    );
  });

  it('repeats events of orchestrator and reporter as they were, each once', () => {
    const events = [
      failed('the-orchestrator', {}),
      failed('the-orchestrator', {}),
      failed('the-reporter', {}),
      failed('the-reporter', { runId: 'r' }),
    ];
    expect(planned(...events)).toEqual([
      ['the-orchestrator', {}],
      ['the-reporter', {}],
      ['the-reporter', { runId: 'r' }],
    ]);
  });

  it.each([
    ['a whole run beside single accounts apart', [failed('the-orchestrator', {}), rotator(A)], [{}, { accounts: [A] }]],
    ['accounts of a run by hand together with others', [failed('the-orchestrator', { accounts: [B] }), rotator(A)], [{ accounts: [B, A] }]],
  ])('takes %s', (_, events, payloads) => {
    expect(planned(...events).map(([, payload]) => payload)).toEqual(payloads);
  });

  it('asks the rotator itself for a forced rotation that was refused, and the orchestrator for one that failed', () => {
    const event = rotator(A, { ForceRotate: 'alcie', dryrun: true });
    const refused = { ...event, reason: 'ForceRotateRefusedError: account 111111111111 has no user "alcie"' };
    expect(planned(refused)).toEqual([
      ['the-rotator', { account: A, email: 'a@acme.test', name: 'A', ForceRotate: 'alcie', dryrun: true }],
    ]);
    expect(planned(event)).toEqual([['the-orchestrator', { account: A, ForceRotate: 'alcie', dryrun: true }]]);
  });

  it.each<[string, FailedEvent, string]>([
    ['an event of another function', failed('somebody', {}), 'of no function that can be run again'],
    ['a message of somebody else', failed('', undefined), 'of no function that can be run again'],
  ])('leaves %s where it is', (_, event, why) => {
    expect(planned(event)).toEqual([]);
    expect(left(event)).toEqual([expect.stringContaining(why)]);
  });

  it.each<[string, FailedEvent, string]>([
    ['an event that never was valid', failed('the-rotator', { account: 'x' }), "the rotator's event is not valid"],
    ['a check', failed('the-orchestrator', { check: true }), 'it was a check'],
  ])('refuses %s for good', (_, event, why) => {
    const { again, refused, left: stays } = planRedrive([event], FUNCTIONS);
    expect([again, stays]).toEqual([[], []]);
    expect(refused).toEqual([{ event, why: expect.stringContaining(why) as string }]);
  });
});

describe('withoutRefused', () => {
  const joined = (...events: FailedEvent[]) => planRedrive(events, FUNCTIONS).again[0]!;

  it('goes on without the accounts that the refusal names', () => {
    const [gone, there] = [rotator(A), rotator(B)];
    const { again, refused } = withoutRefused(joined(gone, there), `accounts: not in the organization: ${A}; nothing was done`, FUNCTIONS);
    expect(refused).toEqual([gone]);
    expect(again).toMatchObject([{ functionName: 'the-orchestrator', payload: { accounts: [B] }, events: [there] }]);
  });

  it.each([
    ['names none', [rotator(A), rotator(B)], 'no'],
    ['names all', [rotator(A), rotator(B)], `${A}, ${B}`],
    ['is of one account', [rotator(A)], A],
  ])('refuses every event when the refusal %s', (_, events, refusal) => {
    expect(withoutRefused(joined(...events), refusal, FUNCTIONS)).toEqual({ again: [], refused: events });
  });
});

it.each(['InvalidEventError', 'AccountNotRotatedError', 'ForceRotateRefusedError'])('takes %s for final', (name) => {
  expect(isFinal(Object.assign(new Error('no'), { name }))).toBe(true);
});

it.each(['AccountFailedError', 'DispatchFailedError', 'TooManyRequestsException', 'Error'])(
  'takes %s for something that may pass',
  (name) => {
    expect(isFinal(Object.assign(new Error('no'), { name }))).toBe(false);
  },
);
