import { DAY_MS } from '../../lambda/shared/period';
import { RotationError } from '../../lambda/shared/errors';
import type { Identity } from '../base/access';
import { here } from '../credentials/here';
import { ProfileError, readState, staticKeyOf } from '../credentials/profile';
import { regionOf } from '../credentials/regions';
import { rotateSelf } from '../credentials/rotate-self';

/** What the old key becomes is left to whoever was asked about it. */
const NOT_NOW_MS = 3_650 * DAY_MS;

/** A profile of the credentials file that holds a key of the user who is asked about. */
export interface OwnProfile {
  profile: string;
  /** Path of the credentials file. */
  file: string;
  keyId: string;
}

/** The profile, if AWS says that its credentials are that user's own and they are a key in the credentials file; no other file is written. */
export function ownProfile(profile: string | undefined, user: string, { arn }: Identity): OwnProfile | undefined {
  if (profile === undefined || !arn.includes(':user/') || arn.slice(arn.lastIndexOf('/') + 1) !== user) return undefined;
  const place = here(profile);
  try {
    return { profile, file: place.places.credentials, keyId: staticKeyOf(place, profile).id };
  } catch (error) {
    if (error instanceof ProfileError) return undefined;
    throw error;
  }
}

/** Creates a key with the profile's own key, and puts it into the credentials file in that one's place, which stays active. */
export async function createIntoProfile(
  { profile, keyId }: OwnProfile,
  region: string | undefined,
): Promise<{ keyId: string; done: string }> {
  const place = here(profile);
  const where = readState(place, profile)?.secret.region ?? regionOf(place, profile, { region }, process.env);
  const { done, told } = await rotateSelf(place, profile, { deactivateAfterMs: NOT_NOW_MS, deleteAfterMs: NOT_NOW_MS }, where);
  const created = staticKeyOf(place, profile).id;
  if (created !== keyId) return { keyId: created, done: done.join('; ') };
  throw new RotationError(
    `the profile ${profile} still has ${keyId}: ${[...done, ...told].join('; ')}; iam-keys rotate --self --profile ${profile} goes on with it`,
  );
}
