import { PolicyLines } from '../../../lambda/runs/policy-lines';
import type { PolicyDay } from '../../../lambda/runs/schemas';

const failure = { user: 'bot', step: 'rotate', error: 'AccessDenied', message: 'no', first: 'a', last: 'b', times: 3 };
const day = (policy: string, more: Partial<PolicyDay> = {}): PolicyDay => ({
  ...{ policy, from: 'a', to: 'b', runs: 10, longestPauseMs: 60_000, users: 2, rotated: 1, disabled: 1, deleted: 1, planned: 0 },
  ...{ failures: [], blocked: [], byUser: [], ...more },
});

it('adds up the days of each policy over accounts, with failures by account', () => {
  const lines = new PolicyLines();
  lines.add({ id: '1', name: 'One' }, [day('slow'), day('fast')]);
  lines.add({ id: '2', name: 'Two' }, [day('fast', { failures: [failure], longestPauseMs: 90_000 })]);
  lines.add({ id: '3', name: 'Three' });
  expect(lines.all()).toMatchObject([
    {
      policy: 'fast',
      accounts: 2,
      users: 4,
      runs: 20,
      rotated: 2,
      longestPauseMs: 90_000,
      failed: 3,
      failures: [{ account: '2', times: 3 }],
    },
    { policy: 'slow', accounts: 1, runs: 10, failed: 0 },
  ]);
});
