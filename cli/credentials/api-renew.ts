import { fetchKey, type Fetch } from './api-fetch';
import { againAt, nextFetchAt, type ApiPlace, type ApiState, type FetchedKey } from './api-state';
import { inWords } from './aws';
import { ProfileError } from './profile';
import { proofOf, type RenewPlace } from './renew';
import { userNameOf, type UserIdentity } from './state';
import { isSameUser } from './successor';

/** What is needed to fetch a key. */
export interface ApiSurroundings extends RenewPlace {
  fetch: Fetch;
}

/** What a look at the API made of a profile. */
export interface ApiRenewal {
  state: ApiState;
  outcome: 'fetched' | 'kept' | 'fell back' | 'refused';
  /** What a person must know, one line each. */
  told: string[];
}

/** The first key of a profile, proven to be the user's; throws a ProfileError that says why there is none. */
export async function beginWithApi(place: ApiSurroundings, profile: string, api: ApiPlace, apiKey: string): Promise<ApiState> {
  const key = await fetchKey(place.fetch, api, apiKey, place.now).catch((error: unknown) => {
    throw new ProfileError(`no key of ${api.username}: ${inWords(error)}`, { cause: error });
  });
  const proof = await proofOf(key, api.region, place);
  if (proof.kind === 'unproven') throw new ProfileError(`AWS does not accept ${key.id}, which the key API handed out: ${proof.why}`);
  const { identity } = proof;
  if (!isAskedFor(identity, api))
    throw new ProfileError(`the key API handed out ${key.id}, which belongs to ${identity.arn} and not to ${api.username}; it is not used`);
  const now = place.now();
  return {
    version: 1,
    profile,
    home: 'api',
    api,
    user: identity,
    current: key,
    lookedAt: new Date(now).toISOString(),
    nextLookAt: nextFetchAt(key, now),
  };
}

const isAskedFor = (identity: UserIdentity, { username, account }: ApiPlace): boolean =>
  /:user\//.test(identity.arn) && userNameOf(identity) === username && (account === undefined || identity.account === account);

/**
 * Asks the API for the key that is active now, proves one that is new and puts it in place. Whatever fails, the key that AWS accepted last
 * stays: for as long as the API promised without a question, and after that while AWS accepts it. Nothing is written here.
 */
export async function renewFromApi(state: ApiState, place: ApiSurroundings, apiKey: () => string): Promise<ApiRenewal> {
  let key: FetchedKey;
  try {
    key = await fetchKey(place.fetch, state.api, apiKey(), place.now);
  } catch (error) {
    return keep(state, place, inWords(error));
  }
  const now = place.now();
  const looked = { lookedAt: new Date(now).toISOString(), nextLookAt: nextFetchAt(key, now) };
  if (key.id === state.current.id && key.secret === state.current.secret) {
    const current = { ...state.current, until: key.until };
    return { state: { ...state, ...looked, current }, outcome: 'kept', told: [] };
  }
  const proof = await proofOf(key, state.api.region, place);
  if (proof.kind === 'unproven') return keep(state, place, `the new key ${key.id} cannot be used yet (${proof.why})`);
  if (!isSameUser(proof.identity, state.user)) {
    return keep(
      state,
      place,
      `REFUSED: the key API handed out ${key.id}, which belongs to ${proof.identity.arn} and not to ${state.user.arn}; tell whoever runs the rotation, or, if the user was made anew: iam-keys credentials --init --profile ${state.profile} --api …`,
    );
  }
  return { state: { ...state, ...looked, user: proof.identity, current: key, previous: state.current }, outcome: 'fetched', told: [] };
}

/** Goes on with what there is. */
async function keep(state: ApiState, place: ApiSurroundings, why: string): Promise<ApiRenewal> {
  const now = place.now();
  const again = { ...state, lookedAt: new Date(now).toISOString(), nextLookAt: againAt(now) };
  const told = [`profile ${state.profile} keeps ${state.current.id}: ${why}`];
  if (now < Date.parse(state.current.until)) return { state: again, outcome: 'kept', told };
  if (await works(state.current, state, place)) return { state: again, outcome: 'kept', told };
  const { previous } = state;
  if (previous && (await works(previous, state, place))) {
    const back = `AWS refuses ${state.current.id} of profile ${state.profile}; ${previous.id}, the key before it, works and is used again (${why})`;
    return { state: { ...again, current: previous, previous: state.current }, outcome: 'fell back', told: [back] };
  }
  return { state: again, outcome: 'refused', told: [`no key of profile ${state.profile} works, and there is no other: ${why}`] };
}

/** AWS that cannot be asked has not refused it. */
async function works(key: FetchedKey, { api, user }: ApiState, place: ApiSurroundings): Promise<boolean> {
  const proof = await proofOf(key, api.region, { ...place, proofPatienceMs: 0 });
  return proof.kind === 'proven' ? isSameUser(proof.identity, user) : !proof.why.startsWith('InvalidClientTokenId');
}
