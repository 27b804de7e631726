import type { AccessKey, User } from '../../../sandbox/world';
import { DAY, START, type Account, type KeyStory, type TestOrganization } from '../../helpers/sandbox-organization';

/** What a daily run does to each user of the account, by the user's name. */
export const SITUATIONS = {
  'first-issue': 'rotate done',
  'later-issue': 'rotate done',
  superseded: 'disable done, wait done',
  noticed: 'disable done, wait done',
  'long-inactive': 'delete done',
  'newly-inactive': 'note-inactive done',
  're-enabled': 'note-reenabled done',
  orphaned: 'remove-orphan done, forget done, rotate done',
  'two-live-keys': 'notify done, wait done',
  'stale-tags': 'forget done, warn done',
  'exempt-one': 'skip done',
} as const;

/** The name of a user whom a daily run looks at. */
export type Situation = keyof typeof SITUATIONS;

const ago = (days: number): Date => new Date(START.getTime() - days * DAY);
const live = (ageDays: number): KeyStory => ({ ageDays, usedDaysAgo: 1 });
const off = (ageDays: number): KeyStory => ({ ageDays, status: 'Inactive' });

/** The name of a user's secret. */
export const secretName = (account: Account, user: string): string => `Account_${account.id}_User_${user}_AccessKey`;

function keyOf(user: User, index: number): AccessKey {
  const key = user.keys[index];
  if (!key) throw new Error(`${user.name} has no key number ${index + 1}`);
  return key;
}

function policyFor({ arn }: User): string {
  const Action = ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'];
  const Statement = [{ Sid: 'OnlyThisUserReads', Effect: 'Allow', Principal: { AWS: arn }, Action, Resource: '*' }];
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** Puts the user's secret there as an earlier rotation left it: it holds this key, and the user may read it. */
function store(org: TestOrganization, account: Account, user: User, key: AccessKey): void {
  const { region } = org.sandbox.kernel;
  const name = secretName(account, user.name);
  const { id: AccessKeyId, secret: SecretAccessKey, created } = key;
  const id = `iam-key-rotation-${AccessKeyId}`;
  const value = JSON.stringify({
    UserName: user.name,
    AccessKeyId,
    SecretAccessKey,
    Status: 'Active',
    CreateDate: created.toISOString(),
  });
  org.sandbox.kernel.account(account.id).secrets.set(`${region}/${name}`, {
    name,
    region,
    arn: `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}-AbCdEf`,
    created,
    changed: created,
    tags: new Map([['key-rotation:managed', 'true']]),
    policy: policyFor(user),
    versions: new Map([[id, { id, value, created, stages: new Set(['AWSCURRENT']) }]]),
  });
}

/** A mail of twelve days ago told people that the key will be disabled. */
function tell(org: TestOrganization, account: Account, keyId: string): void {
  const { region } = org.sandbox.kernel;
  const mail = { account: account.id, region, from: 'key-rotation@example.com', to: [account.email], replyTo: [] };
  org.sandbox.mails.push({ ...mail, at: ago(12), subject: 'will be disabled', text: keyId });
}

/** A key that an interrupted run created and lost an hour ago. */
function orphan(org: TestOrganization, account: Account): void {
  const people = org.sandbox.people(account.id);
  const user = org.addUser(account, 'orphaned', [live(95)]);
  const at = new Date(START.getTime() - 3_600_000);
  const lost = people.addAccessKey(user.name, { created: new Date(at.getTime() + 2_000) });
  org.rules.book.issue(account.id, user.name, lost.id);
  const until = new Date(at.getTime() + 15 * 60_000);
  const value = `at=${at.toISOString()} until=${until.toISOString()} keys=${keyOf(user, 0).id}`;
  people.tagUser(user.name, { 'key-rotation:issuing:aaaa1111': value });
}

/** One user in every situation that a daily run acts on, as if the rotation had worked there for years. */
export function everySituation(org: TestOrganization, account: Account): void {
  const people = org.sandbox.people(account.id);
  const remember = (user: User, value: string, key = keyOf(user, 0).id): void => {
    people.tagUser(user.name, { [`key-rotation:${key}`]: value });
  };
  org.addUser(account, 'first-issue', [live(95)], { owner: 'owner@acme.example' });
  const later = org.addUser(account, 'later-issue', [live(95)]);
  store(org, account, later, keyOf(later, 0));
  const superseded = org.addUser(account, 'superseded', [live(100), { ageDays: 10 }]);
  store(org, account, superseded, keyOf(superseded, 1));
  const noticed = org.addUser(account, 'noticed', [live(200), live(40)]);
  remember(noticed, `notice=${ago(12).toISOString()} beside=${keyOf(noticed, 1).id}`);
  tell(org, account, keyOf(noticed, 0).id);
  remember(org.addUser(account, 'long-inactive', [off(200)]), `inactive=${ago(30).toISOString()}`);
  org.addUser(account, 'newly-inactive', [off(200)]);
  remember(org.addUser(account, 're-enabled', [live(95)]), `inactive=${ago(5).toISOString()}`);
  org.addUser(account, 'two-live-keys', [live(200), { ageDays: 20 }]);
  remember(org.addUser(account, 'stale-tags', [live(83)]), `inactive=${ago(9).toISOString()}`, 'AKIAGONE000000000001');
  org.addUser(account, 'exempt-one', [{ ageDays: 400 }], { exempt: true });
  org.addUser(account, 'young', [live(5)]);
  org.goToDay(-30);
  org.rules.beforeRun();
  org.goToDay(0);
  orphan(org, account);
}

/** Users whom an operator rotates by force: one with a single young key, one whose inactive key has to make room. */
export function forcedSituations(org: TestOrganization, account: Account): void {
  org.addUser(account, 'alone', [live(5)]);
  org.addUser(account, 'crowded', [off(60), live(30)]);
  org.addUser(account, 'bystander', [live(95)]);
}
