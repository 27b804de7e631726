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
  cycle: Effort & { secretCalls: number; events: number; logBytes: number };
  /** Per account. */
  orchestrator: Effort;
  reporter: Effort;
  resultBytes: number;
  logBytes: number;
  metrics: number;
  alarms: number;
}

/** One line of a month's bill, in US dollars. */
export interface CostLine {
  item: string;
  dollars: number;
}

export const DAYS = 30.4;
/** A call's latency on AWS that the durations assume, in milliseconds. */
export const LATENCY_MS = 50;
/** Days from a key's creation to its rotation. */
export const CYCLE_DAYS = 90;
/** Days in a key's life on which people are written to: each step, and 7 days and 1 day before it. */
export const MAIL_DAYS = 9;
/** Days that results are kept by default. */
const RETENTION_DAYS = 400;
/** A function of this memory has one vCPU, one of less the share: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const MIB_PER_CPU = 1_769;
const GB = 1e9;

/** Seconds that Lambda bills: the work at the function's share of a vCPU, the waiting as it is. */
export function billedSeconds({ busy, waiting }: Effort, memory: number): number {
  return (busy * Math.max(1, MIB_PER_CPU / memory) + Math.max(0, waiting - busy)) / 1_000;
}

/** A month of so many accounts with so many users of one key each, free tiers aside; lines of other services come to less than a cent. */
export function monthlyCosts(basis: CostBasis, accounts: number, users: number): CostLine[] {
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
  return [
    { item: 'Secrets Manager: secrets', dollars: accounts * users * PRICES.secret.dollars },
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
    { item: 'Secrets Manager: secrets', dollars: accounts * users * PRICES.secret.dollars },
    { item: 'Lambda: GB-seconds', dollars: runs * seconds * (PEER_MEMORY / 1_024) * PRICES.lambdaX86.dollars },
    { item: 'Lambda: requests', dollars: (runs + mails + DAYS) * PRICES.lambdaRequest.dollars },
    { item: 'SES', dollars: mails * PRICES.mail.dollars },
    { item: 'KMS: customer managed key', dollars: PRICES.customerKey.dollars },
  ];
}

/** All lines together. */
export const sum = (lines: readonly CostLine[]): number => lines.reduce((total, { dollars }) => total + dollars, 0);
