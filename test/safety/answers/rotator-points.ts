import { intentFolder } from '../../../lambda/runs/run-keys';
import type { Account } from '../../helpers/sandbox-organization';
import type { Kind } from './kinds';
import type { Point } from './points';
import { ANNOUNCED } from './situations';

const check = 'to check that the secret can be written';
const put = 'to store the new key';
const intent = 'to announce the new key';
const issued = 'to say that the rotation issued the key';
const open = 'to let its user read the new secret';
const clear = 'to clear the announcement';
const record = 'to record the announcement where only the rotator writes';

const ROTATOR = 'assumed-role/IamKeyRotation-RotatorRole';
const centrally = (): { principal: string } => ({ principal: ROTATOR });

const isLate = ({ effect }: Kind): boolean => effect === 'late';
const isLost = ({ passes, effect }: Kind): boolean => !passes && effect === 'none';
const isUnseen = ({ passes, effect }: Kind): boolean => !passes && effect === 'unseen';

/** What is read of users before anything is done. */
export const READING: readonly Point[] = [
  { operation: 'iam:ListAccessKeys', victim: 'first-issue' },
  { operation: 'iam:ListUserTags', victim: 'first-issue' },
  { operation: 'iam:ListUserTags', victim: 'exempt-one', about: 'to see whether the exemption has lapsed' },
  { operation: 'iam:GetAccessKeyLastUsed', victim: 'first-issue' },
  { operation: 'iam:ListGroupsForUser', victim: 'first-issue', about: 'to see whether the user is exempt, right before the first change' },
  { operation: 'iam:GetAccessKeyLastUsed', victim: 'orphaned', nth: 2, about: 'to see that nobody uses the lost key' },
  { operation: 'iam:GetAccessKeyLastUsed', victim: 'two-live-keys', nth: 2, about: 'to see which of two keys makes room' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'superseded', about: 'to see which key it holds' },
  { operation: 'secretsmanager:ListSecretVersionIds', victim: 'superseded', about: 'to see when AWS made that version' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'orphaned', about: 'to see whether the key is lost', alwaysRefused: true },
];

/** Issuing a key, into a new secret and into one that exists. */
export const ISSUING: readonly Point[] = [
  { operation: 'secretsmanager:DescribeSecret', victim: 'first-issue', alwaysRefused: true },
  { operation: 'secretsmanager:CreateSecret', victim: 'first-issue' },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'first-issue', closes: isLate },
  { operation: 'secretsmanager:PutSecretValue', victim: 'first-issue', nth: 1, about: check },
  { operation: 's3:PutObject', victim: 'first-issue', match: centrally, about: record },
  { operation: 'iam:TagUser', victim: 'first-issue', about: intent },
  { operation: 'iam:CreateAccessKey', victim: 'first-issue', unrepeated: true },
  { operation: 'iam:TagUser', victim: 'first-issue', nth: 2, about: issued },
  { operation: 'secretsmanager:PutSecretValue', victim: 'first-issue', nth: 2, about: put },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'first-issue', nth: 2, about: open },
  { operation: 'iam:UntagUser', victim: 'first-issue', about: clear, noted: true },
];

/** Issuing a key into a secret that exists. */
export const REISSUING: readonly Point[] = [
  { operation: 'secretsmanager:DescribeSecret', victim: 'later-issue' },
  { operation: 'secretsmanager:GetResourcePolicy', victim: 'later-issue' },
  { operation: 'secretsmanager:PutSecretValue', victim: 'later-issue', nth: 1, about: check },
  { operation: 'iam:TagUser', victim: 'later-issue', about: intent },
  { operation: 'iam:CreateAccessKey', victim: 'later-issue', unrepeated: true },
  { operation: 'iam:TagUser', victim: 'later-issue', nth: 2, about: issued },
  { operation: 'secretsmanager:PutSecretValue', victim: 'later-issue', nth: 2, about: put },
  { operation: 'iam:UntagUser', victim: 'later-issue', about: clear, noted: true },
];

/** Disabling, deleting and remembering. */
export const RETIRING: readonly Point[] = [
  { operation: 'secretsmanager:GetResourcePolicy', victim: 'superseded', about: 'to see that its user may read the new key' },
  { operation: 'iam:UpdateAccessKey', victim: 'superseded' },
  { operation: 'iam:TagUser', victim: 'superseded', about: 'to remember since when the key is inactive' },
  { operation: 'iam:UpdateAccessKey', victim: 'noticed' },
  { operation: 'iam:TagUser', victim: 'noticed', about: 'to remember since when the key is inactive' },
  { operation: 'iam:DeleteAccessKey', victim: 'long-inactive', repeatTells: true },
  { operation: 'iam:UntagUser', victim: 'long-inactive', about: 'to forget the deleted key' },
  { operation: 'iam:TagUser', victim: 'newly-inactive', about: 'to remember since when the key is inactive' },
  { operation: 'iam:TagUser', victim: 're-enabled', about: 'to remember that a person enabled the key' },
  { operation: 'iam:TagUser', victim: 'two-live-keys', about: 'to remember that people were told' },
  { operation: 'iam:UntagUser', victim: 'stale-tags', about: 'to forget keys that are gone' },
];

/** Part of the ARN of the rotator's own session. */
/** Issuing a key into a new secret of the central store. */
export const ISSUING_CENTRALLY: readonly Point[] = [
  { operation: 'iam:AttachUserPolicy', victim: 'first-issue' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'first-issue', match: centrally, alwaysRefused: true },
  { operation: 'secretsmanager:CreateSecret', victim: 'first-issue', match: centrally },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'first-issue', match: centrally, closes: isLate },
  { operation: 'secretsmanager:PutSecretValue', victim: 'first-issue', match: centrally, nth: 1, about: check },
  { operation: 's3:PutObject', victim: 'first-issue', match: centrally, about: record },
  { operation: 'iam:TagUser', victim: 'first-issue', about: intent },
  { operation: 'iam:CreateAccessKey', victim: 'first-issue', unrepeated: true },
  { operation: 'iam:TagUser', victim: 'first-issue', nth: 2, about: issued },
  { operation: 'secretsmanager:PutSecretValue', victim: 'first-issue', match: centrally, nth: 2, about: put },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'first-issue', match: centrally, nth: 2, about: open },
  { operation: 'iam:UntagUser', victim: 'first-issue', about: clear, noted: true },
  {
    operation: 'secretsmanager:DescribeSecret',
    victim: 'superseded',
    match: centrally,
    about: 'to see whether it is there',
    alwaysRefused: true,
  },
  { operation: 'secretsmanager:DescribeSecret', victim: 'superseded', about: 'to see what the former place holds' },
  { operation: 'secretsmanager:ListSecretVersionIds', victim: 'superseded', about: 'to see when AWS made the version there' },
];

/** Deleting a secret that is no longer needed, and restoring one that is. */
export const DELETING_SECRETS: readonly Point[] = [
  { operation: 'secretsmanager:DescribeSecret', victim: 'handed-over', nth: 1, about: 'to see whether it is needed' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'handed-over', nth: 2, about: 'to see its replicas' },
  { operation: 'secretsmanager:RemoveRegionsFromReplication', victim: 'handed-over' },
  { operation: 'secretsmanager:DeleteSecret', victim: 'handed-over' },
  { operation: 'iam:ListAccessKeys', victim: 'handed-over', nth: 2, about: 'to see that no key was issued meanwhile' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'cut-off', about: 'to see that it is being deleted' },
  { operation: 'iam:TagUser', victim: 'cut-off', about: 'to begin the grace of the older key anew' },
  { operation: 'secretsmanager:RestoreSecret', victim: 'cut-off' },
];

/** Tagging a secret that was made before the settings asked for tags. */
export const TAGGING: readonly Point[] = [
  { operation: 'secretsmanager:TagResource', victim: 'later-issue', about: 'to give it the tags of the settings' },
];

/** Bringing a secret into another region. */
export const REPLICATING: readonly Point[] = [
  { operation: 'secretsmanager:DescribeSecret', victim: 'replicated', nth: 2, about: 'to see its replicas' },
  { operation: 'secretsmanager:ReplicateSecretToRegions', victim: 'replicated' },
  { operation: 'secretsmanager:ReplicateSecretToRegions', victim: 'cut-off' },
];

/** Removing a lost key; issuing anew is the first issue again, but for the key itself. */
export const CLEANING: readonly Point[] = [
  { operation: 's3:GetObject', victim: 'orphaned', match: centrally, about: 'to see that the announcement is ours' },
  { operation: 'iam:UpdateAccessKey', victim: 'orphaned', about: 'to disable the lost key' },
  { operation: 'iam:DeleteAccessKey', victim: 'orphaned', about: 'to delete the lost key' },
  { operation: 'iam:UntagUser', victim: 'orphaned', nth: 1, about: 'to clear the announcement of the interrupted run' },
  { operation: 'iam:ListAccessKeys', victim: 'orphaned', nth: 2, about: 'to look again' },
  { operation: 'iam:CreateAccessKey', victim: 'orphaned', unrepeated: true },
  { operation: 'secretsmanager:PutSecretValue', victim: 'orphaned', nth: 2, about: put },
];

/** What the rotator asks of the account's records of intents. */
const recordsOf =
  (place: (input: Record<string, unknown>) => unknown, token = '') =>
  ({ id }: Account) => ({
    principal: ROTATOR,
    input: (input: Record<string, unknown>) => String(place(input)).startsWith(intentFolder(id) + token),
  });

/** Following what people and tools did to users and secrets. */
export const FOLLOWING: readonly Point[] = [
  { operation: 'iam:TagUser', victim: 'tags-taken-off', about: 'to say again that the rotation issued the key' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'secret-gone', about: 'to see that its key is in no secret', alwaysRefused: true },
  { operation: 'iam:TagUser', victim: 'secret-gone', about: 'to remember that nobody has the key' },
  { operation: 'secretsmanager:GetResourcePolicy', victim: 'closed', nth: 1, about: 'to see that its user may read the new key' },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'closed', about: 'to let its user read the new key', closes: isLost },
  { operation: 'iam:TagUser', victim: 'closed', about: 'to begin the grace of the older key anew', closes: isUnseen },
  { operation: 'iam:TagUser', victim: 'unfinished', about: 'to remember that no key is to be seen' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'renamed', called: 'maiden', about: 'under the former name' },
  { operation: 'secretsmanager:ListSecretVersionIds', victim: 'renamed', called: 'maiden', about: 'under the former name' },
  { operation: 'secretsmanager:GetResourcePolicy', victim: 'renamed', called: 'maiden', about: 'under the former name' },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'renamed', called: 'maiden', about: 'under the former name' },
  { operation: 'iam:TagUser', victim: 'renamed', about: 'to begin the grace of the older key anew' },
  {
    operation: 's3:ListObjectsV2',
    about: 'to see which keys runs announced',
    concerns: ['announced'],
    match: recordsOf(({ Prefix }) => Prefix),
  },
  {
    operation: 's3:GetObject',
    about: 'to see that a run announced the key',
    concerns: ['announced'],
    match: recordsOf(({ Key }) => Key, ANNOUNCED),
  },
];

/** The operation's calls by the rotator's own role that name the account: a role, a recipient, an object, an event. */
const naming = (text: (account: Account) => string) => (account: Account) => {
  const wanted = text(account);
  return {
    principal: ROTATOR,
    input: (input: Record<string, unknown>) => JSON.stringify(input).includes(wanted),
  };
};

/** The rotator's object of the account in the results bucket: what it remembers (`memory/`), or the run's result (`runs/`). */
const objectIn = (folder: 'memory' | 'runs') => (account: Account) => ({
  principal: ROTATOR,
  input: ({ Key }: Record<string, unknown>) =>
    typeof Key === 'string' && Key.startsWith(`${folder}/`) && Key.endsWith(`/${account.id}.json`),
});

/** Reading what is remembered of the account: unread, nobody knows what people were told. */
export const READ_MEMORY: Point = { operation: 's3:GetObject', about: 'of what is remembered', match: objectIn('memory') };
/** Writing it: what people were told is told again, unless it is remembered. */
export const WRITE_MEMORY: Point = {
  operation: 's3:PutObject',
  about: 'of what is remembered',
  match: objectIn('memory'),
  concerns: [],
  untells: true,
};

/** What the account as a whole depends on. */
export const ENTERING: readonly Point[] = [
  { operation: 'sts:AssumeRole', match: naming(({ id }) => `:${id}:role/`) },
  READ_MEMORY,
  { operation: 'iam:GenerateCredentialReport', concerns: [], around: /credential report not used/ },
  { operation: 'iam:GetCredentialReport', concerns: [], around: /credential report not used/ },
  { operation: 'iam:GetGroup' },
];

/** What the account as a whole depends on when the report is not used. */
export const SWEEPING: readonly Point[] = [
  { operation: 'iam:ListUsers' },
  { operation: 'secretsmanager:ListSecrets', concerns: [] },
  { operation: 'iam:ListAccessKeys', victim: 'first-issue', about: 'while every user is read' },
];

/** An address to which nothing was delivered once. */
export const BOUNCED = 'gone@acme.example';

/** Finding the mails that were not delivered: unfound, a step might rest on a mail that nobody got. */
export const FIND_UNDELIVERED: Point = {
  operation: 's3:ListObjectsV2',
  about: 'of mails that were not delivered',
  match: ({ id }) => ({ principal: ROTATOR, input: ({ Prefix }) => Prefix === `undelivered/${id}/` }),
};

/** What is told after the work is done; only the notice depends on it. */
export const TELLING: readonly Point[] = [
  { operation: 'ses:GetSuppressedDestination', match: naming(() => BOUNCED), concerns: [], alwaysRefused: true },
  {
    operation: 'ses:SendEmail',
    about: 'to the account',
    match: naming(({ email }) => `"ToAddresses":["${email}"]`),
    concerns: ['two-live-keys'],
    untells: true,
  },
  { operation: 'ses:SendEmail', about: 'to an owner', match: naming(() => '"ToAddresses":["owner@acme.example"]'), concerns: [] },
  { operation: 'events:PutEvents', match: naming(({ id }) => id), concerns: [], handled: true },
  WRITE_MEMORY,
  { operation: 's3:PutObject', about: 'of the result', match: objectIn('runs'), concerns: [], retold: true },
];
