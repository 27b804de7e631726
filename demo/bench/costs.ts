import { daysKept } from '../../lambda/core/plan/plan-secret';
import { parsePeriod, type Period } from '../../lambda/shared/period';
import { PROFILES } from '../../lib/settings/profiles';
import { PRICES } from './prices';

/** Milliseconds of a function at no latency and at `LATENCY_MS` per call: work, and work with waiting. */
export interface Effort {
  busy: number;
  waiting: number;
}

/** What is measured on the sandbox, from which a month's bill follows. */
export interface CostBasis {
  /** Of the functions as deployed, in MiB. */
  memory: { orchestrator: number; rotator: number; reporter: number };
  /** A quiet day of one account in a new process. */
  quiet: Effort;
  /** Issuing, disabling and deleting one key, beyond the quiet days. */
  cycle: Effort & { secretCalls: number; secretWrites: number; events: number; logBytes: number };
  /** Per account. */
  orchestrator: Effort;
  reporter: Effort;
  resultBytes: number;
  logBytes: number;
  metrics: number;
  alarms: number;
}

/** Settings that a bill depends on. */
export interface CostSettings {
  secretStore: 'member' | 'central';
  /** How many. */
  replicaRegions: number;
  /** As the setting is given; every secret is then deleted as soon as it can be. Secrets are kept when absent. */
  deleteSecretAfter?: string;
  /** Every invocation is traced, which is the most that X-Ray samples. */
  tracing: boolean;
}

/** What is deployed when nobody says otherwise. */
export const DEFAULTS: CostSettings = { secretStore: 'member', replicaRegions: 0, tracing: false };

/** One line of a month's bill, in US dollars. */
export interface CostLine {
  item: string;
  dollars: number;
}

export const DAYS = 30.4;
/** A call's latency on AWS that the durations assume, in milliseconds. */
export const LATENCY_MS = 50;
/** Days from a key's creation to its rotation. */
export const CYCLE_DAYS = daysOf(PROFILES.standard.rotate);
/** Days in a key's life on which people are written to: each step, and 7 days and 1 day before it. */
const MAIL_DAYS = 9;
/** What Secrets Manager asks of a key for a write, in each region: GenerateDataKey, and Decrypt or Encrypt. */
const KEY_REQUESTS = 2;
/** The line that nearly all of a bill is. */
export const SECRETS = 'Secrets Manager: secrets';
/** Days that results are kept by default. */
const RETENTION_DAYS = 400;
/** A function of this memory has one vCPU, one of less the share: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MIB_PER_CPU = 1_769;
const GB = 1e9;

/** Seconds that Lambda bills: the work at the function's share of a vCPU, the waiting as it is. */
export function billedSeconds({ busy, waiting }: Effort, memory: number): number {
  return (busy * Math.max(1, MIB_PER_CPU / memory) + Math.max(0, waiting - busy)) / 1_000;
}

function daysOf(text: string): number {
  const period = parsePeriod(text);
  if (period?.unit !== 'days') throw new Error(`${text} is not in days`);
  return period.days;
}

/** Of the days between two rotations those on which a secret exists, with the default ages. */
export function daysWithSecret(deleteSecretAfter: string): number {
  const days = (count: number): Period => ({ unit: 'days', days: count });
  const { rotate, disable, delete: remove } = PROFILES.standard;
  const graces = { disableGrace: days(daysOf(disable) - daysOf(rotate)), deleteGrace: days(daysOf(remove) - daysOf(disable)) };
  return Math.min(CYCLE_DAYS, daysKept({ ...graces, deleteSecretAfter: days(daysOf(deleteSecretAfter)) }) ?? CYCLE_DAYS);
}

/**
 * A month of so many accounts with so many users of one key each, free tiers aside; lines of other services come to less than a cent. What
 * users' own fetching costs is not in it.
 */
export function monthlyCosts(basis: CostBasis, accounts: number, users: number, settings: CostSettings = DEFAULTS): CostLine[] {
  const { memory } = basis;
  const runs = accounts * DAYS;
  const cycles = (accounts * users * DAYS) / CYCLE_DAYS;
  const gigabyteSeconds = (effort: Effort, megabytes: number): number => (billedSeconds(effort, megabytes) * megabytes) / 1_024;
  const compute =
    runs * gigabyteSeconds(basis.quiet, memory.rotator) +
    cycles * gigabyteSeconds(basis.cycle, memory.rotator) +
    runs * gigabyteSeconds(basis.orchestrator, memory.orchestrator) +
    runs * gigabyteSeconds(basis.reporter, memory.reporter);
  const mails = cycles * MAIL_DAYS * 2 + DAYS;
  const { secretStore, replicaRegions, deleteSecretAfter, tracing } = settings;
  const regions = 1 + replicaRegions;
  const existing = deleteSecretAfter === undefined ? 1 : daysWithSecret(deleteSecretAfter) / CYCLE_DAYS;
  const keyRequests = cycles * basis.cycle.secretWrites * KEY_REQUESTS;
  return [
    { item: SECRETS, dollars: accounts * users * regions * existing * PRICES.secret.dollars },
    { item: 'Secrets Manager: calls', dollars: cycles * basis.cycle.secretCalls * PRICES.secretCall.dollars },
    { item: 'Lambda: GB-seconds', dollars: compute * PRICES.lambdaArm.dollars },
    { item: 'Lambda: requests', dollars: (runs + 2 * DAYS) * PRICES.lambdaRequest.dollars },
    {
      item: 'S3',
      dollars:
        runs * (PRICES.s3Write.dollars + PRICES.s3Read.dollars) +
        ((accounts * RETENTION_DAYS * basis.resultBytes) / GB) * PRICES.s3Storage.dollars,
    },
    { item: 'SES', dollars: mails * PRICES.mail.dollars },
    { item: 'CloudWatch: metrics and alarms', dollars: basis.metrics * PRICES.metric.dollars + basis.alarms * PRICES.alarm.dollars },
    { item: 'CloudWatch: logs', dollars: ((runs * basis.logBytes + cycles * basis.cycle.logBytes) / GB) * PRICES.log.dollars },
    {
      item: 'EventBridge and Scheduler',
      dollars: cycles * basis.cycle.events * PRICES.event.dollars + 2 * DAYS * PRICES.schedule.dollars,
    },
    ...(secretStore === 'central'
      ? [{ item: 'KMS', dollars: regions * (PRICES.customerKey.dollars + keyRequests * PRICES.keyRequest.dollars) }]
      : []),
    ...(tracing ? [{ item: 'X-Ray', dollars: (runs + 2 * DAYS) * PRICES.trace.dollars }] : []),
  ];
}

/** Calls per account and day of a program that asks about every user: four for the account and three for each user. */
const PEER_CALLS = { account: 4, user: 3 };
/** Lambda's default, in MiB, where a template gives none. */
const PEER_MEMORY = 128;

/** The same month the way others do it: every user asked about every day, one call after the other, on x86 with 128 MB. */
export function peerCosts(accounts: number, users: number): CostLine[] {
  const runs = accounts * DAYS;
  const mails = ((accounts * users * DAYS) / CYCLE_DAYS) * MAIL_DAYS * 2;
  const seconds = ((PEER_CALLS.account + PEER_CALLS.user * users) * LATENCY_MS) / 1_000;
  return [
    { item: SECRETS, dollars: accounts * users * PRICES.secret.dollars },
    { item: 'Lambda: GB-seconds', dollars: runs * seconds * (PEER_MEMORY / 1_024) * PRICES.lambdaX86.dollars },
    { item: 'Lambda: requests', dollars: (runs + mails + DAYS) * PRICES.lambdaRequest.dollars },
    { item: 'SES', dollars: mails * PRICES.mail.dollars },
    { item: 'KMS: customer managed key', dollars: PRICES.customerKey.dollars },
  ];
}

/** All lines together. */
export const sum = (lines: readonly CostLine[]): number => lines.reduce((total, { dollars }) => total + dollars, 0);
