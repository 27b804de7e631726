import type { IntentTag } from '../../shared/decision';
import { TAG_PREFIX } from '../../shared/names';

/** What we remember about one key, on the IAM user's tag `key-rotation:<access key id>`. */
export interface KeyState {
  /** First seen inactive, or disabled by us. */
  inactive?: Date;
  /** People were told that the key will be disabled. */
  notice?: Date;
  /** The other active key at the time of the notice, or `none`; a notice holds for that situation only. */
  noticeBeside?: string;
  /** A person re-enabled the key. */
  reenabled?: Date;
  /** How often a person re-enabled it. */
  times?: number;
  /** When its successor could last not be fetched: a replica did not show it, or the secret was being deleted. The grace begins then. */
  behind?: Date;
  /** We issued it then, as the successor of another key. */
  issued?: Date;
  /** It was to be stored in the central store. */
  central?: true;
  /** We issued it, and it was seen to be in no secret then. */
  lost?: Date;
}

/** A key is being issued: written before CreateAccessKey, removed when the key is stored or certainly does not exist. */
export interface Intent extends IntentTag {
  /** A run saw no key to this intent then; another one must see the same before it is given up. */
  seen?: Date;
  /** The rotator's own record says the same (docs/adr/0014); not asked while the invocation may be running. */
  ours?: true;
}

/** Everything our tags on one user say; what cannot be read counts as absent. */
export interface UserState {
  keys: ReadonlyMap<string, KeyState>;
  intents: readonly Intent[];
  /** The user's name when their last key was stored, by which its secret is called. */
  storedAs?: string;
}

const ISSUING = `${TAG_PREFIX}issuing:`;
/** The tag that names the user as their secret does: it stays when the user gets another name. */
export const STORED_AS = `${TAG_PREFIX}stored-as`;
/** Everything by which IAM's users are called: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const USER_NAME = /^[\w+=,.@-]{1,64}$/;
/** The tag on a member of the exemption group that ends the exemption. */
export const EXEMPT_UNTIL = `${TAG_PREFIX}exempt-until`;
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html */
const KEY_ID = /^[A-Z0-9]{16,128}$/;
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const MAX_TAG_VALUE_CHARACTERS = 256;
/** No invocation lasts longer, in milliseconds: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const MAX_INVOCATION_MS = 15 * 60_000;
const CLOCK_SKEW_MS = 60_000;
/** A key that we issue is tagged by the invocation that made it. */
const ISSUED_WITHIN = { before: 5_000, after: MAX_INVOCATION_MS };
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;

/** A tag key of ours as we write it, in whatever case it was written; any other key as it is. */
export function canonicalTagKey(key: string): string {
  if (!key.toLowerCase().startsWith(TAG_PREFIX)) return key;
  const rest = key.slice(TAG_PREFIX.length);
  const id = rest.toUpperCase();
  return TAG_PREFIX + (KEY_ID.test(id) ? id : rest.toLowerCase());
}

/** The value of a tag, whose key IAM compares without regard to case: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
export function tagValue(tags: ReadonlyMap<string, string>, key: string): string | undefined {
  const wanted = key.toLowerCase();
  return tags.get(key) ?? [...tags].find(([name]) => name.toLowerCase() === wanted)?.[1];
}

/** The tag key that holds one access key's state. */
export const keyTag = (keyId: string): string => TAG_PREFIX + keyId;

/** The tag key of an intent; the token tells overlapping invocations apart. */
export const intentTag = (token: string): string => ISSUING + token;

/** The token of an intent's tag; undefined when it is none that we write. */
export const intentToken = (tagKey: string): string | undefined => /^[0-9a-f]{8}$/.exec(tagKey.slice(ISSUING.length))?.[0];

/** The intents among a user's tags, readable or not. */
export const intentsIn = (tags: ReadonlyMap<string, string>): [string, string][] => [...tags].filter(([key]) => key.startsWith(ISSUING));

function fields(value: string): Map<string, string> {
  return new Map(
    value.split(' ').flatMap((part) => {
      const at = part.indexOf('=');
      return at > 0 ? [[part.slice(0, at), part.slice(at + 1)]] : [];
    }),
  );
}

function time(text: string | undefined): Date | undefined {
  if (text === undefined || !TIMESTAMP.test(text)) return undefined;
  const at = new Date(text);
  // JavaScript reads 30 February as 1 March, and 24:00 as the next day.
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text.slice(0, 19)) ? at : undefined;
}

/**
 * Reads our tags of one user. A moment in the future or before the key existed is garbage, and garbage counts as absent:
 * it can delay a step, never permit one.
 */
export function readState(tags: ReadonlyMap<string, string>, created: ReadonlyMap<string, Date>, now: Date): UserState {
  const keys = new Map<string, KeyState>();
  const intents: Intent[] = [];
  for (const [tagKey, value] of tags) {
    if (tagKey.startsWith(ISSUING)) {
      const intent = readIntent(tagKey, value, now);
      if (intent) intents.push(intent);
      continue;
    }
    const keyId = tagKey.slice(TAG_PREFIX.length);
    const since = created.get(keyId);
    if (!tagKey.startsWith(TAG_PREFIX) || !since) continue;
    keys.set(keyId, readKeyState(fields(value), since, now));
  }
  const storedAs = tags.get(STORED_AS)?.replaceAll('/2C', ',');
  return { keys, intents, ...(storedAs !== undefined && USER_NAME.test(storedAs) && { storedAs }) };
}

/** An intent from the future, or of an invocation longer than any can be, is garbage: it must not block a user for good. */
function readIntent(tagKey: string, value: string, now: Date): Intent | undefined {
  const read = fields(value);
  const at = time(read.get('at'));
  const until = time(read.get('until'));
  if (!at || !until || at.getTime() > now.getTime() + CLOCK_SKEW_MS) return undefined;
  const lasts = until.getTime() - at.getTime();
  if (lasts < 0 || lasts > MAX_INVOCATION_MS + CLOCK_SKEW_MS) return undefined;
  const known = (read.get('keys') ?? '').split('+').filter((id) => id !== '');
  const seen = time(read.get('seen'));
  return {
    tagKey,
    at,
    until,
    known,
    ...(read.get('store') === 'central' && { central: true }),
    ...(read.get('proves') === 'sts' && { proves: true }),
    ...(seen && seen >= until && seen <= now && { seen }),
  };
}

function readKeyState(read: ReadonlyMap<string, string>, created: Date, now: Date): KeyState {
  const moment = (name: string, ahead = 0): Date | undefined => {
    const at = time(read.get(name));
    return at && at >= created && at.getTime() <= now.getTime() + ahead ? at : undefined;
  };
  const [inactive, notice] = [moment('inactive'), moment('notice')];
  // A fresh grace only delays, so another invocation's clock may be a little ahead of ours.
  const [reenabled, behind] = [moment('reenabled', CLOCK_SKEW_MS), moment('behind', CLOCK_SKEW_MS)];
  const [issued, lost] = [time(read.get('issued')), moment('lost')];
  const beside = read.get('beside');
  const times = Number(read.get('times'));
  return {
    ...(inactive && { inactive }),
    ...(notice && beside !== undefined && { notice, noticeBeside: beside }),
    ...(reenabled && { reenabled, times: Number.isInteger(times) && times > 0 ? times : 1 }),
    ...(behind && { behind }),
    ...(issued && isWithin(issued, created) && { issued, ...(read.get('store') === 'central' && { central: true }) }),
    ...(lost && { lost }),
  };
}

/** Whether something was made or noted by the invocation that made the key. */
export function isWithin(at: Date, created: Date): boolean {
  const after = at.getTime() - created.getTime();
  return after >= -ISSUED_WITHIN.before && after <= ISSUED_WITHIN.after;
}

/**
 * Our tags that say nothing any more: state of keys that are gone, and intents that cannot be read. A key that was issued only just now may
 * be one that IAM's list does not show yet.
 */
export function staleTags(tags: ReadonlyMap<string, string>, keyIds: ReadonlySet<string>, state: UserState, now: Date): string[] {
  const intents = new Set(state.intents.map((intent) => intent.tagKey));
  const isYoung = (value: string): boolean => (time(fields(value).get('issued'))?.getTime() ?? 0) > now.getTime() - MAX_INVOCATION_MS;
  return [...tags].flatMap(([tagKey, value]) => {
    if (tagKey.startsWith(ISSUING)) return intents.has(tagKey) ? [] : [tagKey];
    const id = tagKey.slice(TAG_PREFIX.length);
    const isGone = tagKey.startsWith(TAG_PREFIX) && KEY_ID.test(id) && !keyIds.has(id);
    return isGone && !isYoung(value) ? [tagKey] : [];
  });
}

const stamp = (at: Date): string => at.toISOString();

/** Writes a key's state as a tag value that IAM accepts: letters, digits, spaces and `_.:/=+-@`, at most 256 characters. */
export function writeKeyState(state: KeyState): string {
  return [
    state.inactive && `inactive=${stamp(state.inactive)}`,
    state.notice && `notice=${stamp(state.notice)} beside=${state.noticeBeside ?? 'none'}`,
    state.reenabled && `reenabled=${stamp(state.reenabled)} times=${state.times ?? 1}`,
    state.behind && `behind=${stamp(state.behind)}`,
    state.issued && `issued=${stamp(state.issued)}${state.central ? ' store=central' : ''}`,
    state.lost && `lost=${stamp(state.lost)}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** Writes a user's name as a tag value that IAM accepts. */
export const writeStoredAs = (userName: string): string => userName.replaceAll(',', '/2C');

/** Writes an intent as a tag value; a list of known keys that would not fit is an error, before anything has changed. */
export function writeIntent(intent: Omit<Intent, 'tagKey'>): string {
  const value = `at=${stamp(intent.at)} until=${stamp(intent.until)} keys=${intent.known.join('+')}${intent.central ? ' store=central' : ''}${intent.proves ? ' proves=sts' : ''}${intent.seen ? ` seen=${stamp(intent.seen)}` : ''}`;
  if (value.length > MAX_TAG_VALUE_CHARACTERS)
    throw new RangeError(`the intent tag would have ${value.length} characters, IAM allows ${MAX_TAG_VALUE_CHARACTERS}`);
  return value;
}
