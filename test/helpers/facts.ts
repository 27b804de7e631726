import type { AccessKey, LastUse, Remembered, Renamed, UserFacts } from '../../lambda/core/plan/user-facts';
import { DAY_MS, parsePeriod, type Period } from '../../lambda/shared/period';
import { policyOf, type Policy, type PolicyAges } from '../../lambda/core/plan/policy';
import { intentTag, keyTag, readState, writeIntent, writeKeyState, type KeyState, type UserState } from '../../lambda/core/plan/key-state';

/** The moment of every test that does not say otherwise: an ordinary hour of an ordinary day. */
export const NOW = new Date('2026-11-21T03:00:00Z');
export const OLD = 'AKIAOLD0000000000001';
export const NEW = 'AKIANEW0000000000002';
export const ACCOUNT = '111122223333';

export const daysAgo = (days: number, now = NOW): Date => new Date(now.getTime() - days * DAY_MS);
export const inDays = (days: number, now = NOW): Date => daysAgo(-days, now);
/** Midnight UTC of the day that many days from now, as decisions name it. */
export const midnightIn = (days: number, now = NOW): Date => new Date(Math.floor(inDays(days, now).getTime() / DAY_MS) * DAY_MS);

/** A notation such as `10d`, `36h` or `10m`, read. */
function period(text: string): Period {
  const parsed = parsePeriod(text);
  if (!parsed) throw new Error(`not a period: ${text}`);
  return parsed;
}

interface Settings {
  rotate?: string;
  disable?: string;
  delete?: string;
  warn?: string;
  maxHold?: string;
  untold?: PolicyAges['untold'];
  unusedKeys?: PolicyAges['unusedKeys'];
  whileInUse?: PolicyAges['whileInUse'];
  deleteSecretAfter?: string;
}

/** The default policy (90/100/110, warnings 7 days before), changed by what is given. */
export function policy(settings: Settings = {}): Policy {
  return policyOf({
    rotate: period(settings.rotate ?? '90d'),
    disable: period(settings.disable ?? '100d'),
    delete: period(settings.delete ?? '110d'),
    warn: (settings.warn ?? '7d').split(',').map(period),
    untold: settings.untold ?? 'wait',
    maxHold: period(settings.maxHold ?? '30d'),
    unusedKeys: settings.unusedKeys ?? 'rotate',
    whileInUse: settings.whileInUse ?? 'disable',
    ...(settings.deleteSecretAfter !== undefined && { deleteSecretAfter: period(settings.deleteSecretAfter) }),
  });
}

/** The policy of a demonstration: minutes instead of days, warned two minutes before. */
export const inMinutes = (settings: Settings = {}): Policy =>
  policy({ rotate: '20m', disable: '30m', delete: '40m', warn: '2m', ...settings });

export const used = (days: number, service = 's3'): LastUse => ({ at: daysAgo(days), service, region: 'eu-west-1' });

type KeyOptions = Partial<AccessKey> & { ageDays?: number };

/** An active key of 95 days, last used yesterday, changed by what is given. */
export function accessKey({ ageDays = 95, ...overrides }: KeyOptions = {}): AccessKey {
  return { id: OLD, status: 'Active', created: daysAgo(ageDays), lastUsed: used(1), ...overrides };
}

interface FactsOptions {
  keys?: readonly AccessKey[];
  /** Tags as they lie on the user; the state is read from them, as in a run. */
  tags?: Record<string, string>;
  /** The key that AWSCURRENT holds. */
  current?: string;
  /** Further keys that some version of the secret holds. */
  versions?: readonly string[];
  /** Replicas that do not follow the secret. */
  behind?: readonly string[];
  /** The day on which the secret was last fetched. */
  fetched?: Date;
  /** The secret is being deleted. */
  deleted?: true;
  /** With a central store: the one in the user's own account is. */
  formerDeleted?: true;
  /** The user had another name when the secret was made. */
  renamed?: Renamed;
  /** When AWS made the secret's current version; when its key was made unless given. */
  since?: Date;
  /** Keys by which a version is called that AWS made at another time than the key, and when. */
  rewritten?: Readonly<Record<string, Date>>;
  /** Keys that our tags call issued; the current one unless given. */
  issued?: readonly string[];
  /** What is remembered of keys; of each that people were told of every step in time unless given. */
  memory?: Readonly<Record<string, Remembered>>;
  /** Intents of which there is no record of ours, by their tags; none unless given. */
  forged?: readonly string[];
  now?: Date;
}

/** People were told of every step just now, and of a date that is over: nothing is held back. */
export const TOLD_IN_TIME = (now = NOW): Remembered => ({
  told: { disable: { on: new Date(0), at: now }, delete: { on: new Date(0), at: now } },
});

/** What was read of alice: one key of 95 days, no tags, no secret, unless given. */
export function userFacts({
  keys = [accessKey()],
  tags = {},
  current,
  versions = [],
  behind,
  fetched,
  deleted,
  formerDeleted,
  renamed,
  since,
  rewritten,
  issued = current === undefined ? [] : [current],
  memory,
  forged = [],
  now = NOW,
}: FactsOptions = {}): UserFacts {
  const all = new Map(Object.entries(tags));
  for (const { id, created } of keys) {
    if (issued.includes(id)) all.set(keyTag(id), `${all.get(keyTag(id)) ?? ''} ${writeKeyState({ issued: created })}`.trim());
  }
  const madeAt = since ?? keys.find(({ id }) => id === current)?.created;
  return {
    name: 'alice',
    arn: `arn:aws:iam::${ACCOUNT}:user/alice`,
    listedAt: now,
    keys,
    tags: all,
    state: proven(readState(all, new Map(keys.map((key) => [key.id, key.created])), now), forged, now),
    stored: {
      ...(current !== undefined && { current }),
      versions: new Set(current === undefined ? versions : [current, ...versions]),
      ...(behind && { behind }),
      ...(fetched && { fetched }),
      ...(deleted && { deleted }),
      ...(formerDeleted && { formerDeleted }),
      ...(renamed && { renamed }),
      ...(madeAt && { since: madeAt }),
      ...(rewritten && Object.keys(rewritten).length > 0 && { forged: new Map(Object.entries(rewritten)) }),
    },
    memory: new Map(memory ? Object.entries(memory) : keys.map(({ id }) => [id, TOLD_IN_TIME(now)])),
  };
}

/** As `readUser` finds the intents of invocations that are over. */
function proven(state: UserState, forged: readonly string[], now: Date): UserState {
  const isOurs = ({ tagKey, until }: UserState['intents'][number]): boolean => until <= now && !forged.includes(tagKey);
  return { ...state, intents: state.intents.map((intent) => (isOurs(intent) ? { ...intent, ours: true as const } : intent)) };
}

/** The tag that remembers a key's state. */
export const remembered = (keyId: string, state: KeyState): Record<string, string> => ({ [keyTag(keyId)]: writeKeyState(state) });

/** The tag of an invocation that began to issue a key `minutesAgo` and could run for 15 minutes. */
export function intent(minutesAgo: number, known: readonly string[], token = 'aaaa1111', now = NOW): Record<string, string> {
  const at = new Date(now.getTime() - minutesAgo * 60_000);
  return { [intentTag(token)]: writeIntent({ at, until: new Date(at.getTime() + 15 * 60_000), known }) };
}
