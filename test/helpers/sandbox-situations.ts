import { policyFor } from '../../lambda/core/store/secret-policy';
import type { ToldDate, ToldStep } from '../../demo/never-rules/told';
import type { AccessKey, User } from '../../sandbox/kernel/world';
import { leaveIntent } from './sandbox-intents';
import { rememberKeys } from './sandbox-memory';
import { DAY, NAMES, START, type Account, type TestOrganization } from './sandbox-organization';

const ago = (days: number): string => new Date(START.getTime() - days * DAY).toISOString();

/** The user's secret as the rotation keeps it, holding this key as AWSCURRENT; called by the user's former name, where there is one. */
function store(org: TestOrganization, account: Account, user: User, key: AccessKey, called = user.name): void {
  const { sandbox } = org;
  const { region } = sandbox.kernel;
  const name = `Account_${account.id}_User_${called}_AccessKey`;
  const value = {
    UserName: user.name,
    AccessKeyId: key.id,
    SecretAccessKey: key.secret,
    Status: 'Active',
    CreateDate: key.created.toISOString(),
  };
  const id = `iam-key-rotation-${key.id}`;
  sandbox.kernel.account(account.id).secrets.set(`${region}/${name}`, {
    name,
    region,
    arn: `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}-AbCdEf`,
    created: key.created,
    changed: key.created,
    tags: new Map([['key-rotation:managed', 'true']]),
    policy: JSON.stringify(policyFor(user.arn.replace(/[^/]*$/, called))),
    versions: new Map([[id, { id, value: JSON.stringify(value), created: key.created, stages: new Set(['AWSCURRENT']) }]]),
  });
}

/** The first key of the user. */
const first = (user: User): AccessKey => {
  const [key] = user.keys;
  if (!key) throw new Error(`${user.name} has no key`);
  return key;
};

/** A key of 100 days and its successor, which the rotation issued ten days ago. */
function pair(org: TestOrganization, account: Account, name: string): { user: User; old: AccessKey; successor: AccessKey } {
  const user = org.addUser(account, name, [{ ageDays: 100 }, { ageDays: 10 }]);
  const [old, successor] = [first(user), user.keys[1] ?? first(user)];
  return { user, old, successor };
}

const issued = ({ id, created }: AccessKey): Record<string, string> => ({ [`key-rotation:${id}`]: `issued=${created.toISOString()}` });

/** Successors that are as they were left, that nobody was told about, and that somebody or something interfered with. */
function successors(org: TestOrganization, account: Account): void {
  const people = org.sandbox.people(account.id);
  const superseded = pair(org, account, 'superseded');
  store(org, account, superseded.user, superseded.successor);
  people.tagUser('superseded', issued(superseded.successor));
  const untold = pair(org, account, 'untold');
  store(org, account, untold.user, untold.successor);
  people.tagUser('untold', issued(untold.successor));
  const stripped = pair(org, account, 'tags-taken-off');
  store(org, account, stripped.user, stripped.successor);
  const gone = pair(org, account, 'secret-gone');
  people.tagUser('secret-gone', issued(gone.successor));
  const renamed = pair(org, account, 'renamed');
  store(org, account, renamed.user, renamed.successor, 'maiden');
  people.tagUser('renamed', { ...issued(renamed.successor), 'key-rotation:stored-as': 'maiden' });
  rememberKeys(org, account, {
    [superseded.old.id]: {
      user: 'superseded',
      created: superseded.old.created,
      active: true,
      told: { disable: { at: ago(10), on: ago(0) } },
    },
    [gone.successor.id]: { user: 'secret-gone', created: gone.successor.created, active: true, issued: true },
    [stripped.successor.id]: { user: 'tags-taken-off', created: stripped.successor.created, active: true, issued: true },
  });
}

/** A key that was switched off a month ago, which people were told. */
function longInactive(org: TestOrganization, account: Account): void {
  const { id, created } = first(org.addUser(account, 'long-inactive', [{ ageDays: 200, status: 'Inactive' }]));
  org.sandbox.people(account.id).tagUser('long-inactive', { [`key-rotation:${id}`]: `inactive=${ago(30)}` });
  const told = { delete: { at: ago(30), on: ago(20) } };
  rememberKeys(org, account, { [id]: { user: 'long-inactive', created, active: false, told } });
}

/** A run that was interrupted an hour before START, before it made a key. */
function unfinished(org: TestOrganization, account: Account): void {
  const { id } = first(org.addUser(account, 'unfinished', [{ ageDays: 85, usedDaysAgo: 1 }]));
  const [at, until] = [new Date(START.getTime() - 3_600_000), new Date(START.getTime() - 45 * 60_000)];
  leaveIntent(org, account, 'unfinished', { token: 'bbbb2222', at, until, known: [id] });
}

/** A key that an interrupted run created and lost, an hour before START. */
function orphan(org: TestOrganization, account: Account): void {
  const user = org.addUser(account, 'orphaned', [{ ageDays: 95, usedDaysAgo: 1 }]);
  const at = new Date(START.getTime() - 3_600_000);
  const known = first(user).id;
  org.sandbox.people(account.id).addAccessKey('orphaned', { created: new Date(at.getTime() + 2_000) });
  leaveIntent(org, account, 'orphaned', { token: 'aaaa1111', at, until: new Date(at.getTime() + 15 * 60_000), known: [known] });
}

/** What a run does to `everySituation`'s users, user by user; some change nothing. */
export const EXPECTED: Readonly<Record<string, string>> = {
  due: 'rotate',
  'due-again': 'rotate',
  'two-live-keys': 'notify',
  superseded: 'disable',
  untold: 'announce',
  'tags-taken-off': 'note-issued',
  'secret-gone': 'note-lost',
  renamed: 'follow-rename',
  unfinished: 'note-unfinished',
  'long-inactive': 'delete',
  'newly-inactive': 'note-inactive',
  're-enabled': 'note-reenabled',
  orphaned: 'remove-orphan',
  'stale-tags': 'forget',
  'due-beside-inactive': 'blocked',
  'soon-due': 'warn',
  'exempt-one': 'skip',
};

/** One user in every situation that a run acts on. */
export function everySituation(org: TestOrganization, account: Account): void {
  const people = org.sandbox.people(account.id);
  const remember = (user: User, value: string): void => {
    people.tagUser(user.name, { [`key-rotation:${first(user).id}`]: value });
  };
  org.addUser(account, 'due', [{ ageDays: 95, usedDaysAgo: 1 }], { owner: 'owner@acme.example' });
  const dueAgain = org.addUser(account, 'due-again', [{ ageDays: 95, usedDaysAgo: 1 }]);
  store(org, account, dueAgain, first(dueAgain));
  org.addUser(account, 'two-live-keys', [
    { ageDays: 200, usedDaysAgo: 1 },
    { ageDays: 20, usedDaysAgo: 1 },
  ]);
  successors(org, account);
  longInactive(org, account);
  unfinished(org, account);
  org.addUser(account, 'newly-inactive', [{ ageDays: 200, status: 'Inactive' }]);
  remember(org.addUser(account, 're-enabled', [{ ageDays: 85 }]), `inactive=${ago(5)}`);
  people.tagUser(org.addUser(account, 'stale-tags', [{ ageDays: 95 }]).name, { 'key-rotation:AKIAGONE000000000001': `inactive=${ago(9)}` });
  org.addUser(account, 'due-beside-inactive', [{ ageDays: 120 }, { ageDays: 50, status: 'Inactive' }]);
  org.addUser(account, 'soon-due', [{ ageDays: 83 }]);
  org.addUser(account, 'exempt-one', [{ ageDays: 400 }], { exempt: true });
  org.addUser(account, 'young', [{ ageDays: 5 }]);
  orphan(org, account);
  witnessPast(org, [account]);
}

/** A mail so many days before START, which gave a date for a step of the user's first key, while they have one. */
function toldOf(
  org: TestOrganization,
  account: Account,
  user: string,
  { step, at, on }: { step: ToldStep; at: number; on: number },
): ToldDate[] {
  const [key] = org.user(account, user).keys;
  return key ? [{ keyId: key.id, step, at: new Date(ago(at)), on: new Date(ago(on)), mail: -1 }] : [];
}

/** Shows the never-rules what they would have seen in the month before START. */
export function witnessPast(org: TestOrganization, accounts: readonly Account[]): void {
  const now = org.sandbox.clock.now();
  org.goToDay(-30);
  org.rules.beforeRun();
  org.sandbox.clock.set(now);
  const saved = org.rules.save();
  const dates = accounts.flatMap((account) => [
    ...toldOf(org, account, 'superseded', { step: 'disable', at: 10, on: 0 }),
    ...toldOf(org, account, 'long-inactive', { step: 'delete', at: 30, on: 20 }),
  ]);
  org.rules.load({ ...saved, told: { ...saved.told, dates } });
  for (const account of accounts) {
    for (const name of ['orphaned', 'superseded', 'untold', 'tags-taken-off', 'secret-gone', 'renamed']) {
      const issuedKey = org.user(account, name).keys.at(-1);
      if (issuedKey) org.rules.book.issue(account.id, name, issuedKey.id);
      const entry = issuedKey && org.rules.book.entry(issuedKey.id);
      if (entry && name === 'secret-gone') entry.stored = true;
      if (entry && name === 'renamed') entry.formerly = ['maiden'];
    }
  }
}

/** Removes one action from one statement (or from every one) of a deployed role, as if it had not been granted. */
export function withoutAction(org: TestOrganization, account: string, role: string, action: string, sid?: string): void {
  const found = org.sandbox.kernel.account(account).roles.get(role);
  let removed = 0;
  for (const document of found?.inlinePolicies.values() ?? []) {
    for (const statement of [document.Statement].flat()) {
      const actions = [statement.Action ?? []].flat();
      if (!actions.includes(action) || (sid !== undefined && statement.Sid !== sid)) continue;
      const left = actions.filter((one) => one !== action);
      // A statement without actions is not a policy; this action is nobody's.
      statement.Action = left.length > 0 ? left : 'sandbox:NothingIsLeft';
      removed += 1;
    }
  }
  if (removed === 0) throw new Error(`role ${role} of account ${account} does not grant ${action}${sid === undefined ? '' : ` in ${sid}`}`);
}

/** The member role, which tests take permissions from. */
export const MEMBER_ROLE = NAMES.memberRole;
