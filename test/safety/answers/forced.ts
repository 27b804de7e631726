import { FUNCTIONS, type Account } from '../../helpers/sandbox-organization';
import type { Kit } from '../kit/kit';
import type { Combination } from './combination';
import { refused } from './modelled';
import { ORCHESTRATOR } from './orchestrated';
import type { Point } from './points';
import type { Start } from './trial';

/** An operator forces one user's rotation by way of the orchestrator; a repeat the next day is the operator's, too. */
export const forcing =
  (user: string): Start =>
  async ({ sandbox, rules }, accounts) => {
    const [account] = accounts;
    if (!account) return;
    rules.expectForced(account.id, user);
    await sandbox.invoke(FUNCTIONS.orchestrator, { account: account.id, ForceRotate: user }, { type: 'Event' });
    await sandbox.drain();
  };

/** A user with one young key, and one whom nobody asked about. */
export const aloneAndBystander = ({ org }: Kit, account: Account): void => {
  org.addUser(account, 'alone', [{ ageDays: 5, usedDaysAgo: 1 }]);
  org.addUser(account, 'bystander', [{ ageDays: 95 }]);
};

/** A user whose inactive key has to make room, and one whom nobody asked about. */
export const crowdedAndBystander = ({ org }: Kit, account: Account): void => {
  org.addUser(account, 'crowded', [
    { ageDays: 60, status: 'Inactive' },
    { ageDays: 30, usedDaysAgo: 1 },
  ]);
  org.addUser(account, 'bystander', [{ ageDays: 95 }]);
};

const DESCRIBE: Point = { operation: 'organizations:DescribeAccount', match: () => ({ principal: ORCHESTRATOR }), retold: true };

/** Where AWS answers while one user is rotated by force. */
export const FORCING: readonly Point[] = [
  DESCRIBE,
  { operation: 'iam:GetUser', victim: 'alone' },
  { operation: 'iam:GetGroup' },
  { operation: 'iam:ListGroupsForUser', victim: 'alone' },
  { operation: 'iam:TagUser', victim: 'alone', about: 'to announce the new key' },
  { operation: 'iam:CreateAccessKey', victim: 'alone', unrepeated: true },
  { operation: 'iam:TagUser', victim: 'alone', nth: 2, about: 'to say that the rotation issued the key' },
  { operation: 'secretsmanager:PutSecretValue', victim: 'alone', nth: 2, about: 'to store the new key', untells: true },
  { operation: 'secretsmanager:PutResourcePolicy', victim: 'alone', nth: 2, about: 'to let its user read the new secret', untells: true },
  { operation: 'iam:UntagUser', victim: 'alone', about: 'to clear the announcement', noted: true },
];

/** Where AWS answers while a user is rotated by force whose inactive key has to make room. */
export const MAKING_ROOM: readonly Point[] = [
  { operation: 'secretsmanager:PutSecretValue', victim: 'crowded', nth: 1, about: 'to check that the secret can be written' },
  { operation: 'iam:DeleteAccessKey', victim: 'crowded', about: 'to make room', repeatTells: true },
  { operation: 'iam:TagUser', victim: 'crowded', about: 'to announce the new key' },
  { operation: 'iam:CreateAccessKey', victim: 'crowded', unrepeated: true },
  { operation: 'iam:TagUser', victim: 'crowded', nth: 2, about: 'to say that the rotation issued the key' },
  { operation: 'secretsmanager:PutSecretValue', victim: 'crowded', nth: 3, about: 'to store the new key', untells: true },
];

/** What Organizations answers of its own about one account. */
export const FORCING_ANSWERS: readonly Combination[] = [
  ...['AWSOrganizationsNotInUseException', 'InvalidInputException'].map((code) => refused(DESCRIBE, code, { retold: true })),
  refused(DESCRIBE, 'AccountNotFoundException', { retold: true, shows: /is not in the organization/ }),
];
