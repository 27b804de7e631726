import { memoryPath, memoryText, objectOf } from '../../demo/remembered';
import type { AccountMemory, KeyMemory } from '../../lambda/rotator/memory/account-memory';
import { FUNCTIONS, type Account, type TestOrganization } from './sandbox-organization';

/** What earlier runs remember of one key. */
export interface RememberedKey extends Pick<KeyMemory, 'told' | 'issued' | 'fetched' | 'lost'> {
  user: string;
  created: Date;
  active: boolean;
}

/** Puts an account's memory there as earlier runs left it: these keys by id, and whatever it held before. */
export function rememberKeys(org: TestOrganization, account: Account, keys: Readonly<Record<string, RememberedKey>>): void {
  writeMemory(org, account, memoryText(keys, org.sandbox.clock.now(), memoryOf(org, account)?.keys));
}

/** An account's memory as it is in the bucket; undefined when there is none. */
export function memoryOf(org: TestOrganization, account: Pick<Account, 'id'>): AccountMemory | undefined {
  const stored = resultsOf(org).get(memoryPath(account.id));
  return stored && (JSON.parse(Buffer.from(stored.body).toString('utf8')) as AccountMemory);
}

/** Puts this text where an account's memory is. */
export function writeMemory(org: TestOrganization, account: Account, text: string): void {
  resultsOf(org).set(memoryPath(account.id), objectOf(text, org.sandbox.clock.now()));
}

/** Takes an account's memory away. */
export function forgetMemory(org: TestOrganization, account: Account): void {
  resultsOf(org).delete(memoryPath(account.id));
}

/** What is in the results bucket, by key. */
export function resultsOf(org: TestOrganization) {
  const name = org.functionNamed(FUNCTIONS.rotator).environment['RESULTS_BUCKET'];
  const bucket = [...org.sandbox.kernel.account(org.central.id).buckets.values()].find((one) => one.name === name);
  if (!bucket) throw new Error('the results bucket is not deployed');
  return bucket.objects;
}
