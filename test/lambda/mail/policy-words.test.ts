import { policyCounts, policyLineWords } from '../../../lambda/mail/policy-words';

const counts = { runs: 1_440, rotated: 144, disabled: 143, deleted: 142, planned: 0, longestPauseMs: 60_000 };
const failure = {
  account: '111122223333',
  accountName: 'Team',
  user: 'bot',
  step: 'rotate',
  error: 'AccessDenied',
  message: 'no',
  times: 5,
};
const line = { ...counts, policy: 'fast', accounts: 1, users: 2, failed: 0, failures: [], blocked: 0 };

it.each([
  [counts, '1,440 runs, 144 rotated, 143 disabled, 142 deleted'],
  [{ ...counts, planned: 3 }, '1,440 runs, 144 rotated, 143 disabled, 142 deleted, 3 planned only (dry run)'],
  [{ ...counts, longestPauseMs: 600_000 }, '1,440 runs, 144 rotated, 143 disabled, 142 deleted, the longest time without a run 10 minutes'],
])('says what runs did', (given, words) => {
  expect(policyCounts(given)).toBe(words);
});

it('names what failed, and how often', () => {
  expect(policyLineWords({ ...line, failed: 5, blocked: 1, failures: [failure] })).toBe(
    '2 users in 1 account, 1,440 runs, 144 rotated, 143 disabled, 142 deleted; 1 key blocked; 5 failures: Team · bot: rotate: AccessDenied (5 times)',
  );
});
