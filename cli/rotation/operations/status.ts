import { tagValue } from '../../../lambda/core/plan/key-state';
import type { Remembered, UserFacts } from '../../../lambda/core/plan/user-facts';
import { findUser } from '../../../lambda/core/read/read-user';
import { RunStore } from '../../../lambda/runs/run-store';
import { addressList, addressOf } from '../../../lambda/shared/address';
import { errorFacts, RotationError } from '../../../lambda/shared/errors';
import { TAG_PREFIX } from '../../../lambda/shared/names';
import { DAY_MS } from '../../../lambda/shared/period';
import { aboutUser } from '../../keys/operations/no-such-user';
import type { Session } from '../../keys/session';
import type { Rotation, Service } from '../service';
import type { KnownUser } from '../simulation/simulated-user';
import { audit, type AuditedUser } from './audit';
import { forecast, type ForecastEntry } from './forecast';
import { knownUser, openReading } from './read-account';

/** A date that people were given, and when; ISO 8601. */
interface GivenDate {
  on: string;
  at: string;
}

/** What the rotator remembers of one key. */
interface RememberedKey {
  keyId: string;
  /** The dates that people were given, by the step. */
  told: Readonly<Record<string, GivenDate>>;
  /** The rotator issued it. */
  issued: boolean;
  /** When a run saw that it is in no secret. */
  lost: string | null;
  /** The day on which it was last seen to be fetched. */
  fetched: string | null;
}

/** A user's secret, of which nothing but names and dates is read. */
interface UsersSecret {
  /** The name by which the user gets it. */
  name: string;
  /** Whether the keys of all users are stored in the account of the rotation. */
  central: boolean;
  /** `none`: there is no secret of this rotation for the user. */
  state: 'none' | 'in use' | 'being deleted';
  /** The key that a reader gets. */
  current: string | null;
  /** The day on which somebody last fetched it, in any region. */
  fetched: string | null;
  /** Replicas that may still show an older key. */
  behind: string[];
  /** The name that the user had when their last key was stored. */
  renamedFrom: string | null;
}

/** Where a user stands. */
export interface UserStatus extends AuditedUser {
  account: string;
  at: string;
  settings: string;
  /** The rotation's tags on the user. */
  tags: Readonly<Record<string, string>>;
  remembered: RememberedKey[];
  secret: UsersSecret;
  /** What will be done within 120 days, and when. */
  next: ForecastEntry[];
  /** Addresses that get mails about the user. */
  told: string[];
  notes: string[];
}

/** How far ahead a status looks. */
const DAYS_AHEAD = 120;
/** The longest pause of a schedule that still counts as running. */
const LOOK_BACK_DAYS = 32;

/** Reads one user as a run does; an unknown one is a RotationError. */
export async function readOne(session: Session, rotation: Rotation, userName: string, clock: () => Date): Promise<ReadOne> {
  const reading = await openReading(session, rotation, clock);
  const { account, store, notes, read } = reading;
  const user = await aboutUser(session, userName, () => findUser(session.iam, userName, account));
  const facts = await read(user, true);
  if (!facts) throw new RotationError(`account ${account} has no user "${userName}" any more; it was deleted just now`);
  return {
    account,
    known: knownUser(facts, reading),
    secretName: store.nameFor(facts.state.storedAs ?? user.name),
    notes,
  };
}

/** One user as they were read. */
export interface ReadOne {
  account: string;
  known: KnownUser;
  secretName: string;
  notes: string[];
}

/** Where a user stands: their keys, what is remembered, what comes next, where their secret is, and who is told. */
export async function userStatus(session: Session, rotation: Rotation, userName: string, clock: () => Date): Promise<UserStatus> {
  const { account, known, secretName, notes } = await readOne(session, rotation, userName, clock);
  const { environment, service, settings } = rotation;
  const { facts } = known;
  const now = clock();
  const read = { account, users: [known], unread: [], notes: [] };
  const audited = audit({ accounts: [read], failed: [] }, environment, { limits: {}, now, settings }).accounts[0]?.users[0];
  if (!audited) throw new RotationError(`${userName} was not judged`);
  const coming = forecast([read], environment, { from: now, days: DAYS_AHEAD });
  return {
    ...audited,
    account,
    at: now.toISOString(),
    settings,
    tags: Object.fromEntries([...facts.tags].filter(([key]) => key.startsWith(TAG_PREFIX))),
    remembered: facts.keys.flatMap(({ id }) => rememberedOf(id, facts.memory.get(id))),
    secret: secretOf(facts, secretName, environment.CENTRAL_STORE !== undefined && service !== undefined),
    next: coming.entries,
    told: await recipients(service, { account, owner: tagValue(facts.tags, environment.OWNER_EMAIL_TAG), now }),
    notes: [...notes, ...coming.notes],
  };
}

function rememberedOf(keyId: string, remembered: Remembered | undefined): RememberedKey[] {
  if (!remembered) return [];
  const { told, issued = false, lost, fetched } = remembered;
  const given = Object.entries(told).map(([step, { on, at }]) => [step, { on: on.toISOString(), at: at.toISOString() }] as const);
  return [
    {
      keyId,
      told: Object.fromEntries(given),
      issued,
      lost: lost?.toISOString() ?? null,
      fetched: fetched?.toISOString() ?? null,
    },
  ];
}

const secretOf = ({ stored }: UserFacts, name: string, central: boolean): UsersSecret => ({
  name,
  central,
  state: stored.deleted ? 'being deleted' : stored.versions.size > 0 ? 'in use' : 'none',
  current: stored.current ?? null,
  fetched: stored.fetched?.toISOString().slice(0, 10) ?? null,
  behind: [...(stored.behind ?? [])],
  renamedFrom: stored.renamed?.from ?? null,
});

/** The owners, and the account's address as the last run had it. */
async function recipients(
  service: Service | undefined,
  { account, owner, now }: { account: string; owner: string | undefined; now: Date },
): Promise<string[]> {
  const owners = addressList(owner ?? '').flatMap((address) => addressOf(address) ?? []);
  const ofAccount = service && (await accountAddressOf(service, account, now));
  return [...new Set([...owners, ...(ofAccount === undefined ? [] : [ofAccount])])];
}

async function accountAddressOf({ s3, environment }: Service, account: string, now: Date): Promise<string | undefined> {
  const store = new RunStore(s3, environment.RESULTS_BUCKET);
  const since = new Date(now.getTime() - LOOK_BACK_DAYS * DAY_MS);
  try {
    for (const runId of (await store.runIdsSince(since)).toReversed()) {
      const manifest = await store.manifest(runId);
      if (manifest === undefined || 'unreadable' in manifest) continue;
      const found = manifest.accounts.find(({ id }) => id === account);
      if (found) return addressOf(found.email);
    }
  } catch (error) {
    if (!errorFacts(error).error.startsWith('AccessDenied')) throw error;
  }
  return undefined;
}
