import type { AccountResult, RunManifest } from '../../../lambda/runs/schemas';
import { accountResult } from '../mail/factories';

/** `111111111111`, `222222222222`, … */
export const accountId = (n: number): string => String(n).repeat(12);

export const manifest = (accounts: number, overrides: Partial<RunManifest> = {}): RunManifest => ({
  runId: 'run-1',
  startedAt: '2026-11-21T02:00:00.000Z',
  dryRun: false,
  accounts: Array.from({ length: accounts }, (_, n) => ({
    id: accountId(n + 1),
    name: `Account ${n + 1}`,
    email: `a${n + 1}@example.com`,
  })),
  skipped: [],
  failed: [],
  ...overrides,
});

export const resultOf = (n: number, overrides: Partial<AccountResult> = {}): AccountResult =>
  accountResult({ account: { id: accountId(n), name: `Account ${n}`, email: `a${n}@example.com` }, usersSeen: 10, ...overrides });
