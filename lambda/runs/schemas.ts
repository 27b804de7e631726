import * as z from 'zod';
import { ACTIONS } from '../shared/actions';
import type { Action, Step } from '../shared/decision';
import { once, type Parsed } from '../shared/once';

const accountRef = once(() =>
  z.object({
    /** Twelve digits. */
    id: z.string(),
    name: z.string(),
    email: z.string(),
  }),
);

const keyCaller = once(() =>
  z.object({
    /** The address that the calls came from, or the service of AWS that made them. */
    source: z.string(),
    /** What the program calls itself, in short; whoever makes a call can write anything. */
    agent: z.string(),
    /** Calls that were seen. */
    calls: z.number(),
    /** ISO 8601. */
    first: z.string(),
    /** ISO 8601. */
    last: z.string(),
    /** What it called most, such as `sts GetCallerIdentity`. */
    names: z.array(z.object({ name: z.string(), calls: z.number() })),
  }),
);

/** Who makes calls with a key, as far as CloudTrail tells. */
export const keyUsage = once(() =>
  z.object({
    /** The regions in which CloudTrail was asked and answered. */
    regions: z.array(z.string()),
    /** Calls that were seen, of all callers. */
    calls: z.number(),
    /** There are older calls than were read. */
    newestOnly: z.literal(true).exactOptional(),
    /** Who made the most calls. */
    callers: z.array(keyCaller()),
    /** How many more there are. */
    otherCallers: z.number(),
    /** What could not be looked up, which is no failure of the run. */
    failed: z.array(z.object({ region: z.string(), error: z.string(), message: z.string() })),
  }),
);

const actionResult = once(() =>
  z.object({
    action: z.enum(Object.keys(ACTIONS) as Action[]),
    /** The access key concerned; absent when the user as a whole is skipped. */
    keyId: z.string().exactOptional(),
    /** Why, in one sentence for people; never holds a secret. */
    reason: z.string(),
    /**
     * `done`; `planned` = DryRun, nothing was changed; `failed` = see the failure of the same user; `deferred` = not done in this run: a
     * limit per run was reached, or somebody else changed the user meanwhile, as the reason says.
     */
    outcome: z.enum(['done', 'planned', 'failed', 'deferred']),
    /** The key that replaces it: the one that `rotate` made now, or one that waits since an earlier run. */
    successorId: z.string().exactOptional(),
    /** Since when that key waits, ISO 8601; absent when it was made now. */
    successorSince: z.string().exactOptional(),
    /** When the version of the secret that holds that key was last fetched, ISO 8601, by day; `never` as AWS answered it. */
    successorFetched: z.string().exactOptional(),
    /** The secret that holds the successor. */
    secretName: z.string().exactOptional(),
    /** For `warn`: the step announced. */
    step: z.enum(['rotate', 'disable', 'delete'] satisfies Step[]).exactOptional(),
    /** When the announced or next step happens, ISO 8601. */
    on: z.string().exactOptional(),
    /** One of many under a policy of minutes: no mail and no event tells of it by itself. */
    quiet: z.literal(true).exactOptional(),
    /** Who makes calls with the key, where the settings ask for that and it is still used. */
    usage: keyUsage().exactOptional(),
    /** The calls that were to change something, each attempt, in their order; absent when there were none, and in results of older versions. */
    requests: z
      .array(
        z.object({
          /** CloudTrail's `eventName`. */
          call: z.string(),
          /** CloudTrail's `requestID`; absent when there was no answer. */
          id: z.string().exactOptional(),
          /** ISO 8601. */
          at: z.string(),
          /** What AWS refused it with, or why there was no answer. */
          error: z.string().exactOptional(),
        }),
      )
      .exactOptional(),
  }),
);

const keyFacts = once(() =>
  z.object({
    keyId: z.string(),
    status: z.enum(['Active', 'Inactive']),
    /** ISO 8601. */
    created: z.string(),
    ageDays: z.number(),
    /** ISO 8601, or `never` as AWS answered it; absent when it was not asked. */
    lastUsed: z.string().exactOptional(),
    lastUsedService: z.string().exactOptional(),
    lastUsedRegion: z.string().exactOptional(),
    /** What people call it in the console. */
    description: z.string().exactOptional(),
  }),
);

const userResult = once(() =>
  z.object({
    user: z.string(),
    arn: z.string(),
    /** The address in the user's owner tag, when there is one. */
    owner: z.string().exactOptional(),
    keys: z.array(keyFacts()),
    actions: z.array(actionResult()),
  }),
);

/** Something that did not work. */
export const failure = once(() =>
  z.object({
    /** Absent for a failure of the account as a whole. */
    user: z.string().exactOptional(),
    /** The access key that it is about, where it is one key's. */
    keyId: z.string().exactOptional(),
    /** What was being done, for example `rotate`, `read user`, `send mail`. */
    step: z.string(),
    /** The error's name: an AWS error code or one of ours. */
    error: z.string(),
    message: z.string(),
  }),
);

const mailResult = once(() =>
  z.object({
    recipient: z.string(),
    template: z.string(),
    /** Keys named in the mail. */
    items: z.number(),
    outcome: z.enum(['sent', 'failed']),
  }),
);

/** What exempts a user, or seems to. */
export const exemption = once(() =>
  z.object({
    /** What it is; `tag` also of one that exempts nobody. */
    by: z.enum(['group', 'path', 'tag']),
    /** They are left alone. */
    exempt: z.boolean(),
    /** The last day, `2027-01-31`; absent when it has no end. */
    until: z.string().exactOptional(),
    /** What is wrong with it, in one sentence. */
    unclear: z.string().exactOptional(),
  }),
);

const recordedKey = once(() =>
  z.object({
    /** Absent while only a credential report, which names no ids, has shown the key. */
    keyId: z.string().exactOptional(),
    status: z.enum(['Active', 'Inactive']),
    /** ISO 8601; absent when AWS did not say. */
    created: z.string().exactOptional(),
    /** ISO 8601, or `never` as AWS answered it; absent when it is not known. */
    lastUsed: z.string().exactOptional(),
    lastUsedService: z.string().exactOptional(),
    lastUsedRegion: z.string().exactOptional(),
    /** We issued it. */
    issued: z.literal(true).exactOptional(),
    /** The day on which its secret was last seen to be fetched, ISO 8601. */
    fetched: z.string().exactOptional(),
    /** The key that has replaced it. */
    successorId: z.string().exactOptional(),
    /** What comes next for it, and when, ISO 8601; absent when nothing does or it cannot be told. */
    step: z.enum(['rotate', 'disable', 'delete'] satisfies Step[]).exactOptional(),
    on: z.string().exactOptional(),
  }),
);

const recordedUser = once(() =>
  z.object({
    user: z.string(),
    /** The address in their owner tag when it was last read. */
    owner: z.string().exactOptional(),
    /** When their tags were last read, ISO 8601; absent when they never were. */
    read: z.string().exactOptional(),
    /** The policy that they follow beside the deployment's own. */
    policy: z.string().exactOptional(),
    /** `since`: when a run first saw it, ISO 8601. */
    exemption: exemption().extend({ since: z.string() }).exactOptional(),
    keys: z.array(recordedKey()),
  }),
);

const inventory = once(() =>
  z.object({
    /** The policy's ages in milliseconds. */
    policy: z.object({ rotateMs: z.number(), disableMs: z.number(), deleteMs: z.number() }),
    /** When AWS made the credential report that uses are from, ISO 8601; absent when none was read. */
    usesAsOf: z.string().exactOptional(),
    /** Everybody who has a key or an exemption, by name. */
    users: z.array(recordedUser()),
  }),
);

/** What the runs of one policy beside the deployment's own did in one account, from one run of the deployment's own to the next. */
export const policyDay = once(() =>
  z.object({
    policy: z.string(),
    /** Its users fetch their keys, so that no mail tells of single ones; absent when they do not, and in results of older versions. */
    fetched: z.literal(true).exactOptional(),
    /** ISO 8601, of the first and the last of its runs. */
    from: z.string(),
    to: z.string(),
    runs: z.number(),
    /** The longest time between two of them, in milliseconds. */
    longestPauseMs: z.number(),
    /** Users who followed it when it last ran. */
    users: z.number(),
    rotated: z.number(),
    disabled: z.number(),
    deleted: z.number(),
    /** Steps that a DryRun would have taken. */
    planned: z.number(),
    /** Failures of its runs, each once, with how often it happened; the latest of no more than there is room for. */
    failures: z.array(failure().extend({ first: z.string(), last: z.string(), times: z.number() })),
    /** Keys whose step was due and could not be taken, as its last run saw it. */
    blocked: z.array(z.object({ user: z.string(), keyId: z.string(), reason: z.string() })),
    /** By user, for those who own their keys. */
    byUser: z.array(
      z.object({
        user: z.string(),
        owner: z.string().exactOptional(),
        /** Where the key is that was made last. */
        secretName: z.string().exactOptional(),
        rotated: z.number(),
        failed: z.number(),
      }),
    ),
  }),
);

/** What `runs/<run id>/<account id>.json` holds. */
export const accountResult = once(() =>
  z.object({
    runId: z.string(),
    account: accountRef(),
    dryRun: z.boolean(),
    /** The user of a forced rotation. */
    forceRotate: z.string().exactOptional(),
    /** The policy beside the deployment's own that the run, or the user of a forced rotation, follows. */
    policy: z.string().exactOptional(),
    /** ISO 8601. */
    startedAt: z.string(),
    /** ISO 8601. */
    finishedAt: z.string(),
    /** `failed`: the account as a whole could not be done; `partial`: some users failed or were left; `succeeded` otherwise. */
    status: z.enum(['succeeded', 'partial', 'failed']),
    /** How users were chosen: by credential report, by reading every user, the one user of a forced rotation, or the users of a policy. */
    coverage: z.enum(['report', 'sweep', 'user', 'policy']),
    /** Users in the account that were considered. */
    usersSeen: z.number(),
    /** Users read in detail. */
    users: z.array(userResult()),
    failures: z.array(failure()),
    /** Users that were not reached before the time limit; the next run takes them up. */
    left: z.array(z.string()),
    mails: z.array(mailResult()),
    /** Every key of the account after the run, due or not; absent when the account failed or one user was rotated by force. */
    inventory: inventory().exactOptional(),
    /** What the runs of policies beside the deployment's own did since the run before. */
    policies: z.array(policyDay()).exactOptional(),
  }),
);

const skipCode = once(() =>
  z.enum(['not-asked-for', 'excluded-account', 'excluded-unit', 'not-included', 'management-account', 'not-active', 'not-in-organization']),
);

/** An account that a run was not for. */
export const skippedAccount = once(() =>
  z.object({
    account: z.string(),
    /** Empty when the account is not known. */
    name: z.string(),
    /** What programs tell the reasons apart by. */
    code: skipCode(),
    /** Why, for people. */
    reason: z.string(),
  }),
);

const failedDispatch = once(() => z.object({ account: z.string(), error: z.string(), message: z.string() }));

const runManifest = once(() =>
  z.object({
    runId: z.string(),
    startedAt: z.iso.datetime(),
    dryRun: z.boolean(),
    /** The user of a forced rotation. */
    forceRotate: z.string().exactOptional(),
    accounts: z.array(accountRef()),
    skipped: z.array(skippedAccount()),
    /** Accounts whose dispatch failed; written after the fan-out. */
    failed: z.array(failedDispatch()),
  }),
);

const accountCheck = once(() =>
  z.object({
    runId: z.string(),
    account: accountRef(),
    /** ISO 8601. */
    checkedAt: z.string(),
    /** Actions that AWS was asked for and that it allowed. */
    proven: z.array(z.string()),
    /** Actions that were refused, or whose object is missing; what could not be asked for is in neither list. */
    failed: z.array(
      z.object({
        action: z.string(),
        /** AWS's code of what went wrong, whichever error of ours it is wrapped in; absent in checks of older versions. */
        code: z.string().exactOptional(),
        error: z.string(),
        message: z.string(),
      }),
    ),
  }),
);

const checkDispatch = once(() =>
  z.object({
    runId: z.string(),
    startedAt: z.iso.datetime(),
    dispatched: z.array(accountRef()),
    skipped: z.array(skippedAccount()),
    failed: z.array(failedDispatch()),
  }),
);

/** The account that a rotator invocation works on. */
export type AccountRef = Parsed<typeof accountRef>;
/** One decision about one key and what came of it. */
export type ActionResult = Parsed<typeof actionResult>;
/** One program, at one address, that makes calls with a key. */
export type KeyCaller = Parsed<typeof keyCaller>;
/** Who makes calls with a key, as far as CloudTrail tells. */
export type KeyUsage = Parsed<typeof keyUsage>;
/** What was seen of one access key, for people: never a secret. */
export type KeyFacts = Parsed<typeof keyFacts>;
/** One user that was read in detail, with everything decided about them. */
export type UserResult = Parsed<typeof userResult>;
/** Something that did not work, with enough to find and repair it. */
export type Failure = Parsed<typeof failure>;
/** One mail that was handed to SES, or could not be. */
export type MailResult = Parsed<typeof mailResult>;
/** What the runs of one policy did in one account in a day. */
export type PolicyDay = Parsed<typeof policyDay>;
/** What can exempt a user. */
export type ExemptBy = Parsed<typeof exemption>['by'];
/** One access key as the inventory has it. */
export type RecordedKey = Parsed<typeof recordedKey>;
/** One user with all keys, as the inventory has them. */
export type RecordedUser = Parsed<typeof recordedUser>;
/** Every key of one account. */
export type Inventory = Parsed<typeof inventory>;
/** One account's answer for one run. */
export type AccountResult = Parsed<typeof accountResult>;
/** Why an account was not dispatched. */
export type SkippedAccount = Parsed<typeof skippedAccount>;
/** What the orchestrator sent out; stored before the first dispatch. */
export type RunManifest = Parsed<typeof runManifest>;
/** One account's answer to a check, which has changed nothing. */
export type AccountCheck = Parsed<typeof accountCheck>;
/** Which accounts a check was sent to. */
export type CheckDispatch = Parsed<typeof checkDispatch>;

/** Only what a summary needs, and no action by name, so that a result of a newer or older version still counts. */
const storedResult = once(() =>
  accountResult()
    .pick({ dryRun: true, status: true, usersSeen: true, failures: true, left: true })
    .extend({
      account: accountRef().pick({ id: true, name: true }),
      finishedAt: z.string().optional(),
      users: z.array(
        userResult()
          .pick({ user: true })
          .extend({
            actions: z.array(
              actionResult()
                .pick({ keyId: true, reason: true, outcome: true, successorId: true, on: true, requests: true })
                .extend({ action: z.string(), usage: keyUsage().optional().catch(undefined) }),
            ),
          }),
      ),
      mails: z.array(mailResult().pick({ outcome: true })),
      /** Results of older versions have none, and one that cannot be read is none. */
      inventory: inventory().optional().catch(undefined),
      policies: z.array(policyDay()).optional().catch(undefined),
    }),
);

/** One account's result with all that it says of each user, and no action by name. */
const detailedResult = once(() =>
  storedResult().extend({
    users: z.array(userResult().extend({ actions: z.array(actionResult().extend({ action: z.string() })) })),
  }),
);

/** Manifests of older versions have no codes, those of newer ones may have others. */
const storedSkip = once(() => skippedAccount().extend({ code: skipCode().optional().catch(undefined) }));
const storedManifest = once(() => runManifest().extend({ skipped: z.array(storedSkip()) }));
const answeredDispatch = once(() => checkDispatch().extend({ skipped: z.array(storedSkip()) }));

/** What the summary takes from one account's result. */
export type StoredResult = Parsed<typeof storedResult>;
/** What people ask of one account's result. */
export type DetailedResult = Parsed<typeof detailedResult>;
/** A manifest as it is read. */
export type StoredManifest = Parsed<typeof storedManifest>;
/** The orchestrator's answer to a check as it is read. */
export type AnsweredDispatch = Parsed<typeof answeredDispatch>;

/** Reads an account's result; throws when the text is not one. */
export const parseResult = (text: string): StoredResult => storedResult().parse(JSON.parse(text));

/** Reads an account's result with everything about its users; throws when the text is not one. */
export const parseDetails = (text: string): DetailedResult => detailedResult().parse(JSON.parse(text));

/** Reads a run's manifest; throws when the text is not one. */
export const parseManifest = (text: string): StoredManifest => storedManifest().parse(JSON.parse(text));

/** Reads an account's answer to a check; throws when the text is not one. */
export const parseCheck = (text: string): AccountCheck => accountCheck().parse(JSON.parse(text));

/** Reads what the orchestrator answered to a check; throws when it is not that. */
export const parseCheckDispatch = (answer: unknown): AnsweredDispatch => answeredDispatch().parse(answer);
