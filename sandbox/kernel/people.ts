import type { Kernel } from './kernel';
import { createKey, deleteKey, requireKey, wholeSeconds } from '../services/iam/access-keys';
import { createGroup, joinGroup } from '../services/iam/groups';
import { requireUser } from '../services/iam/lookup';
import { createUser, removeUser, renameUser } from '../services/iam/user-lifecycle';
import { tagUser, untagUser } from '../services/iam/user-tags';
import { noteCall, type NotedCall } from './trail';
import type { AccessKey, Group, PolicyDocument, Principal, User } from './world';

/** A user as people create one. */
interface NewUser {
  name: string;
  /** Default `/`. */
  path?: string;
  tags?: Record<string, string>;
  /** Created when they do not exist. */
  groups?: string[];
  passwordEnabled?: boolean;
  /** Default: now. */
  created?: Date;
  policies?: Record<string, PolicyDocument>;
}

/** A key with a history. */
interface NewAccessKey {
  created: Date;
  /** Default Active. */
  status?: AccessKey['status'];
  lastUsed?: Date | { at: Date; service: string; region: string };
  /** More than two keys of one user, as concurrent creates have made them in public; default false. */
  beyondQuota?: boolean;
}

/** What people do in an account, without signing and without policies; IAM's own limits and errors stay. */
export interface People {
  addUser(user: NewUser): User;
  /** Throws LimitExceeded at two keys, unless it goes beyond the quota. */
  addAccessKey(user: string, key: NewAccessKey): AccessKey;
  /** A key created now. */
  createKey(user: string): AccessKey;
  disableKey(user: string, keyId: string): void;
  enableKey(user: string, keyId: string): void;
  /** An expired key cannot sign, and cannot be enabled again. */
  expireKey(user: string, keyId: string): void;
  deleteKey(user: string, keyId: string): void;
  /** The credential report gives this date for the key from now on ("created or last changed"); never one before its creation. */
  reportKeyChanged(user: string, keyId: string, at: Date): void;
  /** Records a use; default now, by S3 in the sandbox's region. */
  useKey(user: string, keyId: string, at?: Date, service?: string): void;
  /** Somebody's program makes calls with the key, by default one, now; IAM and CloudTrail's event history know of them as of any. */
  callWithKey(user: string, keyId: string, call: Partial<NotedCall> & { times?: number }): void;
  /** The user keeps id, keys, groups, tags and policies; the old name is free again. */
  renameUser(user: string, name: string, path?: string): void;
  /** With keys, groups and policies, as the console does it; whoever would delete the keys first calls `deleteKey`. */
  deleteUser(user: string): void;
  addGroup(name: string, options?: { path?: string; policies?: Record<string, PolicyDocument> }): Group;
  addToGroup(user: string, group: string): void;
  removeFromGroup(user: string, group: string): void;
  deleteGroup(name: string): void;
  tagUser(user: string, tags: Record<string, string>): void;
  /** In any letter case, as IAM does it. */
  untagUser(user: string, ...keys: string[]): void;
  putUserPolicy(user: string, name: string, document: PolicyDocument): void;
  user(name: string): User;
  /** Deletes a secret without a recovery window, with its replicas; by default in the sandbox's region. */
  forceDeleteSecret(name: string, region?: string): void;
  /** What becomes of mails to an address from now on, in the sandbox's region, once SES has accepted them; without it they arrive again. */
  troubleMails(address: string, trouble?: 'rendering failure' | 'reject' | 'transient bounce'): void;
  /** Sets an alarm's state, in the sandbox's region; without state it follows its metric again. */
  setAlarm(name: string, state?: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'): void;
}

/** The people of one account. */
export function people(kernel: Kernel, accountId: string): People {
  const account = () => kernel.account(accountId);
  const place = () => ({ world: kernel.world, account: account() });
  const user = (name: string): User => requireUser(account(), name);
  const remember = (kind: 'users' | 'groups' | 'secrets', ...keys: string[]): void => {
    for (const key of keys) kernel.remember({ kind, account: accountId, key });
  };
  /** A user who is about to change. */
  const changing = (name: string): User => {
    remember('users', name);
    return user(name);
  };
  const key = (name: string, id: string): AccessKey => requireKey(changing(name), id);
  const tag = (name: string, tags: Record<string, string>): void => {
    tagUser(changing(name), Object.entries(tags));
  };
  const addGroup: People['addGroup'] = (name, { path = '/', policies = {} } = {}) => {
    remember('groups', name);
    const group = createGroup(place(), { name, path }, kernel.clock.now());
    group.inlinePolicies = new Map(Object.entries(policies));
    return group;
  };
  return {
    addUser({ name, path = '/', tags = {}, groups = [], passwordEnabled = false, created, policies = {} }) {
      remember('users', name);
      const made = createUser(place(), { name, path, tags: Object.entries(tags) }, kernel.next(), created ?? kernel.clock.now());
      for (const group of groups) if (!account().groups.has(group)) addGroup(group);
      Object.assign(made, { groups: new Set(groups), inlinePolicies: new Map(Object.entries(policies)), passwordEnabled });
      return made;
    },
    addAccessKey(name, { created, status = 'Active', lastUsed, beyondQuota = false }) {
      const made = createKey(changing(name), kernel.next(), created, { beyondQuota });
      made.status = status;
      if (lastUsed)
        made.lastUsed = lastUsed instanceof Date ? { at: wholeSeconds(lastUsed), service: 's3', region: kernel.region } : lastUsed;
      return made;
    },
    createKey: (name) => createKey(changing(name), kernel.next(), kernel.clock.now()),
    disableKey(name, id) {
      key(name, id).status = 'Inactive';
    },
    enableKey(name, id) {
      key(name, id).status = 'Active';
    },
    expireKey(name, id) {
      key(name, id).status = 'Expired';
    },
    reportKeyChanged(name, id, at) {
      const changed = key(name, id);
      if (at < changed.created) throw new Error(`key ${id} was created at ${changed.created.toISOString()}, it cannot have changed before`);
      changed.changed = wholeSeconds(at);
    },
    deleteKey(name, id) {
      deleteKey(changing(name), id);
    },
    useKey(name, id, at = kernel.clock.now(), service = 's3') {
      key(name, id).lastUsed = { at: wholeSeconds(at), service, region: kernel.region };
    },
    callWithKey(name, id, { times = 1, ...call }) {
      const { arn } = user(name);
      const principal: Principal = { kind: 'user', account: accountId, arn, name, userId: user(name).id };
      const { region } = kernel;
      const usual = { at: wholeSeconds(kernel.clock.now()), service: 'sts', operation: 'GetCallerIdentity', region, reads: true };
      const noted = { ...usual, address: '198.51.100.7', agent: 'aws-cli/2.32.4', ...call };
      const held = key(name, id);
      const used = { at: wholeSeconds(noted.at), service: noted.service, region: noted.region };
      if (!held.lastUsed || held.lastUsed.at <= used.at) held.lastUsed = used;
      for (let made = 0; made < times; made += 1) noteCall(account(), principal, id, noted);
    },
    renameUser(from, name, path) {
      remember('users', name);
      renameUser(place(), changing(from), { name, ...(path !== undefined && { path }) });
    },
    deleteUser(name) {
      removeUser(place(), changing(name));
    },
    addGroup,
    addToGroup(name, group) {
      joinGroup(account(), changing(name), group);
    },
    removeFromGroup(name, group) {
      changing(name).groups.delete(group);
    },
    deleteGroup(name) {
      remember('groups', name);
      account().groups.delete(name);
      for (const member of account().users.values()) if (member.groups.has(name)) changing(member.name).groups.delete(name);
    },
    tagUser: tag,
    untagUser(name, ...keys) {
      untagUser(changing(name), keys);
    },
    putUserPolicy(name, policyName, document) {
      changing(name).inlinePolicies.set(policyName, document);
    },
    user,
    forceDeleteSecret(name, region = kernel.region) {
      const { secrets } = account();
      for (const [at, secret] of secrets) if (secret.name === name) remember('secrets', at);
      if (!secrets.delete(`${region}/${name}`)) throw new Error(`account ${accountId} has no secret ${name} in ${region}`);
      for (const [at, secret] of secrets) if (secret.name === name && secret.primary === region) secrets.delete(at);
    },
    troubleMails(address, trouble) {
      const key = `${kernel.region}/${address.toLowerCase()}`;
      if (trouble === undefined) account().mailTroubles.delete(key);
      else account().mailTroubles.set(key, trouble);
    },
    setAlarm(name, value) {
      const alarm = account().alarms.get(`${kernel.region}/${name}`);
      if (!alarm) throw new Error(`account ${accountId} has no alarm ${name} in ${kernel.region}`);
      if (value === undefined) delete alarm.set;
      else alarm.set = { value, reason: 'Set by an operator.', since: kernel.clock.now() };
    },
  };
}
