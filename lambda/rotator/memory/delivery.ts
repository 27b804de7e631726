import type { Undelivered } from '../../runs/undelivered';
import { DAY_MS } from '../../shared/period';
import type { Promised } from '../../shared/decision';
import { ENDED, type AccountMemory } from './account-memory';

/** That nothing is delivered to an address, as SES tells. */
interface Undeliverable {
  reason: string;
  since: Date;
}

/** What is known of the mails of the last days. */
export interface Delivery {
  /** By address. */
  undeliverable: ReadonlyMap<string, Undeliverable>;
  /** Single mails that SES had accepted. */
  undelivered: readonly Undelivered[];
}

/** A mail that was not delivered, and whom it was about as far as it gave dates. */
export interface LostMail extends Undelivered {
  users: string[];
}

/** A date that nobody was given after all. */
export interface LostPromise {
  user: string;
  keyId: string;
  step: Promised;
  on: string;
}

/** A mail that was not delivered has bounced within so long. */
const BOUNCES_WITHIN_MS = 4 * DAY_MS;

type Keys = AccountMemory['keys'];
type Given = NonNullable<NonNullable<Keys[string]['told']>['disable']>;

const isLate = (at: string, now: Date): boolean => now.getTime() - Date.parse(at) > BOUNCES_WITHIN_MS;
const isOpen = ({ at, by = [] }: Given, now: Date): boolean => by.length > 0 && at !== ENDED && !isLate(at, now);

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
 * SES's ids of the mails of which it has to be asked whether they were delivered: each at least once when that must be known, however long
 * no run has come.
 */
export const mailsInDoubt = ({ mails = {} }: AccountMemory): string[] =>
  Object.entries(mails).flatMap(([id, { failed }]) => (failed === undefined ? [id] : []));

/** The mails that are remembered after a run that has sent some. */
export function mailsAfter(
  before: AccountMemory['mails'] = {},
  sent: readonly { id: string; to: string }[],
  now: Date,
): AccountMemory['mails'] {
  if (sent.length === 0) return Object.keys(before).length > 0 ? before : undefined;
  const recent = Object.entries(before).filter(([, { at, failed }]) => failed === undefined || !isLate(at, now));
  return Object.fromEntries([...recent, ...sent.map(({ id, to }) => [id, { to, at: now.toISOString() }] as const)]);
}

/**
 * The memory once it is known what was not delivered. What was told in mails of which none was delivered was not told: it is announced
 * anew, of no earlier date.
 */
export function withDelivery(
  memory: AccountMemory,
  { undeliverable, undelivered }: Delivery,
  now: Date,
): { memory: AccountMemory; mails: LostMail[]; promises: LostPromise[] } {
  const failed = new Map(undelivered.map((mail) => [mail.id, mail]));
  const doubted = mailsInDoubt(memory);
  const mails = Object.fromEntries(
    Object.entries(memory.mails ?? {}).map(([id, mail]) => {
      const kind = doubted.includes(id) ? failed.get(id)?.kind : undefined;
      return [id, kind === undefined ? mail : { ...mail, failed: kind }];
    }),
  );
  const didFail = (address: string, ids: readonly string[]): boolean =>
    ids.some((id) => mails[id]?.to === address && mails[id].failed !== undefined);
  const didBounce = (address: string, one: Given): boolean =>
    isOpen(one, now) && (undeliverable.get(address)?.since.getTime() ?? 0) >= Date.parse(one.at) - DAY_MS;
  const isLost = (one: Given): boolean =>
    one.at !== ENDED &&
    one.by !== undefined &&
    one.by.length > 0 &&
    one.by.every((address) => didBounce(address, one) || didFail(address, one.mails ?? []));
  const lost = promisesIn(memory.keys).filter(({ given }) => isLost(given));
  const known = [...undeliverable].map(([address, { reason, since }]) => [address, { reason, since: since.toISOString() }] as const);
  const after: AccountMemory = {
    ...memory,
    keys: takenBack(memory.keys, lost),
    undeliverable: Object.fromEntries(known),
    mails: Object.fromEntries(Object.entries(mails).filter(([, { at }]) => !isLate(at, now))),
  };
  if (known.length === 0) delete after.undeliverable;
  if (Object.keys(after.mails ?? {}).length === 0) delete after.mails;
  return {
    memory: after,
    mails: doubted.flatMap((id) => {
      const mail = failed.get(id);
      return mail ? [{ ...mail, users: usersOf(memory.keys, id) }] : [];
    }),
    promises: lost.map(({ user, keyId, step, given: { on } }) => ({ user, keyId, step, on })),
  };
}

interface PromiseIn extends Omit<LostPromise, 'on'> {
  given: Given;
}

const promisesIn = (keys: Keys): PromiseIn[] =>
  Object.entries(keys).flatMap(([keyId, { user, told = {} }]) =>
    (Object.entries(told) as [Promised, Given | undefined][]).flatMap(([step, given]) => (given ? [{ user, keyId, step, given }] : [])),
  );

function takenBack(keys: Keys, lost: readonly PromiseIn[]): Keys {
  const after = { ...keys };
  for (const { keyId, step, given } of lost) {
    const key = after[keyId];
    if (key) after[keyId] = { ...key, told: { ...key.told, [step]: { ...given, at: ENDED, undelivered: true as const } } };
  }
  return after;
}

const usersOf = (keys: Keys, mail: string): string[] => [
  ...new Set(promisesIn(keys).flatMap(({ user, given }) => (given.mails?.includes(mail) ? [user] : []))),
];
