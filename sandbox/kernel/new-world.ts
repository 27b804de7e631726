import type { AccountState, Member, World } from './world';

/** An account with nothing in it. */
export const emptyAccount = (id: string): AccountState => ({
  id,
  users: new Map(),
  groups: new Map(),
  roles: new Map(),
  managedPolicies: new Map(),
  secrets: new Map(),
  functions: new Map(),
  queues: new Map(),
  buckets: new Map(),
  templates: new Map(),
  configurationSets: new Map(),
  identities: new Set(),
  pendingIdentities: new Set(),
  suppressed: new Map(),
  mailTroubles: new Map(),
  sending: { production: true, enabled: true, quota: 50_000 },
  concurrency: 1000,
  keys: new Map(),
  schedules: new Map(),
  eventRules: new Map(),
  logGroups: new Map(),
  topics: new Map(),
  alarms: new Map(),
  dashboards: new Map(),
  apiGateways: new Map(),
});

/** What a world starts with. */
export interface WorldOptions {
  managementAccount: { id: string; name: string; email: string };
  organization?: { id?: string; rootId?: string };
  now: Date;
  /** Default `aws`. */
  partition?: string;
}

/** An organization whose only account is the management account. */
export function newWorld({ managementAccount, organization, now, partition = 'aws' }: WorldOptions): World {
  const rootId = organization?.rootId ?? 'r-a1b2';
  const member: Member = { ...managementAccount, state: 'ACTIVE', parent: rootId, joined: now };
  return {
    partition,
    managementAccount: managementAccount.id,
    organization: {
      id: organization?.id ?? 'o-a1b2c3d4e5',
      rootId,
      units: new Map(),
      members: new Map([[member.id, member]]),
      delegatedAdministrators: new Set(),
    },
    accounts: new Map([[member.id, emptyAccount(member.id)]]),
    mails: [],
    events: [],
    stacks: new Map(),
    stackSets: new Map(),
    past: [],
    reads: 0,
    sequence: 0,
  };
}
