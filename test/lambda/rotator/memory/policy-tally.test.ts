import { begunAnew, daysOf, newsOf, tallyAfter, toldOf } from '../../../../lambda/rotator/memory/policy-tally';
import type { PolicyTally } from '../../../../lambda/rotator/memory/account-memory';
import type { AccountResult, ActionResult, Failure } from '../../../../lambda/runs/schemas';
import { NEW, NOW, OLD } from '../../../helpers/facts';
import { action, userResult } from '../../../helpers/results';

const minute = (at: number): string => new Date(NOW.getTime() + at * 60_000).toISOString();
const failure = (step = 'rotate'): Failure => ({ user: 'bot', step, error: 'AccessDenied', message: 'no' });

const result = (at: number, actions: ActionResult[] = [], failures: Failure[] = [], more: Partial<AccountResult> = {}): AccountResult => ({
  runId: 'run',
  account: { id: '111122223333', name: 'Team', email: 'team@example.com' },
  dryRun: false,
  policy: 'fast',
  startedAt: minute(at),
  finishedAt: minute(at),
  status: failures.length > 0 ? 'partial' : 'succeeded',
  coverage: 'policy',
  usersSeen: 1,
  users: [{ ...userResult('bot', ...actions), owner: 'owner@example.com' }],
  failures,
  left: [],
  mails: [],
  ...more,
});
const quiet = (name: ActionResult['action'], outcome: ActionResult['outcome'] = 'done'): ActionResult => ({
  ...action({ action: name, outcome, keyId: OLD }),
  quiet: true,
});
const after = (results: readonly AccountResult[]): PolicyTally => {
  const tally = results.reduce<PolicyTally | undefined>(
    (before, one) => tallyAfter(before, one, { policy: 'fast', told: toldOf(newsOf(one, before), new Set()) }),
    undefined,
  );
  if (!tally) throw new Error('no run');
  return tally;
};

it('counts what runs did, the longest time between two, and failures once each', () => {
  const tally = after([
    result(0, [quiet('rotate')]),
    result(1),
    result(9, [quiet('disable')], [failure()]),
    result(10, [quiet('delete')], [failure()]),
  ]);
  expect(tally).toMatchObject({
    policy: 'fast',
    from: minute(0),
    to: minute(10),
    runs: 4,
    users: 1,
    longestPauseMs: 8 * 60_000,
    rotated: 1,
    disabled: 1,
    deleted: 1,
    failures: [{ ...failure(), first: minute(9), last: minute(10), times: 2 }],
    byUser: [{ user: 'bot', owner: 'owner@example.com', rotated: 1, failed: 2 }],
  });
});

it('keeps no more failures than there is room for, the latest', () => {
  const tally = after(Array.from({ length: 40 }, (_, at) => result(at, [], [failure(`step ${at}`)])));
  expect(tally.failures).toHaveLength(20);
  expect(tally.failures.at(-1)?.step).toBe('step 39');
});

it('a run that could not begin says nothing of users', () => {
  const tally = after([
    result(0),
    result(1, [], [{ step: 'account', error: 'AccountFailedError', message: 'no' }], { status: 'failed', usersSeen: 0, users: [] }),
  ]);
  expect(tally).toMatchObject({ runs: 2, users: 1, failures: [{ step: 'account' }] });
});

describe('what is news', () => {
  it('is no step of a key that its user fetches, unless it failed', () => {
    const news = newsOf(
      result(0, [quiet('rotate'), quiet('disable', 'failed'), action({ action: 'note-reenabled', keyId: NEW })]),
      undefined,
    );
    expect(news.users[0]?.actions.map(({ action: name }) => name)).toEqual(['disable', 'note-reenabled']);
  });

  it('is a failure on its first run of a day, and again on the next day', () => {
    const first = after([result(0, [], [failure()])]);
    expect(newsOf(result(1, [], [failure()]), first).failures).toEqual([]);
    expect(newsOf(result(1, [], [failure('disable')]), first).failures).toHaveLength(1);
    expect(newsOf(result(1_440, [], [failure()]), first).failures).toHaveLength(1);
  });

  it('is a date until a mail with it was accepted', () => {
    const told = action({ action: 'announce', keyId: OLD });
    const news = newsOf(result(0, [told]), undefined);
    expect(toldOf(news, new Set())).toEqual([]);
    const tally = tallyAfter(undefined, result(0, [told]), { policy: 'fast', told: toldOf(news, new Set([OLD])) });
    expect(newsOf(result(1, [told]), tally).users[0]?.actions).toEqual([]);
  });
});

it('is told once by the deployment’s own run, which begins it anew', () => {
  const tally = after([result(0, [quiet('rotate')])]);
  expect(daysOf({ fast: tally })).toMatchObject([{ policy: 'fast', rotated: 1 }]);
  expect(daysOf({ fast: tally })[0]).not.toHaveProperty('told');
  const anew = begunAnew(tally);
  expect(anew).toMatchObject({ runs: 0, rotated: 0, users: 1, from: minute(0) });
  expect(daysOf({ fast: anew })).toEqual([]);
});
