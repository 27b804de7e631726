import type { AccountMemory, KeyMemory } from '../../lambda/rotator/memory/account-memory';
import { FUNCTIONS, type Account, type TestOrganization } from './sandbox-organization';

/** What earlier runs remember of one key. */
export interface RememberedKey extends Pick<KeyMemory, 'told' | 'issued' | 'fetched'> {
  user: string;
  created: Date;
  active: boolean;
}

/** Puts an account's memory there as earlier runs left it: these keys by id, and whatever it held before. */
export function rememberKeys(org: TestOrganization, account: Account, keys: Readonly<Record<string, RememberedKey>>): void {
  const seen = org.sandbox.clock.now().toISOString();
  const before = memoryOf(org, account)?.keys ?? {};
  const added = Object.entries(keys).map(([id, { created, ...key }]) => [id, { ...key, created: created.toISOString(), seen }] as const);
  writeMemory(org, account, JSON.stringify({ version: 1, keys: { ...before, ...Object.fromEntries(added) } }));
}

/** An account's memory as it is in the bucket; undefined when there is none. */
function memoryOf(org: TestOrganization, account: Pick<Account, 'id'>): AccountMemory | undefined {
  const stored = resultsOf(org).get(keyOf(account));
  return stored && (JSON.parse(Buffer.from(stored.body).toString('utf8')) as AccountMemory);
}

/** Puts this text where an account's memory is. */
function writeMemory(org: TestOrganization, account: Account, text: string): void {
  resultsOf(org).set(keyOf(account), { body: Uint8Array.from(Buffer.from(text)), modified: org.sandbox.clock.now(), metadata: {} });
}

/** Takes an account's memory away. */
export function forgetMemory(org: TestOrganization, account: Account): void {
  resultsOf(org).delete(keyOf(account));
}

const keyOf = ({ id }: Pick<Account, 'id'>): string => `memory/${id}.json`;

/** What is in the results bucket, by key. */
export function resultsOf(org: TestOrganization) {
  const name = org.functionNamed(FUNCTIONS.rotator).environment['RESULTS_BUCKET'];
  const bucket = [...org.sandbox.kernel.account(org.central.id).buckets.values()].find((one) => one.name === name);
  if (!bucket) throw new Error('the results bucket is not deployed');
  return bucket.objects;
}
