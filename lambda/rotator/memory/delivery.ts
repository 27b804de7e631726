import { DAY_MS } from '../../shared/period';
import { ENDED, type AccountMemory } from './account-memory';

/** That nothing is delivered to an address, as SES tells. */
interface Undeliverable {
  reason: string;
  since: Date;
}

/** A mail that was not delivered has bounced within so long. */
const BOUNCES_WITHIN_MS = 4 * DAY_MS;

type Given = NonNullable<NonNullable<AccountMemory['keys'][string]['told']>['disable']>;

const isOpen = ({ at, by = [] }: Given, now: Date): boolean =>
  by.length > 0 && at !== ENDED && now.getTime() - Date.parse(at) <= BOUNCES_WITHIN_MS;

/** More are not asked about in one run: who has so many owners has their account's address, too. */
const MAX_ADDRESSES = 100;

/** The addresses of which it has to be asked whether mails to them were delivered: lately written to, or known to get none. */
export function addressesInDoubt({ keys, undeliverable = {} }: AccountMemory, now: Date): string[] {
  const written = Object.values(keys).flatMap(({ told = {} }) =>
    Object.values(told).flatMap((one?: Given) => (one && isOpen(one, now) ? (one.by ?? []) : [])),
  );
  return [...new Set([...Object.keys(undeliverable), ...written.sort()])].slice(0, MAX_ADDRESSES);
}

/**
 * The memory once it is known who gets no mail. What was told in mails of which none was delivered was not told: it is announced anew, of no
 * earlier date.
 */
export function withDelivery(memory: AccountMemory, found: ReadonlyMap<string, Undeliverable>, now: Date): AccountMemory {
  const isLost = (one: Given): boolean =>
    isOpen(one, now) && (one.by ?? []).every((address) => (found.get(address)?.since.getTime() ?? 0) >= Date.parse(one.at) - DAY_MS);
  const keys = Object.entries(memory.keys).map(([id, key]): [string, AccountMemory['keys'][string]] => {
    if (!key.told) return [id, key];
    const told = Object.entries(key.told).map(([what, one]: [string, Given | undefined]) => [
      what,
      one && isLost(one) ? { ...one, at: ENDED } : one,
    ]);
    return [id, { ...key, told: Object.fromEntries(told) as typeof key.told }];
  });
  const known = [...found].map(([address, { reason, since }]) => [address, { reason, since: since.toISOString() }] as const);
  const after: AccountMemory = { ...memory, keys: Object.fromEntries(keys), undeliverable: Object.fromEntries(known) };
  if (known.length === 0) delete after.undeliverable;
  return after;
}
