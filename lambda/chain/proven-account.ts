import type { StoredBytes, Unreadable } from '../runs/run-store';
import type { StoredResult } from '../runs/schemas';
import type { ProvenAccount } from './entry';
import { sha256 } from './hash';
import { recordsOf, RecordsHash } from './records';

/** What the chain holds of one account's answer, as it is stored and as it is read. */
export function provenAccount(
  runId: string,
  account: string,
  { bytes, etag }: StoredBytes,
  result: StoredResult | Unreadable,
): ProvenAccount {
  const hash = new RecordsHash();
  if (!('unreadable' in result)) for (const record of recordsOf(runId, result)) hash.add(record);
  return {
    account,
    name: 'unreadable' in result ? '' : result.account.name,
    mode: 'unreadable' in result ? 'unknown' : result.dryRun ? 'dry run' : 'enforcing',
    resultSha256: sha256(bytes),
    etag,
    ...hash.done(),
    ...('unreadable' in result && { unreadable: result.unreadable }),
  };
}
