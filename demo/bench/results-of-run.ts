import type { AccountResult, RecordedUser, RunManifest } from '../../lambda/runs/schemas';
import { manifestKey, resultKey } from '../../lambda/runs/run-keys';
import { DAY_MS } from '../../lambda/shared/period';
import type { Sandbox } from '../../sandbox/sandbox';
import { MANAGEMENT } from '../story/organization';
import { objectOf } from '../remembered';
import { memberOf } from './organizations';

/** The run whose results are made. */
export const RUN = '20260101T020000Z-0000beef';
/** Days until a key is rotated. */
const ROTATE_DAYS = 90;
/** Some are older than the policy has them. */
const OLDEST_DAYS = 103;
const POLICY = { rotateMs: ROTATE_DAYS * DAY_MS, disableMs: 100 * DAY_MS, deleteMs: 110 * DAY_MS };
/** As long as what IAM says to a role without a permission. */
const DENIED =
  'User: arn:aws:sts::200000000001:assumed-role/iam-key-rotation-member/rotator is not authorized to perform: iam:CreateAccessKey on resource: user user-01 because no identity-based policy allows the iam:CreateAccessKey action';

/** How the accounts of a run fared: `quiet`, nothing was to be done; `failed`, every user's rotation was refused. */
export type Day = 'quiet' | 'failed';

/** Puts the manifest and the results of one run of so many accounts with so many keys each into the results bucket, as rotators do. */
export function putResults(sandbox: Sandbox, day: Day, accounts: number, keys: number): void {
  const [bucket] = [...sandbox.kernel.account(MANAGEMENT.id).buckets.values()].filter(({ name }) => name.includes('results'));
  if (!bucket) throw new Error('the app has no results bucket');
  const now = sandbox.clock.now();
  const put = (key: string, value: object): void => {
    bucket.objects.set(key, objectOf(JSON.stringify(value, undefined, 2), now));
  };
  const ids = Array.from({ length: accounts }, (_, number) => memberOf(number + 1));
  const manifest: RunManifest = {
    runId: RUN,
    startedAt: now.toISOString(),
    dryRun: false,
    accounts: ids,
    skipped: [],
    failed: [],
  };
  put(manifestKey(RUN), manifest);
  ids.forEach((account, number) => {
    put(resultKey(RUN, account.id), resultOf(account, day, number * keys, keys, now));
  });
}

function resultOf(account: AccountResult['account'], day: Day, from: number, keys: number, now: Date): AccountResult {
  const users = Array.from({ length: keys }, (_, number) => recordedUser(from + number, now));
  const failed = day === 'failed' ? users : [];
  const at = now.toISOString();
  return {
    runId: RUN,
    account,
    dryRun: false,
    startedAt: at,
    finishedAt: at,
    status: failed.length > 0 ? 'partial' : 'succeeded',
    coverage: 'report',
    usersSeen: keys,
    users: failed.map(({ user, keys: all }) => ({
      user,
      arn: `arn:aws:iam::${account.id}:user/${user}`,
      keys: [],
      actions: all.map(({ keyId = '' }) => ({ action: 'rotate' as const, keyId, reason: 'it is 90 days old', outcome: 'failed' as const })),
    })),
    failures: failed.map(({ user }) => ({ user, step: 'rotate', error: 'AccessDenied', message: DENIED })),
    left: [],
    mails: [],
    inventory: { policy: POLICY, usesAsOf: at, users },
  };
}

/** Each with one used key; ages are spread evenly, as they are once everything has been rotated in its time. */
function recordedUser(number: number, now: Date): RecordedUser {
  const age = (number * 37) % OLDEST_DAYS;
  const ago = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
  return {
    user: `${['web-deploy', 'billing-export', 'ci-runner', 'backup'][number % 4] ?? ''}-${number}`,
    owner: `team-${number % 500}@acme.example`,
    read: ago(number % 30),
    keys: [
      {
        keyId: `AKIA${number.toString(36).toUpperCase().padStart(16, 'A')}`,
        status: 'Active',
        created: ago(age),
        lastUsed: ago(number % 60),
        lastUsedService: ['s3', 'ec2', 'sqs'][number % 3] ?? '',
        lastUsedRegion: 'eu-west-1',
        issued: true,
        fetched: ago(age),
        step: 'rotate',
        on: ago(age - ROTATE_DAYS),
      },
    ],
  };
}
