import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { z } from 'zod';
import { schedule } from './schedule';
import { address, choice, flag, list, logRetention, object, period, text, whole } from './values';

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
  adminEmail: address.optional().describe('Address of the run summary; the sender when not given.'),
  alarmEmail: address.optional().describe('Address that alarms and mails that could not be delivered are reported to.'),
  dryRun: flag.default(true).describe('Changes nothing in IAM and Secrets Manager; people are told what would happen.'),
  rotate: step.default('90d').describe('Age at which a key gets a successor.'),
  disable: step.default('100d').describe('Age at which a rotated key is disabled; its grace is disable - rotate.'),
  delete: step.default('110d').describe('Age at which a disabled key is deleted; its recovery time is delete - disable.'),
  warn: period('1m', '3650d').default('7d').describe('How long before each step people are warned.'),
  unusedKeys: choice(['rotate', 'retire']).default('rotate').describe('Whether a due key that was never used gets a successor, or none.'),
  whileInUse: choice(['disable', 'hold']).default('disable').describe('Whether a rotated key that is still in use is disabled, or held.'),
  maxHold: period('10m', '3650d').default('30d').describe('The longest that whileInUse=hold delays disabling.'),
  limits: object(
    z.strictObject({ rotate: limit, disable: limit, delete: limit }, 'must be an object such as {"rotate":10,"disable":10,"delete":5}'),
  )
    .default({})
    .describe('Most actions of each kind per account and run, oldest keys first; no limit when not given.'),
  includeAccounts: list(ACCOUNT, account).default([]).describe('Only these accounts; all when empty.'),
  excludeAccounts: list(ACCOUNT, account).default([]).describe('Never these accounts.'),
  includeOrganizationalUnits: list(UNIT, unit).default([]).describe('Only accounts below these organizational units; all when empty.'),
  excludeOrganizationalUnits: list(UNIT, unit).default([]).describe('Never accounts below these organizational units.'),
  exemptionGroup: text(/^[\w+=,.@-]{1,128}$/, 'must be an IAM group name: 1 to 128 letters, digits or +=,.@_-')
    .default('IAMKeyRotationExemptionGroup')
    .describe('IAM group whose members are never touched; it is created in every account.'),
  ownerEmailTag: text(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'must be an IAM tag key: 1 to 128 characters, not beginning with aws:')
    .default('OwnerEmail')
    .describe("User tag that holds the owner's address."),
  schedule: schedule.default('cron(0 2 * * ? *)').describe('When keys are rotated (UTC).'),
  reportSchedule: schedule.default('cron(0 4 * * ? *)').describe('When the run summary is sent (UTC).'),
  prefix: text(/^[a-z](?:-?[a-z0-9]){2,39}$/, 'must be 3 to 40 lower-case letters, digits and single dashes, and begin with a letter')
    .default('iam-key-rotation')
    .describe('Beginning of the names of functions, roles, templates and queues.'),
  logRetentionDays: logRetention.default(RetentionDays.ONE_YEAR).describe('Days that logs are kept.'),
  resultRetentionDays: whole(30, 3650).default(400).describe('Days that results are kept.'),
});

/** The settings of one deployment, checked; periods stay in their notation. */
export type Settings = z.output<typeof fields>;

/** The names of all settings. */
export const names: readonly string[] = Object.keys(fields.shape);
