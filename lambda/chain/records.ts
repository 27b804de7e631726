import { createHash } from 'node:crypto';
import type { StoredResult } from '../runs/schemas';

/** One action of a run, or something that did not work, as auditors get it. Its members and their order never change: they are hashed. */
export interface EvidenceRecord {
  runId: string;
  /** Of the first call that changed something, else of the end of the account's run; ISO 8601. */
  time: string;
  mode: 'enforcing' | 'dry run';
  account: string;
  accountName: string;
  kind: 'action' | 'failure';
  /** Empty for a failure of the account as a whole. */
  user: string;
  /** Empty where it is not about one key. */
  accessKeyId: string;
  /** What was decided, or for a failure what was being done. */
  action: string;
  outcome: string;
  reason: string;
  /** The key that replaces it, or empty. */
  successorId: string;
  /** The calls that were to change something; `id` is CloudTrail's `requestID`, and absent when there was no answer. */
  requests: readonly { call: string; id?: string; at: string; error?: string }[];
}

/** Everything that a run did in an account, or was to do, and what failed there. */
export function recordsOf(runId: string, { account, dryRun, finishedAt = '', users, failures }: StoredResult): EvidenceRecord[] {
  const common = { account: account.id, accountName: account.name } as const;
  const mode = dryRun ? 'dry run' : 'enforcing';
  return [
    ...users.flatMap(({ user, actions }) =>
      actions.map(({ keyId = '', action, outcome, reason, successorId = '', requests = [] }): EvidenceRecord => {
        const of = { user, accessKeyId: keyId, action, outcome, reason, successorId };
        return { runId, time: requests[0]?.at ?? finishedAt, mode, ...common, kind: 'action', ...of, requests };
      }),
    ),
    ...failures.map(({ user = '', keyId = '', step, error, message }): EvidenceRecord => {
      const of = { user, accessKeyId: keyId, action: step, outcome: 'failed', reason: `${error}: ${message}`, successorId: '' };
      return { runId, time: finishedAt, mode, ...common, kind: 'failure', ...of, requests: [] };
    }),
  ];
}

/** The hash of an account's records in their order, each as one line of JSON. */
export class RecordsHash {
  private readonly hash = createHash('sha256');
  private count = 0;

  add(record: object): void {
    this.hash.update(`${JSON.stringify(record)}\n`);
    this.count += 1;
  }

  /** How many there were, and their hash; nothing may be added afterwards. */
  done(): { records: number; recordsSha256: string } {
    return { records: this.count, recordsSha256: this.hash.digest('hex') };
  }
}
