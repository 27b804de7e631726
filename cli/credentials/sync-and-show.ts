import { spawnSync } from 'node:child_process';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { inWords } from './aws';
import { here, tell } from './here';
import { ProfileError, readState } from './profile';
import { regionOf } from './regions';
import type { SyncAsked } from './sync-command';
import { settleSync, syncedProfiles, syncProfile, type Synced } from './sync';

/** Syncs profiles one after the other; one that fails stops no other. */
export async function syncAndShow({ profile: asked, region, secret, then }: SyncAsked): Promise<ExitCode> {
  const place = here();
  const profiles = asked?.length ? asked : syncedProfiles(place);
  if (profiles.length === 0) throw new ProfileError(`no profile in ${place.places.credentials} has a long-lived key`);
  const owed: string[] = [];
  let isBad = false;
  for (const profile of profiles) {
    try {
      const known = readState(place, profile)?.secret;
      const where =
        known && region === undefined && secret === undefined ? known.region : regionOf(place, profile, { region, secret }, process.env);
      const synced = await syncProfile(here(profile), profile, { region: where, secret });
      if (synced.isOwed) owed.push(profile);
      isBad ||= synced.outcome !== 'stayed' && synced.outcome !== 'renewed';
      process.stdout.write(`${lineOf(synced)}\n`);
      tell(synced.told);
    } catch (error) {
      isBad = true;
      tell([error instanceof ProfileError ? error.message : `profile ${profile}: ${inWords(error)}`]);
    }
  }
  const isTold = owed.length === 0 || then === undefined || runs(then, owed);
  if (isTold) for (const profile of owed) await settleSync(place, profile);
  return isBad || !isTold ? EXIT.bad : EXIT.fine;
}

function lineOf({ profile, id, former, outcome, seen }: Synced): string {
  if (former !== undefined) return `${profile}: ${id} in place of ${former}`;
  return `${profile}: ${id} stays${outcome === 'stayed' ? '' : ` (${outcome})`}; in the secret: ${seen}`;
}

/** What it prints belongs to the answer of this command; a password prompt would wait for ever in a timer, so it gets no input. */
function runs(command: string, profiles: readonly string[]): boolean {
  const { status, signal, error } = spawnSync(command, {
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, IAM_KEYS_PROFILES: profiles.join(',') },
  });
  if (status === 0) return true;
  tell([`--then ended with ${error ? inWords(error) : (signal ?? String(status))}; the next start runs it again`]);
  return false;
}
