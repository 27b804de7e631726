import { answerOf } from '../../../lambda/rotator/answer';
import type { AccountResult, UserResult } from '../../../lambda/runs/schemas';
import { ACCOUNT, NOW } from '../../helpers/facts';

const STORED = `s3://results/runs/run-1/${ACCOUNT}.json`;
const LIMIT = 6_291_556;
/** As large as they come: IAM's longest name and path, two keys of which each has its action. */
function largestUser(index: number): UserResult {
  const user = `${index}`.padEnd(64, 'x');
  const [older, younger] = [`AKIA${`${index}`.padStart(16, '0')}`, `AKIB${`${index}`.padStart(16, '0')}`];
  const key = {
    status: 'Active' as const,
    created: NOW.toISOString(),
    lastUsed: NOW.toISOString(),
    lastUsedService: 's3',
    lastUsedRegion: 'eu-west-1',
  };
  return {
    user,
    arn: `arn:aws:iam::${ACCOUNT}:user/${'p'.repeat(510)}/${user}`,
    owner: 'owner@acme.example',
    keys: [
      { ...key, keyId: older, ageDays: 200 },
      { ...key, keyId: younger, ageDays: 120 },
    ],
    actions: [
      {
        action: 'notify',
        keyId: older,
        reason: `it is 200 days old, and the user's second active key ${younger} leaves no room for a successor; it is disabled on 2026-12-01`,
        on: NOW.toISOString(),
        outcome: 'done',
      },
      {
        action: 'blocked',
        keyId: younger,
        reason: `it is 120 days old, and is rotated once the older key ${older} is gone`,
        outcome: 'done',
      },
    ],
  };
}
const result = (users: UserResult[]): AccountResult => ({
  runId: 'run-1',
  account: { id: ACCOUNT, name: 'Payments', email: 'aws@example.com' },
  dryRun: false,
  startedAt: NOW.toISOString(),
  finishedAt: NOW.toISOString(),
  status: 'partial',
  coverage: 'sweep',
  usersSeen: users.length,
  users,
  failures: [{ user: 'a', step: 'rotate', error: 'AccessDenied', message: 'no' }],
  left: ['b', 'c'],
  mails: [{ recipient: 'aws@example.com', template: 'digest', items: 2, outcome: 'sent' }],
});
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

it('answers the counts of an account of the largest size, and where the whole result is', () => {
  const whole = result(Array.from({ length: 5_000 }, (_, index) => largestUser(index)));
  expect(bytes(whole)).toBeGreaterThan(LIMIT);
  const inventory = { policy: { rotateMs: 1, disableMs: 2, deleteMs: 3 }, users: [{ user: 'a', keys: [] }] };
  const answer = answerOf({ ...whole, inventory }, STORED);
  expect(answer).toMatchObject({
    runId: 'run-1',
    status: 'partial',
    stored: STORED,
    users: 5_000,
    failures: 1,
    left: 2,
    mails: 1,
    inventory: 1,
  });
  expect(bytes(answer)).toBeLessThan(1_000);
});

it('answers everything up to the very last byte, each of which counts', () => {
  const filled = (length: number): AccountResult => ({ ...result([]), runId: 'é'.repeat(length) });
  const most = Math.floor((LIMIT - bytes(filled(0))) / 2);
  expect(answerOf(filled(most), STORED)).toEqual(filled(most));
  expect(answerOf(filled(most + 1), STORED)).toMatchObject({ stored: STORED });
});
