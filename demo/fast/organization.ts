import { APIGatewayClient, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import type { SideRule } from '../never-rules/side-policies';
import type { Sandbox } from '../../sandbox/sandbox';

export const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** Half an hour before the daily run. */
export const START = new Date('2026-01-05T01:30:00Z');
export const MANAGEMENT = { id: '111122223333', name: 'Acme Management', email: 'aws@acme.example' };
const PAYMENTS = { id: '222233334444', name: 'Payments', email: 'payments@acme.example' };
const WEATHER = { id: '333344445555', name: 'Weather', email: 'weather@acme.example' };
const GROUP = 'keys-of-minutes';
/** Younger than `rotate`, so that it is the policy's from the beginning; its successor comes within the first minutes. */
const FIRST_KEY_MS = 7 * MINUTE_MS;

/** The policy as the never-rules know it. */
export const RULE: SideRule = {
  group: GROUP,
  rotateMs: 10 * MINUTE_MS,
  disableGraceMs: 2 * MINUTE_MS,
  deleteGraceMs: 3 * MINUTE_MS,
};

/** One program that needs a key. */
export interface Program {
  account: string;
  user: string;
  /** The client of the key API that it is. */
  client: string;
  /** `each minute` fetches before every call; `until it expires` goes on with its key for as long as it was promised. */
  fetches: 'each minute' | 'until it expires';
}

/** Whose keys are of minutes. */
export const PROGRAMS: readonly Program[] = [
  { account: PAYMENTS.id, user: 'checkout', client: 'shop', fetches: 'each minute' },
  { account: PAYMENTS.id, user: 'refunds', client: 'shop', fetches: 'until it expires' },
  { account: WEATHER.id, user: 'feed', client: 'weather', fetches: 'each minute' },
];

/** A user of the same organization who follows the deployment's own policy. */
export const ORDINARY = { account: PAYMENTS.id, user: 'archive', ageDays: 95 };

/** What clients ask for without being granted it, somebody's who exists and somebody's who does not. */
export const FOREIGN = [
  { client: 'shop', account: WEATHER.id, user: 'feed' },
  { client: 'shop', account: PAYMENTS.id, user: ORDINARY.user },
  { client: 'weather', account: PAYMENTS.id, user: 'checkout' },
  { client: 'weather', account: WEATHER.id, user: 'nobody' },
] as const;

/** What the app is synthesized with, over cdk.json. */
export const CONTEXT: Readonly<Record<string, string>> = {
  dryRun: 'false',
  secretStore: 'central',
  policies: JSON.stringify([
    {
      name: 'fast',
      groups: [GROUP],
      rotate: '10m',
      disable: '12m',
      delete: '15m',
      schedule: 'rate(1 minute)',
      accounts: [PAYMENTS.id, WEATHER.id],
    },
  ]),
  keyApi: JSON.stringify({ accessLogRole: true, clients: grants() }),
};

function grants(): Record<string, Record<string, string[]>> {
  const clients: Record<string, Record<string, string[]>> = {};
  for (const { client, account, user } of PROGRAMS) ((clients[client] ??= {})[account] ??= []).push(user);
  return clients;
}

/** Builds the organization as it is before the deployment. */
export async function buildOrganization(sandbox: Sandbox): Promise<void> {
  sandbox.organization.verifyIdentity(MANAGEMENT.id, 'example.com');
  for (const account of [PAYMENTS, WEATHER]) {
    await sandbox.addAccount(account);
    sandbox.people(account.id).addGroup(GROUP);
  }
  for (const { account, user } of PROGRAMS) {
    sandbox.people(account).addUser({ name: user, groups: [GROUP] });
    sandbox.people(account).addAccessKey(user, { created: new Date(START.getTime() - FIRST_KEY_MS), lastUsed: START });
  }
  const { account, user, ageDays } = ORDINARY;
  sandbox.people(account).addUser({ name: user });
  sandbox.people(account).addAccessKey(user, { created: new Date(START.getTime() - ageDays * DAY_MS), lastUsed: START });
}

/** The API key of each client, as an administrator reads it and hands it to the client. */
export async function readApiKeys(sandbox: Sandbox): Promise<ReadonlyMap<string, string>> {
  const gateway = new APIGatewayClient(sandbox.client(MANAGEMENT.id));
  try {
    const { items = [] } = await gateway.send(new GetApiKeysCommand({ includeValues: true }));
    return new Map(items.map(({ name = '', value = '' }) => [name.replace('iam-key-rotation-', ''), value]));
  } finally {
    gateway.destroy();
  }
}
