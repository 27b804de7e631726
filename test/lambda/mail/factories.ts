import type { AccountResult, ActionResult, KeyFacts, UserResult } from '../../../lambda/runs/schemas';

export const keyFacts = (overrides: Partial<KeyFacts> = {}): KeyFacts => ({
  keyId: 'AKIAOLD0000000000001',
  status: 'Active',
  created: '2026-08-23T08:00:00.000Z',
  ageDays: 90,
  lastUsed: '2026-11-19T06:45:00.000Z',
  lastUsedService: 's3',
  lastUsedRegion: 'eu-west-1',
  ...overrides,
});

export const action = (overrides: Partial<ActionResult> = {}): ActionResult => ({
  action: 'rotate',
  keyId: 'AKIAOLD0000000000001',
  reason: 'it is 90 days old',
  outcome: 'done',
  ...overrides,
});

export const user = (name: string, overrides: Partial<UserResult> = {}): UserResult => ({
  user: name,
  arn: `arn:aws:iam::111122223333:user/${name}`,
  keys: [keyFacts()],
  actions: [action()],
  ...overrides,
});

export const accountResult = (overrides: Partial<AccountResult> = {}): AccountResult => ({
  runId: 'run-1',
  account: { id: '111122223333', name: 'Payments', email: 'aws@example.com' },
  dryRun: false,
  startedAt: '2026-11-21T02:00:00.000Z',
  finishedAt: '2026-11-21T02:00:09.000Z',
  status: 'succeeded',
  coverage: 'report',
  usersSeen: 1,
  users: [user('alice')],
  failures: [],
  left: [],
  mails: [],
  ...overrides,
});
