import { uniqueId } from './identifiers';
import type { Kernel } from './kernel';
import { createKey, deleteKey, requireKey, wholeSeconds } from '../services/iam/access-keys';
import { requireUser } from '../services/iam/lookup';
import { tagUser } from '../services/iam/user-tags';
import type { AccessKey, Group, PolicyDocument, User } from './world';

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
  status?: 'Active' | 'Inactive';
  lastUsed?: Date | { at: Date; service: string; region: string };
}

/** What people do in an account, without signing and without policies; IAM's own limits and errors stay. */
export interface People {
  addUser(user: NewUser): User;
  /** Throws LimitExceeded at two keys. */
  addAccessKey(user: string, key: NewAccessKey): AccessKey;
  /** A key created now. */
  createKey(user: string): AccessKey;
  disableKey(user: string, keyId: string): void;
  enableKey(user: string, keyId: string): void;
  deleteKey(user: string, keyId: string): void;
  /** Records a use; default now, by S3 in the sandbox's region. */
  useKey(user: string, keyId: string, at?: Date, service?: string): void;
  deleteUser(user: string): void;
  addGroup(name: string, options?: { path?: string; policies?: Record<string, PolicyDocument> }): Group;
  addToGroup(user: string, group: string): void;
  removeFromGroup(user: string, group: string): void;
  deleteGroup(name: string): void;
  tagUser(user: string, tags: Record<string, string>): void;
  untagUser(user: string, ...keys: string[]): void;
  putUserPolicy(user: string, name: string, document: PolicyDocument): void;
  user(name: string): User;
}

/** The people of one account. */
export function people(kernel: Kernel, accountId: string): People {
  const account = () => kernel.account(accountId);
  const user = (name: string): User => requireUser(account(), name);
  const key = (name: string, id: string): AccessKey => requireKey(user(name), id);
  const tag = (name: string, tags: Record<string, string>): void => {
    tagUser(user(name), Object.entries(tags));
  };
  const addGroup: People['addGroup'] = (name, { path = '/', policies = {} } = {}) => {
    refuseTaken(account().groups.has(name), `group ${name}`, accountId);
    const group: Group = {
      name,
      path,
      arn: `arn:${kernel.world.partition}:iam::${accountId}:group${path}${name}`,
      created: wholeSeconds(kernel.clock.now()),
      inlinePolicies: new Map(Object.entries(policies)),
      attachedPolicies: new Set(),
    };
    account().groups.set(name, group);
    return group;
  };
  return {
    addUser({ name, path = '/', tags = {}, groups = [], passwordEnabled = false, created, policies = {} }) {
      refuseTaken(account().users.has(name), `user ${name}`, accountId);
      for (const group of groups) if (!account().groups.has(group)) addGroup(group);
      account().users.set(name, {
        name,
        path,
        id: uniqueId('AIDA', `${accountId}/${name}/${kernel.next()}`),
        arn: `arn:${kernel.world.partition}:iam::${accountId}:user${path}${name}`,
        created: wholeSeconds(created ?? kernel.clock.now()),
        tags: new Map(),
        keys: [],
        groups: new Set(groups),
        inlinePolicies: new Map(Object.entries(policies)),
        attachedPolicies: new Set(),
        passwordEnabled,
      });
      tag(name, tags);
      return user(name);
    },
    addAccessKey(name, { created, status = 'Active', lastUsed }) {
      const made = createKey(user(name), kernel.next(), created);
      made.status = status;
      if (lastUsed)
        made.lastUsed = lastUsed instanceof Date ? { at: wholeSeconds(lastUsed), service: 's3', region: kernel.region } : lastUsed;
      return made;
    },
    createKey: (name) => createKey(user(name), kernel.next(), kernel.clock.now()),
    disableKey(name, id) {
      key(name, id).status = 'Inactive';
    },
    enableKey(name, id) {
      key(name, id).status = 'Active';
    },
    deleteKey(name, id) {
      deleteKey(user(name), id);
    },
    useKey(name, id, at = kernel.clock.now(), service = 's3') {
      key(name, id).lastUsed = { at: wholeSeconds(at), service, region: kernel.region };
    },
    deleteUser(name) {
      user(name);
      account().users.delete(name);
    },
    addGroup,
    addToGroup(name, group) {
      if (!account().groups.has(group)) throw new Error(`account ${accountId} has no group ${group}`);
      user(name).groups.add(group);
    },
    removeFromGroup(name, group) {
      user(name).groups.delete(group);
    },
    deleteGroup(name) {
      account().groups.delete(name);
      for (const member of account().users.values()) member.groups.delete(name);
    },
    tagUser: tag,
    untagUser(name, ...keys) {
      for (const tagKey of keys) user(name).tags.delete(tagKey);
    },
    putUserPolicy(name, policyName, document) {
      user(name).inlinePolicies.set(policyName, document);
    },
    user,
  };
}

function refuseTaken(taken: boolean, what: string, accountId: string): void {
  if (taken) throw new Error(`${what} already exists in account ${accountId}`);
}
