import * as z from 'zod';
import type { StoredEntry } from '../../lambda/chain/entry';
import type { EvidenceRecord } from '../../lambda/chain/records';
import { runStart } from '../../lambda/runs/run-id';
import { csvLine } from '../../page/csv';
import type { Period } from './evidence-command';

/** What is in a pack. */
export const FILES = {
  readme: 'README.txt',
  about: 'pack.json',
  actionsCsv: 'actions.csv',
  actionsJson: 'actions.json',
  runsCsv: 'runs.csv',
  chain: 'chain',
  publicKey: 'public-key.pem',
} as const;

const about = z.object({
  version: z.literal(1),
  /** Days, both included. */
  from: z.iso.date(),
  to: z.iso.date(),
  /** ISO 8601. */
  made: z.string(),
  stack: z.string(),
  /** The results bucket. */
  bucket: z.string(),
  /** What the chain proves and the pack lacks, with the reason. */
  missing: z.array(z.object({ entry: z.int(), account: z.string(), reason: z.string() })),
  /** Runs of the period that were in no entry when the pack was made. */
  withoutEntry: z.array(z.string()),
});

/** What a pack says of itself. */
export type About = z.output<typeof about>;

/** Reads what a pack says of itself; throws when the text is not that. */
export const parseAbout = (text: string): About => about.parse(JSON.parse(text));

/** Whether an entry is about a run of the period. */
export function isInPeriod({ entry }: StoredEntry, { from, to }: Period): boolean {
  const day = (runStart(entry.runId)?.toISOString() ?? entry.startedAt).slice(0, 10);
  return day >= from && day <= to;
}

/** A record with the entry that proves it: one line of actions.json. */
export type ActionLine = { entry: number } & EvidenceRecord;

/** The first line of actions.csv. */
export const ACTIONS_HEAD = csvLine([
  'entry',
  'runId',
  'time',
  'mode',
  'account',
  'accountName',
  'kind',
  'user',
  'accessKeyId',
  'action',
  'outcome',
  'reason',
  'successorId',
  'requests',
]);

/** A record's line of actions.csv; the requests as `CreateAccessKey <id>`, one after the other. */
export const actionLine = (line: ActionLine): string =>
  csvLine([
    line.entry,
    line.runId,
    line.time,
    line.mode,
    line.account,
    line.accountName,
    line.kind,
    line.user,
    line.accessKeyId,
    line.action,
    line.outcome,
    line.reason,
    line.successorId,
    line.requests
      .map(({ call, id, error }) => [call, id ?? 'no-answer', ...(error === undefined ? [] : [`(${error})`])].join(' '))
      .join('; '),
  ]);

/** The first line of runs.csv. */
export const RUNS_HEAD = csvLine([
  'entry',
  'written',
  'kind',
  'runId',
  'startedAt',
  'mode',
  'forceRotate',
  'dispatched',
  'answers',
  'silent',
  'notDispatched',
  'skipped',
  'unreadable',
  'records',
  'entrySha256',
  'signed',
]);

/** An entry's line of runs.csv; accounts by their ids. */
export function runLine({ entry, sha256, signature }: StoredEntry): string {
  const { number, at, kind, runId, startedAt, mode, forceRotate = '', sent, accounts } = entry;
  return csvLine([
    number,
    at,
    kind,
    runId,
    startedAt,
    mode,
    forceRotate,
    sent ? sent.dispatched : '',
    accounts.length,
    (sent?.silent ?? []).join(' '),
    (sent?.notDispatched ?? []).join(' '),
    (sent?.skipped ?? []).join(' '),
    accounts.flatMap(({ account, unreadable }) => (unreadable === undefined ? [] : account)).join(' '),
    accounts.reduce((sum, { records }) => sum + records, 0),
    sha256,
    signature ? 'yes' : 'no',
  ]);
}

/** What a person finds who opens the folder. */
export const README = `Evidence of the rotation of IAM access keys

  actions.csv, actions.json  every action and failure of every run in the period, the same in both
  runs.csv                   every run: when, DryRun or enforcing, which accounts answered, which did not
  chain/                     the entries of the evidence chain, as they are stored
  public-key.pem             the key that signed them; absent where the chain is not signed
  pack.json                  the period, and what is missing

Verify it with the command line of this project, offline:

  iam-keys evidence --verify FOLDER

By hand: sha256sum of an entry's file is "previous" in the next entry. The second line of an entry's file is the signature of the SHA-256
(64 hexadecimal digits) of its first line, without the line end:

  head -n 1 chain/000000001.jsonl | tr -d '\\n' | sha256sum | cut -c 1-64 | tr -d '\\n' > signed
  tail -n 1 chain/000000001.jsonl | jq -r .signature | base64 -d > signature
  openssl dgst -sha256 -verify public-key.pem -signature signature signed

Compare public-key.pem with the key that the organization shows you itself:

  aws kms get-public-key --key-id KEY --query PublicKey --output text | base64 -d | openssl ec -pubin -inform DER

An action's request ids are the requestID of its events in CloudTrail, in the account named beside it.
`;
