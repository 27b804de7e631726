import { randomBytes } from 'node:crypto';
import { CreateAccessKeyCommand, TagUserCommand, UntagUserCommand, type AccessKey } from '@aws-sdk/client-iam';
import { removeKey } from '../../../lambda/core/act/issue-key';
import { intentTag, writeIntent } from '../../../lambda/core/plan/key-state';
import { errorFacts, KeyNotStoredError, RotationError } from '../../../lambda/shared/errors';
import { readIfThere } from '../../credentials/disk';
import { proveWritable, putKeyIntoProfile, type SharedFilePlace } from '../../credentials/shared-file';
import { readKey } from '../../credentials/shared-text';
import type { Session } from '../session';
import { BY_HAND, markByHand } from './by-hand';
import { ISSUING_MS, removeLost, type CreatePlan } from './create-key';

/** What came of creating a key into a profile. */
export interface CreatedInProfile {
  user: string;
  keyId: string;
  profile: string;
  /** The credentials file. */
  file: string;
}

/** Throws unless the profile can take a key: the file can be written, and no key there would be overwritten. Nothing is changed. */
export async function assertProfileFree(place: SharedFilePlace, profile: string): Promise<void> {
  const { credentials } = place.places;
  const held = readKey(readIfThere(place.disk, credentials) ?? '', profile)?.id;
  if (held !== undefined) {
    throw new RotationError(
      `the profile ${profile} of ${credentials} holds the access key ${held}, which would be overwritten: choose another name, or replace that key by iam-keys rotate --self --profile ${profile}`,
    );
  }
  await proveWritable(place, credentials);
}

/** Whether a key stands in the credentials file, in whatever profile. */
export const isInFile = (place: SharedFilePlace, keyId: string): boolean =>
  (readIfThere(place.disk, place.places.credentials) ?? '').includes(keyId);

/**
 * Creates a plain key, which begins nobody's grace, and writes it into a profile that was proven free and writable before. The intent is
 * tagged before there is a key, so that one that was interrupted is found by the next command.
 */
export async function createIntoProfile(
  session: Session,
  plan: CreatePlan,
  profile: string,
  place: SharedFilePlace,
): Promise<CreatedInProfile> {
  const { iam } = session;
  const { name: UserName } = plan.user;
  await assertProfileFree(place, profile);
  const at = new Date();
  await markByHand(iam, plan.facts, at);
  await removeLost(session, plan);
  const tagKey = intentTag(randomBytes(4).toString('hex'));
  const known = plan.keys.map(({ keyId }) => keyId);
  const Value = writeIntent({ at, until: new Date(at.getTime() + ISSUING_MS), known });
  await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: tagKey, Value }] }));
  // A plain key leaves no tag behind.
  const TagKeys = plan.facts.tags.has(BY_HAND) ? [tagKey] : [tagKey, BY_HAND];
  const forget = () => iam.send(new UntagUserCommand({ UserName, TagKeys }));
  const { AccessKeyId: id, SecretAccessKey: secret } = await create(session, UserName, forget);
  if (!id || !secret)
    throw new KeyNotStoredError(`IAM answered CreateAccessKey for ${UserName} incompletely; repeat the command in five minutes`);
  try {
    await putKeyIntoProfile(place, profile, { id, secret });
  } catch (cause) {
    await removeKey(iam, UserName, id);
    await forget();
    throw new KeyNotStoredError(`the new key of ${UserName} could not be written and was removed again (${errorFacts(cause).message})`, {
      cause,
    });
  }
  await forget();
  return { user: UserName, keyId: id, profile, file: place.places.credentials };
}

/** A refusal made no key; after a lost answer there may be one, and the tag stays for the next command to find it. */
async function create({ iamWithoutRetries }: Session, UserName: string, forget: () => Promise<unknown>): Promise<AccessKey> {
  try {
    return (await iamWithoutRetries.send(new CreateAccessKeyCommand({ UserName }))).AccessKey ?? ({} as AccessKey);
  } catch (cause) {
    const { message } = errorFacts(cause);
    const status = (cause as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
    if (status >= 400 && status < 500) {
      await forget();
      throw cause;
    }
    throw new KeyNotStoredError(
      `the answer to CreateAccessKey for ${UserName} was lost (${message}); if a key was made, the same command finds and removes it in five minutes`,
      { cause },
    );
  }
}
