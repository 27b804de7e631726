import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the files of one person are. */
export interface Places {
  /** `~/.aws/credentials`, or AWS_SHARED_CREDENTIALS_FILE. */
  credentials: string;
  /** `~/.aws/config`, or AWS_CONFIG_FILE. */
  config: string;
  /** The folder of our own files, `~/.aws/iam-keys`. */
  own: string;
}

/** The places that the SDKs and the `aws` command line look in, too. */
export function placesOf(environment: Readonly<Record<string, string | undefined>>, home = homedir()): Places {
  const folder = join(home, '.aws');
  return {
    credentials: environment['AWS_SHARED_CREDENTIALS_FILE'] ?? join(folder, 'credentials'),
    config: environment['AWS_CONFIG_FILE'] ?? join(folder, 'config'),
    own: join(folder, 'iam-keys'),
  };
}

/** A name of a profile as the name of a file. */
const fileName = (profile: string): string => encodeURIComponent(profile).replaceAll('*', '%2A');

/** The private file of a profile. */
export const privateFileOf = (own: string, profile: string): string => join(own, `${fileName(profile)}.json`);

/** Whoever has this lock may change what we know of a profile. */
export const lockOf = (own: string, profile: string): string => join(own, `${fileName(profile)}.lock`);

/** Whoever has this lock may change the credentials file or the configuration file; no profile can have its name. */
export const sharedLockOf = (own: string): string => join(own, 'shared files.lock');
