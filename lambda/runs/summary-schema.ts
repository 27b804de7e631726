import * as z from 'zod';
import { failure, skippedAccount } from './schemas';

const count = z.number().int().nonnegative();
const place = {
  account: z.string().describe('Twelve digits; empty when it concerns the run as a whole.'),
  accountName: z.string().describe('Its name; empty when it is not known.'),
};

const accountLine = z.object({
  id: z.string(),
  name: z.string(),
  status: z
    .enum(['succeeded', 'partial', 'failed', 'silent', 'unreadable', 'not dispatched'])
    .describe('How the account fared; `silent`: it was dispatched and never answered.'),
  usersSeen: count,
  failures: count,
  usersFailed: count.describe('Users with at least one failure.'),
  usersLeft: count.describe('Users that were not reached before the time limit.'),
});

const failureLine = failure().extend(place);

const blockedLine = z.object({ ...place, user: z.string(), keyId: z.string(), reason: z.string() });

const actionCount = z.object({ action: z.string(), done: count, planned: count, failed: count, deferred: count });

const policyLine = z.object({
  policy: z.string(),
  accounts: count,
  users: count,
  runs: count,
  rotated: count,
  disabled: count,
  deleted: count,
  planned: count,
  longestPauseMs: z.number().describe('The longest time without a run in any account.'),
  failed: count.describe('How often something failed.'),
  failures: z
    .array(
      failure()
        .omit({ keyId: true })
        .extend({ ...place, times: count }),
    )
    .describe('What, of no more than there is room for.'),
  blocked: count,
});

/** What `summary.json` of a run holds. */
export const runSummary = z
  .object({
    runId: z.string(),
    startedAt: z.string().describe('ISO 8601; empty when nothing says it.'),
    reportedAt: z.iso.datetime(),
    mode: z.enum(['enforcing', 'dry run', 'unknown']).describe('`unknown` only when the manifest cannot be read.'),
    forceRotate: z.string().exactOptional().describe('The user of a forced rotation.'),
    accounts: z.array(accountLine),
    skipped: z.array(skippedAccount().extend({ code: skippedAccount().shape.code.optional() })),
    usersSeen: count,
    actions: z.array(actionCount).describe('How often each kind of action was taken.'),
    failures: z
      .array(failureLine)
      .describe(
        'Of each account no more than there is room for, the message cut; a last one, `MoreFailures`, says how many more its own result holds.',
      ),
    blocked: z.array(blockedLine).describe('Keys whose step is due and cannot be taken.'),
    left: z
      .array(z.object({ ...place, users: z.array(z.string()), more: count }))
      .describe('Users that were not reached before the time limit; `more` are not named.'),
    mails: z.object({ sent: count, failed: count }),
    policies: z
      .array(policyLine)
      .exactOptional()
      .describe("Each policy beside the deployment's own, with what its runs did since the run before; absent when there is none."),
  })
  .describe('One run of the rotation, as its report has it: runs/<run id>/summary.json.');
