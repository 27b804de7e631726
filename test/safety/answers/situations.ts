import { ReplicateSecretToRegionsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { policyFor } from '../../../lambda/core/store/secret-policy';
import { secretNameFor } from '../../../lambda/shared/secret-name';
import type { AccessKey, User } from '../../../sandbox/kernel/world';
import { leaveIntent } from '../../helpers/sandbox-intents';
import { DAY, START, sweepDayOf, TEAM, type Account, type KeyStory } from '../../helpers/sandbox-organization';
import { rememberKeys } from '../../helpers/sandbox-memory';
import type { Kit } from '../kit/kit';

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

/** An account like TEAM, but every user of it is read on the first day. */
export const SWEPT: Account = { ...TEAM, id: idSweptOnDay(0) };

function idSweptOnDay(day: number): string {
  const ids = Array.from({ length: 7 }, (_, digit) => `${TEAM.id.slice(0, -1)}${digit}`);
  const found = ids.find((id) => sweepDayOf({ ...TEAM, id }) === day);
  if (found === undefined) throw new Error(`no account is swept on day ${day}`);
  return found;
}

const ago = (days: number): Date => new Date(START.getTime() - days * DAY);
const live = (ageDays: number): KeyStory => ({ ageDays, usedDaysAgo: 1 });
const off = (ageDays: number): KeyStory => ({ ageDays, status: 'Inactive' });

/** The name of a user's secret. */
export const secretName = (account: Account, user: string): string => secretNameFor(account.id, user);

function keyOf(user: User, index: number): AccessKey {
  const key = user.keys[index];
  if (!key) throw new Error(`${user.name} has no key number ${index + 1}`);
  return key;
}

/** Puts the user's secret there as an earlier rotation left it: it holds this key, and the user may read it. */
function store({ sandbox }: Kit, account: Account, user: User, key: AccessKey): void {
  const { region } = sandbox.kernel;
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
  sandbox.kernel.account(account.id).secrets.set(`${region}/${name}`, {
    name,
    region,
    arn: `arn:aws:secretsmanager:${region}:${account.id}:secret:${name}-AbCdEf`,
    created,
    changed: created,
    tags: new Map([['key-rotation:managed', 'true']]),
    policy: JSON.stringify(policyFor(user.arn)),
    versions: new Map([[id, { id, value, created, stages: new Set(['AWSCURRENT']) }]]),
  });
}

/** Two days on which the rotation worked there: people were told of a key, two others got to know its rules. */
async function past(kit: Kit, account: Account): Promise<void> {
  kit.goToDay(-12);
  kit.org.addUser(account, 'noticed', [live(200), live(40)]);
  await kit.daily(account);
  kit.goToDay(-10);
  kit.org.addUser(account, 'superseded', [live(100)]);
  kit.org.addUser(account, 'long-inactive', [off(200)]);
  await kit.daily(account);
  kit.goToDay(0);
}

/** A key that an interrupted run, the n-th, created and lost an hour ago. */
function orphan({ org, sandbox }: Kit, account: Account, name: string, n: number): void {
  const people = sandbox.people(account.id);
  const user = org.addUser(account, name, [live(95)]);
  const at = new Date(START.getTime() - 3_600_000);
  const lost = people.addAccessKey(user.name, { created: new Date(at.getTime() + 2_000) });
  org.rules.book.issue(account.id, user.name, lost.id);
  const token = `aaaa111${n}`;
  leaveIntent(org, account, user.name, { token, at, until: new Date(at.getTime() + 15 * 60_000), known: [keyOf(user, 0).id] });
}

/** Where secrets have replicas. */
export const REPLICA_REGION = 'eu-central-1';

/**
 * A user whose secret, with a replica, is no longer needed, one who got a key while theirs was being deleted, and one who gets their first
 * key; for deployments that delete and replicate secrets.
 */
export async function secretSituations(kit: Kit, account: Account): Promise<void> {
  const { org } = kit;
  org.addUser(account, 'replicated', [live(95)]);
  const handedOver = org.addUser(account, 'handed-over', [live(50)]);
  store(kit, account, handedOver, keyOf(handedOver, 0));
  org.handOver(account, 'handed-over', { fetchedDaysAgo: 45 });
  const client = new SecretsManagerClient(org.sandbox.client(account.id));
  const AddReplicaRegions = [{ Region: REPLICA_REGION }];
  await client.send(new ReplicateSecretToRegionsCommand({ SecretId: secretName(account, 'handed-over'), AddReplicaRegions }));
  client.destroy();
  const cutOff = org.addUser(account, 'cut-off', [live(60), { ageDays: 1 }]);
  store(kit, account, cutOff, keyOf(cutOff, 1));
  const secret = org.sandbox.kernel.account(account.id).secrets.get(`${org.sandbox.kernel.region}/${secretName(account, 'cut-off')}`);
  if (secret) Object.assign(secret, { deleted: ago(1), purge: ago(-29) });
}

/** As an earlier deployment with the member store left it: this user's secret is in their own account. */
export function keepInMemberStore({ org }: Kit, account: Account, user: string): void {
  const { kernel } = org.sandbox;
  const place = `${kernel.region}/${secretName(account, user)}`;
  const central = kernel.account(org.central.id).secrets;
  const secret = central.get(place);
  if (!secret) throw new Error(`${user} has no central secret`);
  central.delete(place);
  secret.arn = secret.arn.replace(`:${org.central.id}:`, `:${account.id}:`);
  delete secret.kmsKeyId;
  kernel.account(account.id).secrets.set(place, secret);
  const { tags } = org.user(account, user);
  for (const [tag, value] of tags) tags.set(tag, value.replace(' store=central', ''));
}

/** A user who is due and whose secret an earlier deployment made, and one beside. */
export function laterIssue(kit: Kit, account: Account): void {
  const later = kit.org.addUser(account, 'later-issue', [live(95)]);
  store(kit, account, later, keyOf(later, 0));
  kit.org.addUser(account, 'beside', [live(95)]);
}

/** The intent by which a run announced the key of a user whose tags somebody took off since. */
export const ANNOUNCED = 'cccc3333';

/**
 * The keys of these users were rotated ten days ago; people and tools have changed most of them since: they took our tags off, deleted a
 * secret, closed one, renamed a user, or an interrupted run left an intent, or lost a key without one.
 */
export async function followedSituations(kit: Kit, account: Account): Promise<void> {
  const { org } = kit;
  const people = org.sandbox.people(account.id);
  kit.goToDay(-10);
  for (const name of ['tags-taken-off', 'secret-gone', 'closed', 'maiden', 'untold', 'beside']) org.addUser(account, name, [live(100)]);
  await kit.daily(account);
  kit.goToDay(0);
  const secrets = org.sandbox.kernel.account(account.id).secrets;
  const placeOf = (user: string): string => `${org.sandbox.kernel.region}/${secretName(account, user)}`;
  people.untagUser('tags-taken-off', ...org.user(account, 'tags-taken-off').tags.keys());
  secrets.delete(placeOf('secret-gone'));
  delete secrets.get(placeOf('closed'))?.policy;
  people.renameUser('maiden', 'renamed');
  const { id, created } = keyOf(org.user(account, 'untold'), 0);
  rememberKeys(org, account, { [id]: { user: 'untold', created, active: true } });
  const unfinished = org.addUser(account, 'unfinished', [live(85)]);
  const [at, until] = [new Date(START.getTime() - 3_600_000), new Date(START.getTime() - 45 * 60_000)];
  leaveIntent(org, account, 'unfinished', { token: 'bbbb2222', at, until, known: [keyOf(unfinished, 0).id] });
  const known = [keyOf(org.addUser(account, 'announced', [live(95)]), 0).id];
  people.addAccessKey('announced', { created: new Date(at.getTime() + 2_000) });
  leaveIntent(org, account, 'announced', { token: ANNOUNCED, at, until, known });
  people.untagUser('announced', ...org.user(account, 'announced').tags.keys());
}

/** Users in the same situation, so that one run can try as many points of it. */
export const ALIKE = {
  'first-issue': ['first-issue', 'first-issue-2', 'first-issue-3', 'first-issue-4'],
  'later-issue': ['later-issue', 'later-issue-2', 'later-issue-3', 'later-issue-4'],
  orphaned: ['orphaned', 'orphaned-2', 'orphaned-3'],
} as const;

/** One user in every situation that a daily run acts on, as if the rotation had worked there for years. */
export const everySituation = (kit: Kit, account: Account): Promise<void> =>
  arrange(kit, account, { 'first-issue': ['first-issue'], 'later-issue': ['later-issue'], orphaned: ['orphaned'] });

/** The same with several users in the situations in which most can go wrong. */
export const severalAlike = (kit: Kit, account: Account): Promise<void> => arrange(kit, account, ALIKE);

async function arrange(kit: Kit, account: Account, names: Readonly<Record<keyof typeof ALIKE, readonly string[]>>): Promise<void> {
  await past(kit, account);
  const { org } = kit;
  const people = org.sandbox.people(account.id);
  const remember = (user: User, value: string, key = keyOf(user, 0).id): void => {
    people.tagUser(user.name, { [`key-rotation:${key}`]: value });
  };
  for (const name of names['first-issue']) org.addUser(account, name, [live(95)], { owner: 'owner@acme.example' });
  for (const name of names['later-issue']) {
    const later = org.addUser(account, name, [live(95)]);
    store(kit, account, later, keyOf(later, 0));
  }
  org.addUser(account, 'newly-inactive', [off(200)]);
  remember(org.addUser(account, 're-enabled', [live(85)]), `inactive=${ago(5).toISOString()}`);
  org.addUser(account, 'two-live-keys', [live(200), live(20)]);
  remember(org.addUser(account, 'stale-tags', [live(83)]), `inactive=${ago(9).toISOString()}`, 'AKIAGONE000000000001');
  org.addUser(account, 'exempt-one', [{ ageDays: 400 }], { exempt: true });
  const young = keyOf(org.addUser(account, 'young', [live(5)]), 0);
  rememberKeys(org, account, { [young.id]: { user: 'young', created: young.created, active: true } });
  org.goToDay(-30);
  org.rules.beforeRun();
  org.goToDay(0);
  for (const [index, name] of names.orphaned.entries()) orphan(kit, account, name, index);
}
