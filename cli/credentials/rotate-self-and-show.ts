import { EXIT, type ExitCode } from '../base/exit-codes';
import { inWords } from './aws';
import { here, tell } from './here';
import { privateProfiles, ProfileError, readState } from './profile';
import { regionOf } from './regions';
import { rotateSelf } from './rotate-self';
import type { SelfAsked } from './rotate-self-command';
import { syncedProfiles } from './sync';

/** Rotates the keys of profiles with their own rights, one after the other; one that fails stops no other. */
export async function rotateSelfAndShow(asked: SelfAsked): Promise<ExitCode> {
  const { profile, all, region, olderThan, deactivateAfter, deleteAfter, remove } = asked;
  const profiles = all
    ? [...new Set([...privateProfiles(here()), ...syncedProfiles(here())])]
    : profile?.length
      ? profile
      : [process.env['AWS_PROFILE'] ?? 'default'];
  const policy = {
    deactivateAfterMs: deactivateAfter,
    deleteAfterMs: deleteAfter,
    ...(olderThan !== undefined && { olderThanMs: olderThan }),
    ...(remove !== undefined && { remove }),
  };
  let isBad = false;
  for (const name of profiles) {
    try {
      const place = here(name);
      const where = readState(place, name)?.secret.region ?? regionOf(place, name, { region }, process.env);
      const { outcome, done, told } = await rotateSelf(place, name, policy, where);
      isBad ||= outcome === 'refused';
      for (const line of done) process.stdout.write(`${name}: ${line}\n`);
      for (const line of told) process.stdout.write(`${name}: ${line}\n`);
    } catch (error) {
      isBad = true;
      tell([error instanceof ProfileError ? error.message : `profile ${name}: ${inWords(error)}`]);
    }
  }
  return isBad ? EXIT.bad : EXIT.fine;
}
