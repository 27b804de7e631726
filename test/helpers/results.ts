import type { AccountResult, ActionResult, UserResult } from '../../lambda/runs/schemas';
import { ACCOUNT, NOW, OLD } from './facts';

export const action = (overrides: Partial<ActionResult> = {}): ActionResult => ({
  action: 'rotate',
  keyId: OLD,
  reason: 'it is 95 days old',
  outcome: 'done',
  ...overrides,
});

export const userResult = (user: string, ...actions: ActionResult[]): UserResult => ({
  user,
  arn: `arn:aws:iam::${ACCOUNT}:user/${user}`,
  keys: [],
  actions,
});

/** An account's result without users or failures, changed by what is given. */
export const accountResult = (overrides: Partial<AccountResult> = {}): AccountResult => ({
  runId: 'run-1',
  account: { id: ACCOUNT, name: 'Payments', email: 'aws@example.com' },
  dryRun: false,
  startedAt: NOW.toISOString(),
  finishedAt: NOW.toISOString(),
  status: 'succeeded',
  coverage: 'report',
  usersSeen: 1,
  users: [],
  failures: [],
  left: [],
  mails: [],
  ...overrides,
});
