import { randomBytes } from 'node:crypto';
import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateAccessKeyCommand,
  type AccessKey as CreatedKey,
  type IAMClient,
} from '@aws-sdk/client-iam';
import { errorFacts, isNoSuchEntity, KeyNotProvenError, KeyNotStoredError, RotationError, SecretUnusableError } from '../../shared/errors';
import { isThrottled, whileThrottled } from '../../shared/while-throttled';
import { keyOwner } from '../read/key-owner';
import { listKeys } from '../read/read-user';
import type { IntentRecords } from '../store/intent-records';
import type { KeyStore, MayReplace } from '../store/key-store';
import { intentTag, keyTag, STORED_AS, writeIntent, writeKeyState, writeStoredAs } from '../plan/key-state';

/** What issuing a key needs. */
export interface IssuingServices {
  iam: IAMClient;
  /** Retries off. */
  iamWithoutRetries: IAMClient;
  store: KeyStore;
  intents: IntentRecords;
  /** Uses a new key once, until AWS knows it everywhere that can be asked; absent when keys are stored unproven. Throws a KeyNotProvenError. */
  prove?: (key: { id: string; secret: string }, userArn: string) => Promise<void>;
  clock: () => Date;
  sleep: (milliseconds: number) => Promise<void>;
  /** From then on no call is begun. */
  worksUntil: Date;
  /** When this invocation is certainly over. */
  endsAt: Date;
}

/**
 * The outcome of an attempt: `leftover` = the key is stored, and what is left for the next run to tidy up. Nothing was created when IAM
 * refused because the user's second place was taken meanwhile (`crowded`), or when the invocation ends too soon to store a key (`late`).
 */
export type Issued = { issued: true; keyId: string; leftover?: string } | { issued: false; because: 'crowded' | 'late'; reason: string };

/** Kept free after CreateAccessKey to store the key, or to remove it again, in milliseconds. */
const STORING_TIME_MS = 60_000;
/** Kept free besides, where a key is proven before it is stored, in milliseconds. */
export const PROVING_TIME_MS = 60_000;

/**
 * CreateAccessKey is not called later than this after the intent was dated; with the call's own time limit it stays inside
 * CREATE_WINDOW_MS.
 */
const INTENT_FRESH_MS = 30_000;
/** The record of an intent to which there is certainly no key: a key that a person made at that moment is theirs. */
const NOTHING_ANNOUNCED = { at: new Date(0), until: new Date(0), known: [] };
/** Before CreateAccessKey is called again when AWS throttled it, in milliseconds. */
const FIRST_WAIT_MS = 500;

/**
 * Issues a key for a user and stores it, without ever losing one: store proven writable, intent recorded and tagged, key created once, key
 * stored under a version that names it, intent removed. Whatever happens in between, the key is stored, removed, or found by the next run.
 */
export async function issueKey(services: IssuingServices, user: { name: string; arn: string }, known: readonly string[]): Promise<Issued> {
  await prepareStore(services, user, known);
  const issued = await issueIntoStore(services, user, known);
  if (!issued.issued) await services.store.giveUp(user);
  return issued;
}

async function issueIntoStore(services: IssuingServices, user: { name: string; arn: string }, known: readonly string[]): Promise<Issued> {
  const needed = STORING_TIME_MS + (services.prove ? PROVING_TIME_MS : 0);
  const timeLeft = (): number => services.worksUntil.getTime() - services.clock().getTime();
  if (timeLeft() < needed) return LATE;
  const tagKey = intentTag(randomBytes(4).toString('hex'));
  const at = services.clock();
  const { central } = services.store;
  const intent = { at, until: services.endsAt, known, ...(central && { central }), ...(services.prove && { proves: true as const }) };
  const Value = writeIntent(intent);
  await services.intents.note(user.name, { tagKey, ...intent });
  await services.iam.send(new TagUserCommand({ UserName: user.name, Tags: [{ Key: tagKey, Value }] }));
  const clearIntent = async (): Promise<void> => {
    await services.iam.send(new UntagUserCommand({ UserName: user.name, TagKeys: [tagKey] }));
  };
  const takeBack = async (): Promise<void> => {
    await clearIntent();
    await services.intents.note(user.name, { tagKey, ...NOTHING_ANNOUNCED });
  };
  const waited = (): number => services.clock().getTime() - at.getTime();
  const announcing = waited();
  if (announcing > INTENT_FRESH_MS) {
    await takeBack();
    const took = `recording and tagging that ${user.name} gets a key took ${Math.round(announcing / 1_000)} s`;
    throw new RotationError(`${took}; no key was created, the next run tries again`);
  }
  if (timeLeft() < needed) {
    await takeBack();
    return LATE;
  }
  const mayWait = (wait: number): boolean => waited() + wait <= INTENT_FRESH_MS && timeLeft() - wait >= needed;
  const created = await create(services, user.name, { mayWait, takeBack });
  if (!('AccessKeyId' in created)) return created;
  const { AccessKeyId, SecretAccessKey, CreateDate } = created;
  if (!AccessKeyId || !SecretAccessKey || !CreateDate) {
    throw new KeyNotStoredError(`IAM answered CreateAccessKey for ${user.name} incompletely; the next run removes the key`);
  }
  await storeOrRemove(services, user, { AccessKeyId, SecretAccessKey, CreateDate });
  const leftover = await clearIntent().then(
    () => undefined,
    (cause: unknown) =>
      `the key is stored, but the tag ${tagKey} could not be removed (${errorFacts(cause).message}); the next run removes it`,
  );
  return { issued: true, keyId: AccessKeyId, ...(leftover !== undefined && { leftover }) };
}

/** The call is repeated only when AWS answered that it did nothing because of too many calls, never when there was no answer. */
async function create(
  services: IssuingServices,
  userName: string,
  { mayWait, takeBack }: { mayWait: (wait: number) => boolean; takeBack: () => Promise<void> },
): Promise<CreatedKey | Issued> {
  try {
    const call = () => services.iamWithoutRetries.send(new CreateAccessKeyCommand({ UserName: userName }));
    const repeats = (error: unknown): boolean => isThrottled(error) && wasRefused(error);
    const { AccessKey } = await whileThrottled(call, { sleep: services.sleep, firstWait: FIRST_WAIT_MS, mayWait, repeats });
    if (AccessKey) return AccessKey;
    throw new RotationError('IAM answered without a key');
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    if (!wasRefused(cause)) {
      throw new KeyNotStoredError(
        `the answer to CreateAccessKey for ${userName} was lost (${error}: ${message}); if a key was made, the next run removes it and rotates anew`,
        { cause },
      );
    }
    await takeBack();
    if (error.startsWith('LimitExceeded'))
      return { issued: false, because: 'crowded', reason: `the user's second place was taken meanwhile, nothing was created (${message})` };
    throw cause;
  }
}

/** Only a 4xx answer of the service says for certain that nothing was done. */
function wasRefused(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status !== undefined && status >= 400 && status < 500;
}

const LATE: Issued = {
  issued: false,
  because: 'late',
  reason: 'too little time was left to store a key, nothing was created; the next run goes on',
};

/** Makes sure that a new key can be stored where nobody else's key is; throws before any key exists. */
export const prepareStore = (services: IssuingServices, user: { name: string; arn: string }, known: readonly string[]): Promise<void> =>
  services.store.prepare(user, (keyId) => mayReplace(services.iam, user.name, known, keyId));

/** The current key of a user who has another name now must stay where that user finds it. */
async function mayReplace(iam: IAMClient, userName: string, known: readonly string[], keyId: string): ReturnType<MayReplace> {
  if (known.includes(keyId)) return 'own';
  const owner = await keyOwner(iam, keyId);
  if (owner === undefined) return 'of nobody';
  if (owner === userName) return 'own';
  throw new SecretUnusableError(
    `the secret of ${userName} holds the current key ${keyId} of the user ${owner}, who was called ${userName} before; it can be written to once ${owner} has got another key (ForceRotate), or ${keyId} is deleted`,
  );
}

/**
 * The tag by which a later run knows that the key is ours comes before the key is stored: what is in a secret without it would be
 * anybody's (docs/adr/0014).
 */
async function tagAsIssued({ iam, store, clock }: IssuingServices, userName: string, keyId: string): Promise<void> {
  const Value = writeKeyState({ issued: clock(), ...(store.central && { central: true }) });
  const Tags = [
    { Key: keyTag(keyId), Value },
    { Key: STORED_AS, Value: writeStoredAs(userName) },
  ];
  await iam.send(new TagUserCommand({ UserName: userName, Tags }));
}

async function storeOrRemove(
  services: IssuingServices,
  { name: userName, arn }: { name: string; arn: string },
  key: { AccessKeyId: string; SecretAccessKey: string; CreateDate: Date },
): Promise<void> {
  const { AccessKeyId, SecretAccessKey, CreateDate } = key;
  const value = { UserName: userName, AccessKeyId, SecretAccessKey, Status: 'Active', CreateDate: CreateDate.toISOString() } as const;
  let tagged = false;
  try {
    await tagAsIssued(services, userName, AccessKeyId);
    tagged = true;
    await services.prove?.({ id: AccessKeyId, secret: SecretAccessKey }, arn);
    await services.store.put(value, arn);
    return;
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    const why = `the new key ${AccessKeyId} of ${userName} could not be stored (${error}: ${message})`;
    const unknown = `${why}; whether it was is not known: the next run keeps it if it is in the secret and removes it if not`;
    if (tagged && !(cause instanceof KeyNotProvenError)) {
      if (!wasRefused(cause)) throw new KeyNotStoredError(unknown, { cause });
      const stored = await services.store.storedKeys(userName, [AccessKeyId]).catch(() => undefined);
      if (!stored) throw new KeyNotStoredError(unknown, { cause });
      if (stored.current === AccessKeyId)
        throw new KeyNotStoredError(
          `the new key ${AccessKeyId} of ${userName} is stored, but its user may not read it yet (${error}: ${message}); the next run sees to it`,
          { cause },
        );
    }
    const left = await whyNotRemoved(services.iam, userName, AccessKeyId);
    if (left !== undefined) throw new KeyNotStoredError(`${why}, and ${left}; the next run removes it`, { cause });
    // The intent stays: should IAM still know the key somewhere, the next run removes it.
    throw new KeyNotStoredError(`${why}; it was removed again`, { cause });
  }
}

/** A brand-new key may not be known everywhere in IAM yet, so that "no such key" proves nothing: only the list of keys does. */
async function whyNotRemoved(iam: IAMClient, userName: string, keyId: string): Promise<string | undefined> {
  try {
    await removeKey(iam, userName, keyId);
    const keys = await listKeys(iam, userName);
    return keys.some((key) => key.id === keyId) ? 'IAM still lists it' : undefined;
  } catch (error) {
    return `could not be removed (${errorFacts(error).message})`;
  }
}

/** Disables a key that nobody has and deletes it; a key that is gone already is no error. DeleteAccessKey never meets an active key. */
export async function removeKey(iam: IAMClient, userName: string, keyId: string): Promise<void> {
  try {
    await iam.send(new UpdateAccessKeyCommand({ UserName: userName, AccessKeyId: keyId, Status: 'Inactive' }));
    await iam.send(new DeleteAccessKeyCommand({ UserName: userName, AccessKeyId: keyId }));
  } catch (error) {
    if (!isNoSuchEntity(error)) throw error;
  }
}
