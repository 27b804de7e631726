import { secretNameFor } from '../../lambda/shared/secret-name';
import { inWords, troubleOf, type Aws } from './aws';
import { ageOf, LOOK_AGAIN_MS, LOOK_AT_MOST_EVERY_MS, lookEveryMs } from './pace';
import { readActive } from './second-secret';
import { userNameOf, without, type HeldKey, type ProfileState, type UserIdentity } from './state';
import { findSuccessor, isSameUser, type StoredKey } from './successor';

/** How long a proof is repeated: IAM makes a new key known within seconds, and somebody's program waits for our answer. */
const PROOF_PATIENCE_MS = 6_000;
const BETWEEN_PROOFS_MS = 1_000;
/** A new key becomes known region by region, within seconds; a proof holds for one region. So old a successor is before it is used. */
const SETTLED_MS = 60_000;

const UNCLEAR: SecretSays = { says: 'unclear' };

/** What a look needs. */
export interface RenewPlace {
  aws: Aws;
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
  proofPatienceMs?: number;
}

/** How a look ended. */
export type Outcome = 'stayed' | 'renewed' | 'fell back' | 'pending' | 'unreachable' | 'refused';

/** What the user's secret says: whether the service rotates this user, or may do. */
export interface SecretSays {
  says: 'the key in use' | 'a successor' | 'an older key' | 'nothing' | 'unclear';
  /** The key that it holds. */
  holds?: string;
}

/** What a look made of a profile. */
export interface Renewal {
  state: ProfileState;
  outcome: Outcome;
  /** What a person must know, one line each. */
  told: string[];
  /** What was seen in the secret, in a few words. */
  seen: string;
  secret: SecretSays;
}

/**
 * Looks for a successor of the key in use with that key, proves it and puts it in its place. Whatever fails, the key that AWS accepted
 * last stays; nothing is written here.
 */
export async function renew(state: ProfileState, place: RenewPlace): Promise<Renewal> {
  const first = await look(state, place);
  if (first.outcome !== 'refused' || !state.previous) return first;
  const back = await fallBack(state, state.previous, place);
  if (!back) return first;
  // The key that works again may be the one that can fetch what its refused successor cannot.
  const second = await look(back, place);
  const told = [
    `AWS refuses ${state.current.id} of profile ${state.profile}; ${back.current.id}, the key before it, works and is used again`,
    ...second.told,
  ];
  return { ...second, outcome: second.outcome === 'renewed' ? 'renewed' : 'fell back', told };
}

async function look(state: ProfileState, place: RenewPlace): Promise<Renewal> {
  let value: string;
  try {
    value = await readActive(place.aws, state.current, state.secret);
  } catch (error) {
    switch (troubleOf(error)) {
      case 'refused':
        return confirmRefusal(state, place);
      case 'nothing there':
        return followRename(accepted(state), place, error);
      case 'unreachable':
        return {
          state: again(state, place),
          outcome: 'unreachable',
          told: [],
          seen: `it could not be read (${inWords(error)})`,
          secret: UNCLEAR,
        };
    }
  }
  return judge(accepted(state), value, place);
}

async function judge(state: ProfileState, value: string, place: RenewPlace): Promise<Renewal> {
  const { profile, current, secret } = state;
  const found = findSuccessor(state, value);
  const stays = { state: looked(state, place), outcome: 'stayed' as const, told: [] };
  switch (found.kind) {
    case 'same':
      return {
        ...stays,
        state: { ...stays.state, current: { ...current, created: found.created } },
        seen: 'the key in use',
        secret: { says: 'the key in use', holds: current.id },
      };
    case 'older':
      return { ...stays, seen: `${found.id}, which is not newer than the key in use`, secret: { says: 'an older key', holds: found.id } };
    case 'no key':
      return {
        ...stays,
        told: [`the secret ${secret.id} holds no access key, so profile ${profile} keeps ${current.id}`],
        seen: 'no access key',
        secret: UNCLEAR,
      };
    case 'successor':
      return prove(state, found.key, place);
  }
}

/** The usual answer before a first rotation; but a user who was renamed has their new keys in a secret of the new name. */
async function followRename(state: ProfileState, place: RenewPlace, error: unknown): Promise<Renewal> {
  const secretSays: SecretSays = error instanceof Error && error.name === 'ResourceNotFoundException' ? { says: 'nothing' } : UNCLEAR;
  const seen = `nothing that this user may read, as is usual before a first rotation (${error instanceof Error ? error.name : 'no reason'})`;
  const stays: Renewal = { state: looked(state, place), outcome: 'stayed', told: [], seen, secret: secretSays };
  const identity = await place.aws.identify(state.current, state.secret.region).catch(() => undefined);
  if (!identity || identity.arn === state.user.arn || !isSameUser(identity, state.user)) return stays;
  if (state.secret.id !== secretNameFor(state.user.account, userNameOf(state.user))) {
    const told = `the user of profile ${state.profile} was renamed to ${userNameOf(identity)}, and ${state.secret.id} cannot be read any more; give the new secret: iam-keys credentials --init --profile ${state.profile} --secret ARN`;
    return { ...stays, told: [told] };
  }
  const secret = { ...state.secret, id: secretNameFor(identity.account, userNameOf(identity)) };
  return look({ ...state, user: identity, secret }, place);
}

/** One service's refusal proves nothing, since keys become known region by region. */
async function confirmRefusal(state: ProfileState, { aws, ...place }: RenewPlace): Promise<Renewal> {
  const { current, profile, secret, user } = state;
  try {
    await aws.identify(current, secret.region);
    return {
      state: again(accepted(state), place),
      outcome: 'unreachable',
      told: [],
      seen: 'Secrets Manager refused the key, STS accepts it',
      secret: UNCLEAR,
    };
  } catch (error) {
    if (troubleOf(error) !== 'refused')
      return {
        state: again(state, place),
        outcome: 'unreachable',
        told: [],
        seen: `AWS could not be asked (${inWords(error)})`,
        secret: UNCLEAR,
      };
  }
  const told = `AWS refuses ${current.id} (profile ${profile}, ${user.arn}): it was disabled or deleted, so its successor cannot be fetched with it. An administrator of account ${user.account} can enable it again (aws iam update-access-key --user-name ${userNameOf(user)} --access-key-id ${current.id} --status Active); the next start then goes on by itself`;
  return {
    state: { ...again(state, place), refused: true },
    outcome: 'refused',
    told: [told],
    seen: 'AWS refuses the key',
    secret: UNCLEAR,
  };
}

async function prove(state: ProfileState, key: StoredKey, place: RenewPlace): Promise<Renewal> {
  const { profile, current, secret } = state;
  const seen = `${key.id}, made ${key.created}`;
  const says: SecretSays = { says: 'a successor', holds: key.id };
  const age = place.now() - Date.parse(key.created);
  if (age >= 0 && age < Math.min(SETTLED_MS, lookEveryMs(state, place.now())))
    return {
      state: again(state, place),
      outcome: 'pending',
      told: [],
      seen: `${seen}, which is used once it is known everywhere`,
      secret: says,
    };
  const proof = await proofOf(key, secret.region, place);
  if (proof.kind === 'unproven') {
    const told = `the successor ${key.id} of ${current.id} (profile ${profile}) cannot be used yet (${proof.why}); ${current.id} stays in use`;
    return { state: again(state, place), outcome: 'pending', told: [told], seen, secret: says };
  }
  if (!isSameUser(proof.identity, state.user)) {
    const told = `REFUSED: the secret ${secret.id} holds ${key.id}, which belongs to ${proof.identity.arn} and not to ${state.user.arn}; profile ${profile} keeps ${current.id}. Somebody wrote a foreign key there: tell whoever runs the rotation`;
    return { state: again(state, place), outcome: 'pending', told: [told], seen, secret: says };
  }
  const now = place.now();
  const next: HeldKey = { id: key.id, secret: key.secret, created: key.created, since: new Date(now).toISOString() };
  return { state: looked(adopt(state, next, proof.identity), place), outcome: 'renewed', told: [], seen, secret: says };
}

/** The state with another key in use; the one so far is kept as the one before. */
export function adopt(state: ProfileState, next: HeldKey, user: UserIdentity = state.user): ProfileState {
  const rest = without(state, 'next', 'refused');
  const lifeMs = next.created === undefined ? 0 : ageOf(state, Date.parse(next.created));
  return { ...rest, user, current: next, previous: state.current, ...(lifeMs > 0 && { lifeMs }) };
}

type Proof = { kind: 'proven'; identity: UserIdentity } | { kind: 'unproven'; why: string };

/** Asks AWS whose key it is; while AWS does not know it, and for as long as there is patience, again. */
export async function proofOf(key: { id: string; secret: string }, region: string, place: RenewPlace): Promise<Proof> {
  const { aws, sleep, proofPatienceMs = PROOF_PATIENCE_MS } = place;
  for (let waited = 0; ; waited += BETWEEN_PROOFS_MS) {
    try {
      return { kind: 'proven', identity: await aws.identify(key, region) };
    } catch (error) {
      if (troubleOf(error) !== 'refused' || waited >= proofPatienceMs) return { kind: 'unproven', why: inWords(error) };
    }
    await sleep(BETWEEN_PROOFS_MS);
  }
}

async function fallBack(state: ProfileState, previous: HeldKey, place: RenewPlace): Promise<ProfileState | undefined> {
  try {
    const identity = await place.aws.identify(previous, state.secret.region);
    if (!isSameUser(identity, state.user)) return undefined;
  } catch {
    return undefined;
  }
  return { ...accepted(state), current: previous, previous: state.current };
}

const looked = (state: ProfileState, { now }: Pick<RenewPlace, 'now'>): ProfileState => due(state, now(), lookEveryMs(state, now()));

/** AWS has accepted the key in use. */
const accepted = (state: ProfileState): ProfileState => without(state, 'refused');

const again = (state: ProfileState, { now }: Pick<RenewPlace, 'now'>): ProfileState =>
  due(state, now(), Math.max(LOOK_AT_MOST_EVERY_MS, Math.min(LOOK_AGAIN_MS, lookEveryMs(state, now()))));

const due = (state: ProfileState, now: number, inMs: number): ProfileState => ({
  ...state,
  lookedAt: new Date(now).toISOString(),
  nextLookAt: new Date(now + inMs).toISOString(),
});
