import { z } from 'zod';
import { keyApi } from './key-api';
import { policies } from './policies';
import { schedule } from './schedule';
import { PROFILE_NAMES } from './profiles';
import {
  accountList,
  address,
  addresses,
  choice,
  flag,
  flagOr,
  list,
  logRetention,
  object,
  period,
  periods,
  tags,
  text,
  whole,
} from './values';

const ACCOUNT = /^\d{12}$/;
const UNIT = /^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/;
const account = 'must be an account id: 12 digits in quotes';
const unit = 'must be the id of an organizational unit, such as ou-ab12-cdef3456';
const step = period('10m', '3650d');
const limit = whole(1, 100_000).optional();

/** Every setting: what it accepts, its default and its meaning. */
export const fields = z.strictObject({
  sender: address.describe('Address that mails come from; it or its domain must be verified in SES.'),
  senderName: text(
    /^[A-Za-z0-9][A-Za-z0-9 .,&'()_-]{0,63}$/,
    "must be 1 to 64 plain letters, digits, spaces or .,&'()_- and begin with a letter or digit",
  )
    .optional()
    .describe('Name that mail programs show beside the sender.'),
  replyTo: address.optional().describe('Address that answers to mails go to.'),
  adminEmail: addresses
    .optional()
    .describe(
      'Addresses of the run summary, each with a mail of its own; the sender when not given. The first one stands in for accounts without an address.',
    ),
  summaryMail: choice(['always', 'changes'])
    .default('always')
    .describe(
      'Whether the run summary is mailed after every run, or only after one that did something or met something new: docs/reports.md.',
    ),
  contact: text(/^[^\p{Cc}]{1,200}$/u, 'must be 1 to 200 characters in one line, such as "#cloud-security or security@example.com"')
    .optional()
    .describe('Whom people shall ask, as every mail about their keys says.'),
  alarmEmail: address.optional().describe('Address that alarms and mails that could not be delivered are reported to.'),
  dryRun: flag.default(true).describe('Changes nothing in IAM and Secrets Manager; people are told what would happen.'),
  profile: choice(PROFILE_NAMES)
    .default('standard')
    .describe('Ages by name: standard is 90/100/110 days, compliant 75/85/95; ages that are given win.'),
  rotate: step.default('90d').describe('Age at which a key gets a successor.'),
  disable: step.default('100d').describe('Age at which a rotated key is disabled; its grace is disable - rotate.'),
  delete: step.default('110d').describe('Age at which a disabled key is deleted; its recovery time is delete - disable.'),
  warn: periods('1m', '3650d')
    .default(['7d'])
    .describe(
      'How long before each step people are warned, once or several times, such as 15d,7d; policies of days warn on the last day, too.',
    ),
  untold: choice(['wait', 'proceed'])
    .default('wait')
    .describe('Whether a key whose disabling or deletion nobody could be told of by mail waits until somebody was, or goes on.'),
  unusedKeys: choice(['rotate', 'retire']).default('rotate').describe('Whether a due key that was never used gets a successor, or none.'),
  whileInUse: choice(['disable', 'hold']).default('disable').describe('Whether a rotated key that is still in use is disabled, or held.'),
  usageDetail: flag
    .default(false)
    .describe(
      'Asks CloudTrail who makes calls with a key that is about to be disabled and still used: address, program, calls: docs/mails.md#who-still-uses-a-key.',
    ),
  maxHold: period('10m', '3650d').default('30d').describe('The longest that whileInUse=hold delays disabling.'),
  deleteSecretAfter: period('7d', '3650d')
    .optional()
    .describe('How long after the old key is gone, and after the last fetch, the secret of a key in use is deleted: docs/secrets.md.'),
  limits: object(
    z.strictObject({ rotate: limit, disable: limit, delete: limit }, 'must be an object such as {"rotate":10,"disable":10,"delete":5}'),
  )
    .default({})
    .describe('Most actions of each kind per account and run, oldest keys first; no limit when not given.'),
  policies: policies
    .optional()
    .describe('Policies of their own for users of IAM groups or paths, such as keys that live minutes: docs/policies.md.'),
  includeAccounts: list(ACCOUNT, account).default([]).describe('Only these accounts; all when empty.'),
  excludeAccounts: list(ACCOUNT, account).default([]).describe('Never these accounts.'),
  includeOrganizationalUnits: list(UNIT, unit).default([]).describe('Only accounts below these organizational units; all when empty.'),
  excludeOrganizationalUnits: list(UNIT, unit).default([]).describe('Never accounts below these organizational units.'),
  exemptionGroup: text(/^[\w+=,.@-]{1,128}$/, 'must be an IAM group name: 1 to 128 letters, digits or +=,.@_-')
    .default('IAMKeyRotationExemptionGroup')
    .describe('IAM group whose members are never touched; it is created in every account.'),
  exemptionGroupExists: flag
    .default(false)
    .describe('The exemption group is in every account already: it is only read, never created, changed or deleted.'),
  exemptPaths: list(
    /^\/(?:[\x21-\x2e\x30-\x7e]+\/)+$/,
    'must be the path of IAM users, beginning and ending with a slash, such as /service/',
  )
    .default([])
    .describe('Users below these IAM paths are never touched.'),
  exemptTag: text(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'must be an IAM tag key: 1 to 128 characters, not beginning with aws:')
    .optional()
    .describe('User tag that exempts its user until the date that it holds; whoever may tag themselves may then exempt themselves.'),
  exemptionMaxDays: whole(1, 3650).default(90).describe('Most days that the date in exemptTag may be ahead.'),
  ownerEmailTag: text(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'must be an IAM tag key: 1 to 128 characters, not beginning with aws:')
    .default('OwnerEmail')
    .describe("User tag that holds the owner's address."),
  deployment: choice(['management', 'delegated', 'single', 'list'])
    .default('management')
    .describe('Where it is deployed and whose keys it rotates: docs/deployment.md.'),
  managementAccount: choice(['skip', 'rotate'])
    .optional()
    .describe('With deployment=delegated: rotate says that the management account has the member role; it is skipped when not given.'),
  accounts: accountList
    .default([])
    .describe('With deployment=list: the accounts, as ids or as [{"id":"111122223333","name":"Shop","email":"shop@example.com"}].'),
  subnetIds: list(/^subnet-[0-9a-f]{8,17}$/, 'must be a subnet id, such as subnet-0a1b2c3d4e5f67890')
    .default([])
    .describe('Subnets that all functions run in; not in a VPC when empty.'),
  securityGroupIds: list(/^sg-[0-9a-f]{8,17}$/, 'must be a security group id, such as sg-0a1b2c3d4e5f67890')
    .default([])
    .describe('Security groups of the functions in these subnets.'),
  secretStore: choice(['member', 'central'])
    .default('member')
    .describe('Where new keys are stored: in the account of their user, or all in the account of the rotation: docs/central-store.md.'),
  memberKey: text(
    /^alias\/(?!aws\/)[\w/-]{1,250}$/,
    'must be the alias of a customer managed key, such as alias/key-rotation, that every account has in its region',
  )
    .optional()
    .describe('Alias of a key of yours in each account, that new secrets of users there are encrypted by: docs/secrets.md#a-key-of-yours.'),
  keyApi: keyApi.describe(
    'An HTTPS API where workloads fetch the access key that is active now; needs secretStore=central, and each client reads exactly the users that it is granted: docs/key-api.md.',
  ),
  replicaRegions: list(/^[a-z]{2,}(?:-[a-z]+)+-\d{1,2}$/, 'must be the code of a region, such as eu-central-1')
    .default([])
    .describe('Regions in which every secret has a replica that its user reads, too: docs/replica-regions.md.'),
  breakGlassPrincipals: list(
    /^(?:arn:[a-z-]+:iam::\d{12}:role\/)?[\w+=.@/-]{3,}[\w+=.@/*?-]*$/,
    "must be a role's ARN or its name with its path, in which * and ? are wild after the first three characters of the name",
  )
    .refine((roles) => JSON.stringify(roles).length <= 1_000, 'must be at most 1,000 characters together, as JSON')
    .default([])
    .describe('Roles that secrets do not refuse, as ARNs or as names in the account that holds them: docs/safety.md#break-glass.'),
  permissionsBoundary: text(
    /^(?:[\w+=,.@-]+\/)*[\w+=,.@-]{1,128}$/,
    'must be the name of a managed policy, with its path but without an ARN, such as boundaries/Developer',
  )
    .optional()
    .describe('Managed policy, present in every account, that becomes the permissions boundary of every role.'),
  tags: tags.default({}).describe('Tags of every resource that can have some, secrets of keys included, such as {"team":"security"}.'),
  schedule: schedule.default('cron(0 2 * * ? *)').describe('When keys are rotated (UTC).'),
  reportSchedule: schedule.default('cron(0 4 * * ? *)').describe('When the run summary is sent (UTC).'),
  prefix: text(
    /^(?=.{3,40}$)[a-z](?:-?[a-z0-9])+$/,
    'must be 3 to 40 lower-case letters, digits and single dashes, and begin with a letter',
  )
    .default('iam-key-rotation')
    .describe('Beginning of the names of functions, roles, templates and queues.'),
  logRetentionDays: logRetention.default(365).describe('Days that logs are kept.'),
  tracing: flag.default(false).describe('Has Lambda send a trace of each invocation to X-Ray: docs/deployment.md#traces.'),
  resultRetentionDays: whole(30, 3650).default(400).describe('Days that results are kept.'),
  evidenceKey: flagOr(
    /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/,
    'must be true, false, or the ARN of a KMS key of the type ECC_NIST_P256 for signing',
  )
    .default(false)
    .describe(
      'Signs the evidence of each run: true makes a KMS key for it, an ARN names one of yours: docs/reports.md#evidence-for-auditors.',
    ),
});

/** The settings of one deployment, checked; periods stay in their notation. */
export type Settings = z.output<typeof fields>;

/** The names of all settings. */
export const names: readonly string[] = Object.keys(fields.shape);
