import type { Entry, ProvenAccount } from '../../../lambda/chain/entry';
import { sha256 } from '../../../lambda/chain/hash';
import { ACCOUNT } from '../../helpers/facts';

/** An account's answer as the chain holds it. */
const proven = (overrides: Partial<ProvenAccount> = {}): ProvenAccount => ({
  account: ACCOUNT,
  name: 'Payments',
  mode: 'enforcing',
  resultSha256: sha256('result'),
  etag: '"tag"',
  records: 0,
  recordsSha256: sha256(''),
  ...overrides,
});

/** The first entry of a chain. */
export const entry = (overrides: Partial<Entry> = {}): Entry => ({
  version: 1,
  number: 1,
  at: '2026-11-21T04:00:00.000Z',
  kind: 'run',
  runId: '20261121T020000Z-1234abcd',
  startedAt: '2026-11-21T02:00:00.000Z',
  mode: 'enforcing',
  accounts: [proven()],
  previous: null,
  ...overrides,
});
