import type { Account } from '../../helpers/sandbox-organization';
import type { Point } from './points';

const check = 'to check that the secret can be written';
const put = 'to store the new key';
const intent = 'to announce the new key';
const clear = 'to clear the announcement';

/** What is read of users before anything is done. */
export const READING: readonly Point[] = [
  { operation: 'iam:ListAccessKeys', victim: 'first-issue' },
  { operation: 'iam:ListUserTags', victim: 'first-issue' },
  { operation: 'iam:ListUserTags', victim: 'exempt-one', about: 'to see whether the exemption has lapsed' },
  { operation: 'iam:GetAccessKeyLastUsed', victim: 'first-issue' },
  { operation: 'iam:GetAccessKeyLastUsed', victim: 'orphaned', nth: 2, about: 'to see that nobody uses the lost key' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'superseded', about: 'to see which key it holds' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'orphaned', about: 'to see whether the key is lost', alwaysRefused: true },
];

/** Issuing a key, into a new secret and into one that exists. */
export const ISSUING: readonly Point[] = [
  { operation: 'secretsmanager:DescribeSecret', victim: 'first-issue', alwaysRefused: true },
  { operation: 'secretsmanager:CreateSecret', victim: 'first-issue' },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'first-issue' },
  { operation: 'secretsmanager:PutSecretValue', victim: 'first-issue', nth: 1, about: check },
  { operation: 'iam:TagUser', victim: 'first-issue', about: intent },
  { operation: 'iam:CreateAccessKey', victim: 'first-issue', unrepeated: true },
  { operation: 'secretsmanager:PutSecretValue', victim: 'first-issue', nth: 2, about: put },
  { operation: 'iam:UntagUser', victim: 'first-issue', about: clear, noted: true },
];

/** Issuing a key into a secret that exists. */
export const REISSUING: readonly Point[] = [
  { operation: 'secretsmanager:DescribeSecret', victim: 'later-issue' },
  { operation: 'secretsmanager:GetResourcePolicy', victim: 'later-issue' },
  { operation: 'secretsmanager:PutSecretValue', victim: 'later-issue', nth: 1, about: check },
  { operation: 'iam:TagUser', victim: 'later-issue', about: intent },
  { operation: 'iam:CreateAccessKey', victim: 'later-issue', unrepeated: true },
  { operation: 'secretsmanager:PutSecretValue', victim: 'later-issue', nth: 2, about: put },
  { operation: 'iam:UntagUser', victim: 'later-issue', about: clear, noted: true },
];

/** Disabling, deleting and remembering. */
export const RETIRING: readonly Point[] = [
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

const centrally = (): { principal: string } => ({ principal: 'assumed-role/IamKeyRotation-RotatorRole' });

/** Issuing a key into a new secret of the central store. */
export const ISSUING_CENTRALLY: readonly Point[] = [
  { operation: 'iam:AttachUserPolicy', victim: 'first-issue' },
  { operation: 'secretsmanager:DescribeSecret', victim: 'first-issue', match: centrally, alwaysRefused: true },
  { operation: 'secretsmanager:CreateSecret', victim: 'first-issue', match: centrally },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'first-issue', match: centrally },
  { operation: 'secretsmanager:PutSecretValue', victim: 'first-issue', match: centrally, nth: 1, about: check },
  { operation: 'iam:TagUser', victim: 'first-issue', about: intent },
  { operation: 'iam:CreateAccessKey', victim: 'first-issue', unrepeated: true },
  { operation: 'secretsmanager:PutSecretValue', victim: 'first-issue', match: centrally, nth: 2, about: put },
  { operation: 'iam:UntagUser', victim: 'first-issue', about: clear, noted: true },
  {
    operation: 'secretsmanager:DescribeSecret',
    victim: 'superseded',
    match: centrally,
    about: 'to see whether it is there',
    alwaysRefused: true,
  },
  { operation: 'secretsmanager:DescribeSecret', victim: 'superseded', about: 'to see what the former place holds' },
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

/** Bringing a secret into another region. */
export const REPLICATING: readonly Point[] = [
  { operation: 'secretsmanager:DescribeSecret', victim: 'replicated', nth: 2, about: 'to see its replicas' },
  { operation: 'secretsmanager:ReplicateSecretToRegions', victim: 'replicated' },
  { operation: 'secretsmanager:ReplicateSecretToRegions', victim: 'cut-off' },
];

/** Removing a lost key; issuing anew is the first issue again, but for the key itself. */
export const CLEANING: readonly Point[] = [
  { operation: 'iam:UpdateAccessKey', victim: 'orphaned', about: 'to disable the lost key' },
  { operation: 'iam:DeleteAccessKey', victim: 'orphaned', about: 'to delete the lost key' },
  { operation: 'iam:UntagUser', victim: 'orphaned', nth: 1, about: 'to clear the announcement of the interrupted run' },
  { operation: 'iam:ListAccessKeys', victim: 'orphaned', nth: 2, about: 'to look again' },
  { operation: 'iam:CreateAccessKey', victim: 'orphaned', unrepeated: true },
  { operation: 'secretsmanager:PutSecretValue', victim: 'orphaned', nth: 2, about: put },
];

/** The operation's calls by the rotator's own role that name the account: a role, a recipient, an object, an event. */
const naming = (text: (account: Account) => string) => (account: Account) => {
  const wanted = text(account);
  return {
    principal: 'assumed-role/IamKeyRotation-RotatorRole',
    input: (input: Record<string, unknown>) => JSON.stringify(input).includes(wanted),
  };
};

/** What the account as a whole depends on. */
export const ENTERING: readonly Point[] = [
  { operation: 'sts:AssumeRole', match: naming(({ id }) => `:${id}:role/`) },
  { operation: 'iam:GenerateCredentialReport', concerns: [], around: /credential report not used/ },
  { operation: 'iam:GetCredentialReport', concerns: [], around: /credential report not used/ },
  { operation: 'iam:GetGroup' },
];

/** What the account as a whole depends on when the report is not used. */
export const SWEEPING: readonly Point[] = [
  { operation: 'iam:ListUsers' },
  { operation: 'iam:ListAccessKeys', victim: 'first-issue', about: 'while every user is read' },
];

/** What is told after the work is done; only the notice depends on it. */
export const TELLING: readonly Point[] = [
  {
    operation: 'ses:SendEmail',
    about: 'to the account',
    match: naming(({ email }) => `"ToAddresses":["${email}"]`),
    concerns: ['two-live-keys'],
  },
  { operation: 'ses:SendEmail', about: 'to an owner', match: naming(() => '"ToAddresses":["owner@acme.example"]'), concerns: [] },
  { operation: 'events:PutEvents', match: naming(({ id }) => id), concerns: [] },
  {
    operation: 's3:PutObject',
    match: ({ id }) => ({ input: ({ Key }) => typeof Key === 'string' && Key.endsWith(`/${id}.json`) }),
    concerns: [],
    retold: true,
  },
];
