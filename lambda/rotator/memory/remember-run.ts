import type { SeenKey } from '../../core/read/candidates';
import { isIssuedAndStored } from '../../core/plan/evidence';
import type { UserFacts } from '../../core/plan/user-facts';
import type { ActionResult } from '../../runs/schemas';
import { promisedBy } from '../../shared/actions';
import { daysBetween } from '../../shared/period';
import { ENDED, type AccountMemory, type KeyMemory } from './account-memory';
import { mailsAfter } from './delivery';
import { putOffBy } from './put-off';
import { usersAfterRun, type LearnedOfUsers } from './remember-users';

/** A mail that SES accepted. */
interface SentMail {
  /** SES's id of it; absent when SES gave none. */
  id?: string;
  /** The bare address, in lower case. */
  to: string;
}

/** What a run has learned and done, as far as it is remembered. */
export interface RunFacts extends LearnedOfUsers {
  /** Keys that a mail which SES accepted names, with these mails. */
  told: ReadonlyMap<string, readonly SentMail[]>;
  /** All mails of the run that SES accepted. */
  mails: readonly SentMail[];
  /** Keys that were listed and needed nothing. */
  seen: readonly SeenKey[];
  /** Secrets whose users are gone, and since when that is known; absent when they were not looked for. */
  orphans?: Readonly<Record<string, string>>;
  /** The user after whom a sweep ran out of time; absent when it reached all. */
  sweptTo?: string;
  /** New keys go to the central store. */
  central?: true;
  dryRun: boolean;
}

/** Keys that nobody has seen for so long are gone. */
const FORGET_MS = 60 * 86_400_000;

/** The memory after a run. DryRun remembers which keys there are, and nothing of what people were told. */
export function afterRun(memory: AccountMemory, run: RunFacts): AccountMemory {
  const keys = new Map(Object.entries(memory.keys));
  const now = run.now.toISOString();
  const gone = new Date(run.now.getTime() - FORGET_MS).toISOString();
  const listed = new Map<string, Set<string>>();
  const list = (user: string, keyId?: string): void => {
    const ids = listed.get(user) ?? new Set();
    if (keyId !== undefined) ids.add(keyId);
    listed.set(user, ids);
  };
  for (const { keyId, user } of run.seen) list(user, keyId);
  for (const { facts } of run.worked) {
    if (facts) list(facts.name);
    for (const { id } of facts?.keys ?? []) list(facts?.name ?? '', id);
  }
  for (const [id, { user }] of keys) if (listed.get(user)?.has(id) === false) keys.delete(id);
  for (const { keyId, user, created, active } of run.seen) {
    keys.set(keyId, { ...keys.get(keyId), user, created: created.toISOString(), active, seen: now });
  }
  for (const { facts, result } of run.worked) {
    if (!facts) continue;
    for (const key of facts.keys) {
      const of = result.actions.filter((action) => action.keyId === key.id);
      const done = (action: string): boolean => of.some((one) => one.action === action && one.outcome === 'done');
      if (done('delete') || done('remove-orphan')) {
        keys.delete(key.id);
        continue;
      }
      const sighting = {
        user: facts.name,
        created: key.created.toISOString(),
        active: key.status === 'Active' && !done('disable'),
        seen: now,
      };
      const { told, ...before } = keys.get(key.id) ?? {};
      const known = { ...before, ...sighting, ...stillPromised(told, sighting.active) };
      keys.set(
        key.id,
        run.dryRun ? known : { ...known, ...learned(memory.keys[key.id], facts, { of, key: key.id, promised: known.told, run }) },
      );
    }
    if (run.dryRun) continue;
    for (const { successorId, outcome } of result.actions) {
      // One that was listed is known better already: when it was made, where it was stored, and that it was fetched.
      if (successorId === undefined || outcome !== 'done' || keys.has(successorId)) continue;
      const issued = { issued: true as const, storedAs: facts.name, ...inStore(run.central) };
      keys.set(successorId, { user: facts.name, created: now, active: true, seen: now, ...issued });
    }
  }
  const orphans = run.orphans ?? memory.orphans;
  const kept = Object.fromEntries([...keys].filter(([, { seen }]) => seen >= gone));
  const users = usersAfterRun(memory, kept, run);
  const mails = mailsAfter(memory.mails, run.mails.flatMap(withId), run.now);
  return {
    version: 1,
    ...(orphans && Object.keys(orphans).length > 0 && { orphans }),
    keys: kept,
    ...(users && { users }),
    ...(run.sweptTo !== undefined && { sweptTo: run.sweptTo }),
    ...(mails && { mails }),
    ...(memory.policies && { policies: memory.policies }),
    ...(memory.undeliverable && { undeliverable: memory.undeliverable }),
  };
}

const withId = ({ id, to }: SentMail): { id: string; to: string }[] => (id === undefined ? [] : [{ id, to }]);

function learned(
  before: KeyMemory | undefined,
  facts: UserFacts,
  { of, key, promised, run }: { of: readonly ActionResult[]; key: string; promised: KeyMemory['told']; run: RunFacts },
): Partial<KeyMemory> {
  const { fetched, current } = facts.stored;
  const created = facts.keys.find(({ id }) => id === key)?.created;
  const wasFetched = current === key && fetched && created && daysBetween(created, fetched) >= 0;
  const putOff = putOffBy(before, facts, of, run.now);
  const by = run.told.get(key);
  const told = by ? promises(promised, of, { now: run.now, by }) : promised;
  return {
    ...(told && Object.keys(told).length > 0 && { told }),
    ...(wasFetched && { fetched: fetched.toISOString() }),
    ...(key === current &&
      isIssued(facts, key) && {
        issued: true as const,
        storedAs: facts.stored.renamed?.from ?? facts.name,
        ...inStore(facts.state.keys.get(key)?.central),
      }),
    ...(of.some(({ action, outcome }) => action === 'note-lost' && outcome === 'done') && { lost: run.now.toISOString() }),
    ...(putOff && { putOff }),
  };
}

/**
 * Who enables a key again, or disables it, ends what people were told of the step that it had before it, whatever our tags say: they are told
 * anew, of no earlier date than that one.
 */
function stillPromised(told: KeyMemory['told'], active: boolean): Pick<KeyMemory, 'told'> {
  const over = active ? 'delete' : 'disable';
  const former = told?.[over];
  if (!former) return told ? { told } : {};
  return { told: { ...told, [over]: { ...former, at: ENDED } } };
}

const inStore = (central: true | undefined): Pick<KeyMemory, 'central'> => (central ? { central } : {});

/** The run that issued a key may have died before it could remember so. */
function isIssued(facts: UserFacts, keyId: string): boolean {
  const key = facts.keys.find(({ id }) => id === keyId);
  return key !== undefined && isIssuedAndStored(facts, key);
}

/** Nothing of a step begins with a warning, so a date that people know keeps the moment at which they learned it. */
function promises(
  before: KeyMemory['told'],
  actions: readonly ActionResult[],
  { now, by }: { now: Date; by: readonly SentMail[] },
): KeyMemory['told'] {
  const told = { ...before };
  for (const action of actions) {
    const what = promisedBy(action);
    const { on, outcome } = action;
    if (what === undefined || on === undefined || outcome !== 'done') continue;
    if (action.action === 'warn' && told[what]?.on === on) continue;
    const mails = by.flatMap(withId).map(({ id }) => id);
    told[what] = { on, at: now.toISOString(), by: [...new Set(by.map(({ to }) => to))], ...(mails.length > 0 && { mails }) };
  }
  return told;
}
