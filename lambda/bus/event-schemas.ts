import * as z from 'zod';
import { keyUsage } from '../runs/schemas';
import { ACTIONS } from '../shared/actions';
import type { Action, Step } from '../shared/decision';
import { EVENT_VERSION } from './detail-types';

/** The actions that are events. */
export const EVENT_ACTIONS = (Object.keys(ACTIONS) as Action[]).filter((action) => ACTIONS[action].event);

const moment = z.iso.datetime();
const accountId = z.string().regex(/^\d{12}$/);
const keyId = z.string().describe('The access key concerned.');
const run = {
  version: z.literal(EVENT_VERSION).describe('Of this schema. Fields may be added without a new version.'),
  id: z.string().describe('The same for every copy of this event. EventBridge may deliver one more than once, and a run may be repeated.'),
  runId: z.string().describe('The run that it happened in; `manual-…` for an invocation by hand.'),
  at: moment.describe('When the account, or for a run its report, was done.'),
};
const place = {
  account: accountId.describe('The account of the user, not that of the deployment.'),
  accountName: z.string().describe('Its name; empty when it is not known.'),
};
const dryRun = z.boolean().describe('True when nothing was changed.');

const key = z
  .object({
    status: z.enum(['Active', 'Inactive']).describe('What was seen before the action.'),
    created: moment,
    ageDays: z.number(),
    lastUsed: z
      .union([moment, z.literal('never')])
      .exactOptional()
      .describe('Absent when AWS was not asked.'),
    lastUsedService: z.string().exactOptional(),
    lastUsedRegion: z.string().exactOptional(),
  })
  .describe('What was seen of the access key; absent when it was not read.');

const action = z
  .object({
    ...run,
    ...place,
    dryRun,
    user: z.string().describe('The IAM user.'),
    userArn: z.string(),
    owner: z.string().exactOptional().describe("The address in the user's owner tag."),
    keyId: keyId.exactOptional(),
    key: key.exactOptional(),
    action: z.enum(EVENT_ACTIONS).describe('What was done, or shall be done.'),
    reason: z.string().describe('Why, in one sentence for people.'),
    outcome: z
      .enum(['done', 'planned', 'failed', 'deferred'])
      .describe('`planned`: a DryRun changed nothing. `failed`: an event `key rotation failed` says why. `deferred`: left to a later run.'),
    successorId: z.string().exactOptional().describe('The key that replaces it.'),
    successorSince: moment.exactOptional().describe('Since when that key waits; absent when it was made now.'),
    successorFetched: z.string().exactOptional().describe('When that key was last fetched from its secret, by day; `never` if nobody did.'),
    secretName: z.string().exactOptional().describe('The secret that holds the successor.'),
    step: z
      .enum(['rotate', 'disable', 'delete'] satisfies Step[])
      .exactOptional()
      .describe('For `warn`: the step that is near.'),
    on: moment.exactOptional().describe('When the announced or next step happens.'),
    usage: keyUsage()
      .exactOptional()
      .describe('With the setting usageDetail, of a key in use: who makes calls with it, as far as CloudTrail tells.'),
  })
  .describe('What was decided about one access key, and what came of it: detail-type "access key <action>".');

const overdue = z
  .object({ ...run, ...place, dryRun, user: z.string().describe('The IAM user.'), userArn: z.string(), keyId, key, reason: z.string() })
  .describe('An active key is past the age of its disabling and cannot be disabled: a person has to act.');

const failure = z
  .object({
    ...run,
    ...place,
    dryRun: dryRun.exactOptional(),
    user: z.string().exactOptional().describe('The IAM user; absent for a failure of the account as a whole.'),
    keyId: keyId.exactOptional(),
    step: z.string().describe('What was being done.'),
    error: z.string().describe('The name of the error: a code of AWS, or one of ours.'),
    message: z.string().describe('The error, for people.'),
  })
  .extend({ account: accountId.exactOptional().describe('Absent for a failure of the run as a whole.') })
  .describe('Something did not work.');

const count = z.number().int().nonnegative();
const runReported = z
  .object({
    ...run,
    startedAt: z.string().describe('When the run began.'),
    dryRun: dryRun.exactOptional().describe('True when nothing was changed; absent when the manifest of the run cannot be read.'),
    forceRotate: z.string().exactOptional().describe('The user of a forced rotation.'),
    accounts: z
      .object({
        succeeded: count,
        partial: count.describe('Some users failed or were left to the next run.'),
        failed: count,
        silent: count.describe('Never answered.'),
        unreadable: count,
        notDispatched: count,
        skipped: count,
      })
      .describe('How many accounts fared how.'),
    users: z.object({ seen: count, failed: count, left: count.describe('Left to the next run.') }),
    actions: z
      .record(z.string(), z.object({ done: count, planned: count, failed: count, deferred: count }))
      .describe('How often each action was taken.'),
    blocked: count.describe('Keys whose step is due and cannot be taken, at most as many as the report names.'),
    failures: count,
    mails: z.object({ sent: count, failed: count }),
    report: z.string().describe('Where the report is: `s3://…`.'),
  })
  .describe('A run is over, and its report is in the results bucket.');

const handout = z
  .object({
    version: run.version,
    id: z.string().describe('The id of the request, which the access log has, too; the same for every copy of this event.'),
    at: moment.describe('When the key was handed out; the event comes first, so that an answer that was lost has one, too.'),
    account: place.account,
    user: z.string().describe('The IAM user.'),
    keyId,
    client: z.string().describe('The client of the key API that got it.'),
    route: z.enum(['active-key', 'session']).describe('`active-key`: the access key itself. `session`: temporary credentials made by it.'),
    expiresAt: moment.describe(
      '`active-key`: until when the rotation leaves the key active at least. `session`: when the credentials expire.',
    ),
    tokenId: z.string().describe('The id of the token that the request had (`jti`).'),
    sourceIp: z.string().describe('Where the request came from.'),
  })
  .describe('A client of the key API was handed the active access key of a user, or temporary credentials made by it.');

/** The schema of each event's `detail`, by what it tells. */
export const EVENT_SCHEMAS = { action, overdue, failure, run: runReported, handout } as const;

/** What an event tells. */
export type EventKind = keyof typeof EVENT_SCHEMAS;
/** The `detail` of an event. */
export type EventDetail<Kind extends EventKind> = z.output<(typeof EVENT_SCHEMAS)[Kind]>;
