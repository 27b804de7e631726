import type { HeldKey, UserIdentity } from './state';

/** Where a key is fetched; never how: the API key is in a file or in the environment. */
export interface ApiPlace {
  /** Without a slash at its end. */
  url: string;
  username: string;
  account?: string;
  /** Holds the API key; IAM_KEYS_API_KEY does when absent. */
  keyFile?: string;
  /** In which keys are proven. */
  region: string;
}

/** A key that the API handed out. */
export interface FetchedKey extends HeldKey {
  /** Until then the rotation leaves it active; ISO 8601. */
  until: string;
}

/** All that we know of a profile whose key comes from the key API; the content of its private file. */
export interface ApiState {
  version: 1;
  profile: string;
  home: 'api';
  api: ApiPlace;
  user: UserIdentity;
  /** The key in use, which AWS has accepted. */
  current: FetchedKey;
  /** The one before. */
  previous?: FetchedKey;
  /** When the API was asked last; ISO 8601. */
  lookedAt: string;
  /** Before that there is no need to ask again; ISO 8601. */
  nextLookAt: string;
}

const MINUTE_MS = 60_000;
/** The rarest that the API is asked, and the longest that a program may keep an answer. */
const AT_MOST_MS = 60 * MINUTE_MS;
/** The most often. */
const AT_LEAST_MS = 10_000;

/** Reads a private file's text; undefined when it is not of a profile that uses the key API. */
export function parseApiState(text: string, profile: string): ApiState | undefined {
  let state: Partial<ApiState> | null;
  try {
    state = JSON.parse(text) as Partial<ApiState> | null;
  } catch {
    return undefined;
  }
  if (state?.version !== 1 || state.home !== 'api' || state.profile !== profile) return undefined;
  const texts = [state.api?.url, state.api?.username, state.current?.id, state.current?.secret, state.current?.until, state.nextLookAt];
  return texts.every((text_) => typeof text_ === 'string' && text_ !== '') ? (state as ApiState) : undefined;
}

/** Whether it is time to ask the API; a clock that went back is a reason, too. */
export const isFetchDue = ({ lookedAt, nextLookAt }: ApiState, now: number): boolean =>
  !(now < Date.parse(nextLookAt) && now >= Date.parse(lookedAt));

/** When the API is asked again after it has answered: at half of what it promised. */
export const nextFetchAt = ({ until }: FetchedKey, now: number): string =>
  new Date(now + Math.min(AT_MOST_MS, Math.max(AT_LEAST_MS, (Date.parse(until) - now) / 2))).toISOString();

/** When it is asked again after it has not. */
export const againAt = (now: number): string => new Date(now + AT_LEAST_MS).toISOString();

/** What `credential_process` prints: the key in use, for as long as the API promised, an hour at most, a minute at least. */
export function answerOfApi({ current }: ApiState, now: number): string {
  const until = Math.max(now + MINUTE_MS, Math.min(now + AT_MOST_MS, Date.parse(current.until)));
  return JSON.stringify({
    Version: 1,
    AccessKeyId: current.id,
    SecretAccessKey: current.secret,
    Expiration: new Date(until).toISOString(),
  });
}
