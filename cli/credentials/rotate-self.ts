import { inWords, type ListedKey } from './aws';
import { proveWritable } from './shared-file';
import type { Lock } from './lock';
import {
  begin,
  commit,
  ProfileError,
  readState,
  secretOf,
  staticKeyOf,
  takeProfileLock,
  takeUp,
  writeState,
  type Surroundings,
} from './profile';
import { adopt, proofOf, renew, type SecretSays } from './renew';
import { planSelf, type LastUse, type SelfPolicy, type SelfStep } from './self-plan';
import { without, type ProfileState, type Retiring } from './state';
import { isSameUser } from './successor';

/** A person waits: IAM has always made a key known by then. */
const PROOF_PATIENCE_MS = 60_000;
/** After a proof in one region, until the others know the key, too. */
const SETTLE_MS = 10_000;
const LOCK_PATIENCE_MS = 10_000;
/** An intent older than that says nothing any more: no call lasts as long, and no list is so late. */
const INTENT_KEPT_MS = 86_400_000;
/** More steps than a profile can ever need. */
const MOST_STEPS = 12;

/** How a start of `rotate --self` ended for one profile. */
export interface SelfResult {
  profile: string;
  /** A person has to decide, or something is not finished. */
  outcome: 'done' | 'waiting' | 'refused';
  /** What was done, in order. */
  done: string[];
  told: string[];
}

/**
 * Rotates the key of one profile with that key's own rights, or goes on where an earlier start ended. What is about to happen is on the
 * disk before it happens, so that every key that this program makes is found again by its next start.
 */
export async function rotateSelf(place: Surroundings, profile: string, policy: SelfPolicy, region: string): Promise<SelfResult> {
  const lock = await takeProfileLock(place, profile, LOCK_PATIENCE_MS);
  try {
    const work = new SelfRotation(place, lock, await open(place, profile, region), policy);
    return await work.run();
  } finally {
    lock.release();
  }
}

async function open(place: Surroundings, profile: string, region: string): Promise<ProfileState> {
  const known = readState(place, profile);
  if (known) return known;
  const key = staticKeyOf(place, profile);
  return begin(place, { profile, home: 'shared', key, region, secret: (user) => secretOf(user, region) });
}

class SelfRotation {
  private readonly done: string[] = [];
  private readonly told: string[] = [];
  /** Keys that this start has deleted; a list may still show them. */
  private readonly gone = new Set<string>();

  constructor(
    private readonly place: Surroundings,
    private readonly lock: Lock,
    private state: ProfileState,
    private readonly policy: SelfPolicy,
  ) {}

  async run(): Promise<SelfResult> {
    await this.proveWritable();
    if (this.state.home === 'shared') {
      const { state, told } = await takeUp(this.place, this.state);
      this.told.push(...told);
      this.keep(retiringFormer(this.state, state, this.place.now()));
    }
    const secret = await this.look();
    if (secret === 'renewed') return this.result('done');
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      const step = planSelf(await this.facts(secret));
      if (step.step === 'wait' || step.step === 'refuse') {
        this.told.push(step.why);
        return this.result(step.step === 'wait' ? 'waiting' : 'refused');
      }
      const isOver = await this.perform(step);
      if (isOver) return this.result(isOver);
    }
    throw new Error(`profile ${this.state.profile} does not come to rest after ${MOST_STEPS} steps`);
  }

  /** Before a key exists: once it does, a disk that cannot be written is a key that is lost. */
  private async proveWritable(): Promise<void> {
    if (this.state.home === 'shared') await proveWritable(this.place, this.place.places.credentials);
    writeState(this.place, this.state);
  }

  private keep(state: ProfileState): void {
    if (!this.lock.isHeld()) throw new ProfileError(`another iam-keys took over the profile ${state.profile}`);
    this.state = state;
    writeState(this.place, state);
  }

  /** A successor that the service has stored is the one to take. */
  private async look(): Promise<SecretSays | 'renewed'> {
    const { state, outcome, told, secret } = await renew(this.state, this.place);
    this.told.push(...told);
    if (outcome === 'refused') throw new ProfileError(told.join('; '));
    if (outcome === 'pending')
      throw new ProfileError(
        told[0] ?? `the service has stored a successor of ${state.current.id}, which cannot be used yet; try again in a minute`,
      );
    const before = this.state;
    this.state = await commit(this.place, this.lock, before, state);
    if (outcome !== 'renewed') return secret;
    this.done.push(`${state.current.id}, the successor that the service stored for ${before.current.id}, is in use`);
    return 'renewed';
  }

  private async facts(secret: SecretSays) {
    const { retiring = [] } = this.state;
    const keys = await this.listKeys();
    const lastUse = new Map<string, LastUse>();
    for (const { id } of keys.filter((key) => key.id !== this.state.current.id)) lastUse.set(id, await this.lastUse(id));
    this.fillCreated(keys);
    return { state: { ...this.state, retiring }, keys, lastUse, secret, now: this.place.now(), policy: this.policy };
  }

  /** The user's keys; a list without the key that asks for it is late, or incomplete, and says nothing about others. */
  private async listKeys(): Promise<ListedKey[]> {
    const { current, secret } = this.state;
    const keys = await this.place.aws.listKeys(current, secret.region);
    if (keys.some(({ id }) => id === current.id)) return keys.filter(({ id }) => !this.gone.has(id));
    throw new ProfileError(`IAM does not list ${current.id}, which asks it; nothing was changed, try again later`);
  }

  private async lastUse(id: string): Promise<LastUse> {
    const { current, secret } = this.state;
    try {
      const used = await this.place.aws.lastUsed(current, secret.region, id);
      return used === undefined ? 'never' : { used };
    } catch {
      return 'unknown';
    }
  }

  private fillCreated(keys: readonly ListedKey[]): void {
    const created = keys.find(({ id }) => id === this.state.current.id)?.created;
    if (created !== undefined) this.state = { ...this.state, current: { ...this.state.current, created } };
  }

  /** Does one step and remembers it; says how the work ended where it has. */
  private async perform(step: Exclude<SelfStep, { step: 'wait' | 'refuse' }>): Promise<SelfResult['outcome'] | undefined> {
    const { aws, now } = this.place;
    const { current, secret } = this.state;
    const at = new Date(now()).toISOString();
    switch (step.step) {
      case 'create':
        await this.create();
        return undefined;
      case 'take up':
        return this.takeUpNext();
      case 'remove lost':
        await aws.deactivate(current, secret.region, step.id);
        await aws.deleteKey(current, secret.region, step.id);
        this.gone.add(step.id);
        this.done.push(`${step.id} was removed: an interrupted start had made it, and nobody has its secret`);
        return undefined;
      case 'forget':
        this.keep(withRetiring(this.state, step.id, undefined));
        return undefined;
      case 'note inactive':
        this.keep(withRetiring(this.state, step.id, { inactiveSince: at }, at));
        return undefined;
      case 'note re-enabled':
        this.keep(withRetiring(this.state, step.id, { since: at }));
        this.told.push(`somebody enabled ${step.id} again; it gets its time once more`);
        return undefined;
      case 'deactivate':
        await aws.deactivate(current, secret.region, step.id);
        this.keep(withRetiring(this.state, step.id, { since: at, inactiveSince: at }));
        this.done.push(`${step.id} was deactivated`);
        return undefined;
      case 'delete':
        await aws.deleteKey(current, secret.region, step.id);
        this.gone.add(step.id);
        this.keep(withRetiring(this.state, step.id, undefined));
        this.done.push(`${step.id} was deleted`);
        return undefined;
    }
  }

  private async create(): Promise<void> {
    const { aws, now } = this.place;
    const { current, secret, profile, intents = [] } = this.state;
    const before = (await this.listKeys()).map(({ id }) => id);
    const at = new Date(now()).toISOString();
    const fresh = intents.filter((intent) => now() - Date.parse(intent.at) < INTENT_KEPT_MS);
    this.keep({ ...this.state, intents: [...fresh, { at, before }] });
    const made = await aws.createKey(current, secret.region).catch((error: unknown) => {
      throw new ProfileError(
        `no new key for profile ${profile}: ${inWords(error)}; a start later finds out whether one was made all the same, and removes it`,
        {
          cause: error,
        },
      );
    });
    try {
      this.keep({ ...this.state, next: { ...made, since: at } });
    } catch (error) {
      await aws.deleteKey(current, secret.region, made.id);
      throw error;
    }
    this.done.push(`${made.id} was made`);
  }

  private async takeUpNext(): Promise<SelfResult['outcome'] | undefined> {
    const { next, current, secret, user, retiring = [] } = this.state;
    if (!next) return undefined;
    const proof = await proofOf(next, secret.region, { ...this.place, proofPatienceMs: PROOF_PATIENCE_MS });
    if (proof.kind === 'unproven') return this.giveUpNext(proof.why);
    if (!isSameUser(proof.identity, user)) throw new ProfileError(`${next.id} is the key of ${proof.identity.arn}, not of ${user.arn}`);
    await this.place.sleep(SETTLE_MS);
    const at = new Date(this.place.now()).toISOString();
    const after = { ...adopt(this.state, next, proof.identity), retiring: [...retiring, { id: current.id, since: at }] };
    this.state = await commit(this.place, this.lock, this.state, after);
    this.done.push(`${next.id} is in use in place of ${current.id}`);
    return undefined;
  }

  /** A key that IAM does not list any more was removed by somebody; one that it lists will be known some time. */
  private async giveUpNext(why: string): Promise<SelfResult['outcome'] | undefined> {
    const { next, current } = this.state;
    const listed = await this.listKeys();
    if (listed.every(({ id }) => id !== next?.id)) {
      this.keep(without(this.state, 'next'));
      this.told.push(`${next?.id ?? ''} is gone before it was ever used`);
      return undefined;
    }
    this.told.push(`${next?.id ?? ''} was made and AWS does not accept it yet (${why}); ${current.id} stays in use, start again later`);
    return 'refused';
  }

  private result(outcome: SelfResult['outcome']): SelfResult {
    return { profile: this.state.profile, outcome, done: this.done, told: this.told };
  }
}

/** The key that was in use before a start which was killed right after it had put its new key into the credentials file. */
function retiringFormer(before: ProfileState, after: ProfileState, now: number): ProfileState {
  const isOurs = before.next !== undefined && after.current.id === before.next.id;
  if (!isOurs) return after;
  return { ...after, retiring: [...(after.retiring ?? []), { id: before.current.id, since: new Date(now).toISOString() }] };
}

/** The state with what is now known of a key that is on its way out; without it where nothing is to be known any more. */
function withRetiring(state: ProfileState, id: string, change: Partial<Retiring> | undefined, at = ''): ProfileState {
  const others = (state.retiring ?? []).filter((one) => one.id !== id);
  if (!change) return { ...state, retiring: others };
  const { since = at } = state.retiring?.find((one) => one.id === id) ?? {};
  return { ...state, retiring: [...others, { id, since, ...change }] };
}
