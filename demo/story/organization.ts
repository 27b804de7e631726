import type { Sandbox } from '../../sandbox/sandbox';

/** The day on which the story begins: a Monday, one hour before the first scheduled run. */
export const START = new Date('2026-01-05T01:00:00Z');
/** The management account, where the app is deployed. */
export const MANAGEMENT = { id: '111122223333', name: 'Acme Management', email: 'aws@acme.example' };

/** One access key, by its age in days when the story begins. */
interface KeyStory {
  ageDays: number;
  status?: 'Active' | 'Inactive';
  /** Days since its last use; absent = never used. */
  usedDaysAgo?: number;
}

/** One IAM user of the demonstration. */
interface UserStory {
  name: string;
  path?: string;
  owner?: string;
  keys: KeyStory[];
  exempt?: boolean;
  /** The last day of the exemption. */
  exemptUntil?: string;
}

/** One account of the demonstration. */
export interface AccountStory {
  id: string;
  name: string;
  email: string;
  unit?: string;
  suspended?: boolean;
  /** Somebody deleted the member role by hand. */
  withoutRole?: boolean;
  users: UserStory[];
}

const used = (ageDays: number, usedDaysAgo = 0): KeyStory => ({ ageDays, usedDaysAgo });

/** About six accounts and forty users: every situation that the policy knows. */
export const ACCOUNTS: readonly AccountStory[] = [
  {
    ...MANAGEMENT,
    users: [
      { name: 'billing-export', keys: [used(30)] },
      { name: 'break-glass', exempt: true, keys: [{ ageDays: 700 }] },
    ],
  },
  {
    id: '222233334444',
    name: 'Production',
    email: 'production@acme.example',
    unit: 'Workloads',
    users: [
      { name: 'web-deploy', owner: 'web@acme.example', keys: [used(0)] },
      { name: 'ancient-batch', owner: 'batch@acme.example', keys: [used(400)] },
      { name: 'checkout', owner: 'payments@acme.example', keys: [used(90)] },
      { name: 'invoices', owner: 'payments@acme.example', keys: [used(83)] },
      { name: 'mailer', keys: [used(60)] },
      { name: 'vendor,acme', keys: [used(95)] },
      { name: 'replicator', path: '/services/db/', keys: [used(120)] },
      { name: 'two-live-keys', owner: 'web@acme.example', keys: [used(200), used(20)] },
      { name: 'partner-sftp', exempt: true, exemptUntil: '2026-02-28', keys: [used(300)] },
      { name: 'console-only', keys: [] },
    ],
  },
  {
    id: '333344445555',
    name: 'Staging',
    email: 'staging@acme.example',
    unit: 'Workloads',
    users: [
      { name: 'ci-runner', owner: 'ci@acme.example', keys: [used(110)] },
      { name: 'e2e-tests', keys: [used(0)] },
      { name: 'load-test', keys: [{ ageDays: 150 }] },
      { name: 'old-and-off', keys: [{ ageDays: 200, status: 'Inactive' }, used(40)] },
      { name: 'young-and-off', keys: [{ ageDays: 25, status: 'Inactive' }] },
      { name: 'screenshots', keys: [used(45)] },
      { name: 'fixtures', keys: [used(70)] },
      { name: 'feature-flags', owner: 'not an address', keys: [used(101)] },
    ],
  },
  {
    id: '444455556666',
    name: 'Data <Platform> & "Friends" \u{1F4CA}',
    email: 'data@acme.example',
    unit: 'Workloads',
    users: [
      { name: 'warehouse-loader', owner: 'data@acme.example', keys: [used(90)] },
      { name: 'notebook', keys: [used(5)] },
      { name: 'spark', path: '/emr/', keys: [used(130)] },
      { name: 'airflow', owner: 'data@acme.example', keys: [used(89)] },
      { name: 'metrics', keys: [used(10)] },
      { name: 'due-beside-off', keys: [used(180), { ageDays: 50, status: 'Inactive' }] },
      { name: 'both-ancient', keys: [used(500, 3), used(450)] },
      { name: 'auditor@partner.example', keys: [used(0)] },
    ],
  },
  {
    id: '555566667777',
    name: 'Legacy',
    email: 'legacy@acme.example',
    unit: 'Retired',
    withoutRole: true,
    users: [
      { name: 'mainframe', keys: [used(1_500)] },
      { name: 'fax', keys: [{ ageDays: 900 }] },
    ],
  },
  {
    id: '666677778888',
    name: 'Sandboxes',
    email: 'sandboxes@acme.example',
    unit: 'Workloads',
    users: [
      { name: 'alice', owner: 'alice@acme.example', keys: [used(0)] },
      { name: 'bob', owner: 'bob@acme.example', keys: [used(91)] },
      { name: 'carol', owner: 'carol@acme.example', keys: [used(15)] },
      { name: 'dave', keys: [{ ageDays: 365 }] },
      { name: 'erin', keys: [used(88), used(2)] },
      { name: 'frank', keys: [used(50)] },
      { name: 'grace', keys: [used(99)] },
      { name: 'secret-in-the-way', owner: 'heidi@acme.example', keys: [used(93)] },
    ],
  },
  { id: '777788889999', name: 'Closed Shop', email: 'closed@acme.example', suspended: true, users: [{ name: 'ghost', keys: [used(800)] }] },
];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Builds the organization; a suspended account and its users exist, too. */
export async function buildOrganization(sandbox: Sandbox): Promise<void> {
  sandbox.organization.verifyIdentity(MANAGEMENT.id, 'example.com');
  const units = new Map<string, string>();
  for (const account of ACCOUNTS) {
    if (account.id !== MANAGEMENT.id) {
      const { id, name, email, unit } = account;
      if (unit !== undefined && !units.has(unit)) units.set(unit, sandbox.organization.addUnit(unit));
      const place = unit === undefined ? undefined : units.get(unit);
      await sandbox.addAccount({ id, name, email, ...(place !== undefined && { unit: place }) });
      if (account.suspended) sandbox.organization.suspend(id);
    }
    populate(sandbox, account);
  }
}

function populate(sandbox: Sandbox, account: AccountStory): void {
  const people = sandbox.people(account.id);
  for (const user of account.users) {
    people.addUser({
      name: user.name,
      ...(user.path !== undefined && { path: user.path }),
      tags: {
        ...(user.owner !== undefined && { OwnerEmail: user.owner }),
        ...(user.exemptUntil !== undefined && { 'key-rotation:exempt-until': user.exemptUntil }),
      },
    });
    for (const key of user.keys) {
      people.addAccessKey(user.name, {
        created: new Date(START.getTime() - key.ageDays * DAY_MS),
        ...(key.status && { status: key.status }),
        ...(key.usedDaysAgo !== undefined && { lastUsed: new Date(START.getTime() - key.usedDaysAgo * DAY_MS - HOUR_MS) }),
      });
    }
  }
}

/** What a deployment cannot set up: who is exempt, an account whose role somebody deleted, a secret of a person that is in the way. */
export function afterDeployment(sandbox: Sandbox, names: { exemptionGroup: string; memberRole: string }): void {
  for (const account of ACCOUNTS) {
    const people = sandbox.people(account.id);
    for (const user of account.users) if (user.exempt) people.addToGroup(user.name, names.exemptionGroup);
    if (account.withoutRole) sandbox.world.accounts.get(account.id)?.roles.delete(names.memberRole);
  }
}
