import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import type { Remembered, Told } from '../../core/plan/user-facts';
import { exemption, policyDay } from '../../runs/schemas';
import type { Promised } from '../../shared/decision';
import { once, type Parsed } from '../../shared/once';

const moment = once(() => z.iso.datetime());
const told = once(() =>
  z.object({
    on: moment(),
    at: moment(),
    /** Who was written to, in mails that SES accepted; absent in memories of older versions. */
    by: z.array(z.string()).optional(),
    /** SES's ids of these mails; absent in memories of older versions. */
    mails: z.array(z.string()).optional(),
    /** None of these mails was delivered, so that nobody was told. */
    undelivered: z.literal(true).optional(),
  }),
);
const keyMemory = once(() =>
  z.object({
    user: z.string(),
    created: moment(),
    active: z.boolean(),
    /** When a run last saw the key. */
    seen: moment(),
    /** Dates that people were given in a mail which SES accepted. */
    told: z.object({ disable: told().optional(), delete: told().optional(), hold: told().optional() }).optional(),
    /** The rotator issued it. */
    issued: z.literal(true).optional(),
    /** It was to be stored in the central store. */
    central: z.literal(true).optional(),
    /** The name of the user by which the secret is called that it was stored in. */
    storedAs: z.string().optional(),
    /** A run saw then that it is in no secret. */
    lost: moment().optional(),
    /** The day on which its secret was last seen to be fetched. */
    fetched: moment().optional(),
    /** How often something that others can write has put off its step, on different days. */
    putOff: z.object({ times: z.int().positive(), since: moment(), last: moment() }).optional(),
  }),
);
const userMemory = once(() =>
  z.object({
    /** The policy beside the deployment's own that a run of it saw them in, and since when. */
    policy: z.object({ name: z.string(), since: moment() }).optional(),
    /** When their tags were last read. */
    read: moment().optional(),
    /** The address that their owner tag named then. */
    owner: z.string().optional(),
    /** What exempts them, or seems to, with since when a run has seen it. */
    exemption: exemption()
      .extend({
        since: moment(),
        /** When people were last told by mail what is wrong with it. */
        told: moment().optional(),
      })
      .optional(),
  }),
);
/** What is known of the runs of one policy since the deployment's own run told of them. */
const policyTally = once(() =>
  policyDay().extend({
    /** What mails and events of this day (UTC) told of, each once. */
    told: z.object({ day: z.string(), what: z.array(z.string()) }),
  }),
);
const accountMemory = once(() =>
  z.object({
    version: z.literal(1),
    keys: z.record(z.string(), keyMemory()),
    /** A sweep ran out of time after this user. */
    sweptTo: z.string().optional(),
    /** ARNs of secrets whose users are gone, and since when that is known. */
    orphans: z.record(z.string(), moment()).optional(),
    /** Users by name, as far as more is known of them than their keys; nothing is decided by it but which keys they brought into a policy. */
    users: z.record(z.string(), userMemory()).optional(),
    /** Mails of the last days that SES accepted, by its ids of them: to whom, when, and what became of those that were not delivered. */
    mails: z.record(z.string(), z.object({ to: z.string(), at: moment(), failed: z.string().optional() })).optional(),
    /** What the runs of each policy beside the deployment's own did since the last daily run. */
    policies: z.record(z.string(), policyTally()).optional(),
    /** Addresses to which SES delivers nothing, why and since when. */
    undeliverable: z.record(z.string(), z.object({ reason: z.string(), since: moment() })).optional(),
  }),
);

/** What the rotator remembers of one key. */
export type KeyMemory = Parsed<typeof keyMemory>;
/** What the rotator remembers of one user, for people. */
export type UserMemory = Parsed<typeof userMemory>;
/** What the runs of one policy did since the deployment's own run. */
export type PolicyTally = Parsed<typeof policyTally>;
/** What the rotator remembers of one account, in its own bucket: `memory/<account id>.json`. */
export type AccountMemory = Parsed<typeof accountMemory>;

/** Of an account that no run has looked at. */
export const NOTHING: AccountMemory = { version: 1, keys: {} };

/** Reads an account's memory; throws when the text is none. */
export const parseMemory = (text: string): AccountMemory => accountMemory().parse(JSON.parse(text));

const PROMISES = ['disable', 'delete', 'hold'] as const satisfies Promised[];

/** What was given of each kind, by a function of its name. */
const eachPromise = <T>(given: (what: Promised) => T | undefined): Partial<Record<Promised, T>> =>
  Object.fromEntries(PROMISES.flatMap((what) => [given(what)].flatMap((one) => (one === undefined ? [] : [[what, one]]))));

const dated = ({ on, at }: { on: string; at: string }): Told => ({ on: new Date(on), at: new Date(at) });

/** The part that decisions may know, by access key id. */
export function rememberedKeys({ keys }: AccountMemory): ReadonlyMap<string, Remembered> {
  return new Map(
    Object.entries(keys).map(([id, { told: given = {}, issued, central, storedAs, lost, fetched }]): [string, Remembered] => [
      id,
      {
        told: eachPromise((what) => given[what] && dated(given[what])),
        ...(issued && { issued }),
        ...(central && { central }),
        ...(storedAs !== undefined && { storedAs }),
        ...(lost !== undefined && { lost: new Date(lost) }),
        ...(fetched !== undefined && { fetched: new Date(fetched) }),
      },
    ]),
  );
}

type Given = Parsed<typeof told>;

const laterOf = (a: string, b: string): string => (a > b ? a : b);
/** When people learned a date that holds no more, because their key has changed its state: before anything that could be told of. */
export const ENDED = new Date(0).toISOString();
const both = (a: readonly string[] = [], b: readonly string[] = []): string[] => [...new Set([...a, ...b])];
/** The later date of two that people were given, since the later of all their mails; one that has ended in either stays so. */
function later(a: Given | undefined, b: Given | undefined): Given | undefined {
  if (!a || !b) return a ?? b;
  const [by, mails] = [both(a.by, b.by), both(a.mails, b.mails)];
  return {
    on: laterOf(a.on, b.on),
    at: [a.at, b.at].includes(ENDED) ? ENDED : laterOf(a.at, b.at),
    ...(by.length > 0 && { by }),
    ...(mails.length > 0 && { mails }),
    ...(a.undelivered && b.undelivered && { undelivered: true as const }),
  };
}

/** Of two overlapping runs the tally that was begun later, and of one tally the one that counted more. */
function bothTallies(ours: AccountMemory['policies'] = {}, theirs: AccountMemory['policies'] = {}): AccountMemory['policies'] {
  const all = { ...theirs };
  for (const [name, mine] of Object.entries(ours)) {
    const other = all[name];
    const isMine = !other || mine.from > other.from || (mine.from === other.from && mine.runs >= other.runs);
    all[name] = isMine ? mine : other;
  }
  return Object.keys(all).length > 0 ? all : undefined;
}

type Users = AccountMemory['users'];
type InPolicy = UserMemory['policy'];

/**
 * Since when a user is in which policy: what one run has left as both found it is for the other one to say, so that what either took away
 * stays away. What both have changed is known since the later date, which brings no step forward.
 */
function bothInPolicy(ours: InPolicy, theirs: InPolicy, before: InPolicy): InPolicy {
  if (isDeepStrictEqual(ours, before)) return theirs;
  if (isDeepStrictEqual(theirs, before)) return ours;
  return ours && theirs ? (ours.since > theirs.since ? ours : theirs) : (ours ?? theirs);
}

/** Of a user whom two overlapping runs know what either does. */
function bothUsers(ours: Users = {}, theirs: Users = {}, before: Users = {}): NonNullable<Users> {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [{ policy: mine, ...known }, { policy: other, ...their }] = [ours[name] ?? {}, theirs[name] ?? {}];
      const policy = bothInPolicy(mine, other, before[name]?.policy);
      return [name, { ...their, ...known, ...(policy && { policy }) }];
    }),
  );
}

/**
 * Two memories of one account that overlapping runs have made: of each key the one that saw it last, with the later promises and the higher
 * count, so that nothing is held back for less time than either says. `before` is what our run had read.
 */
export function merged(ours: AccountMemory, theirs: AccountMemory, before: AccountMemory): AccountMemory {
  const keys = { ...theirs.keys };
  for (const [id, mine] of Object.entries(ours.keys)) {
    const other = keys[id];
    if (!other) {
      keys[id] = mine;
      continue;
    }
    const [newer, older] = mine.seen >= other.seen ? [mine, other] : [other, mine];
    const given = eachPromise((what) => later(newer.told?.[what], older.told?.[what]));
    const putOff = (newer.putOff?.times ?? 0) >= (older.putOff?.times ?? 0) ? newer.putOff : older.putOff;
    keys[id] = {
      ...older,
      ...newer,
      ...(Object.keys(given).length > 0 && { told: given }),
      ...(putOff && { putOff }),
    };
  }
  const users = bothUsers(ours.users, theirs.users, before.users);
  const policies = bothTallies(ours.policies, theirs.policies);
  const mails = { ...theirs.mails, ...ours.mails };
  return {
    ...theirs,
    ...ours,
    keys,
    ...(Object.keys(users).length > 0 && { users }),
    ...(policies && { policies }),
    ...(Object.keys(mails).length > 0 && { mails }),
  };
}
