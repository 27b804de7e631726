import { loadSharedConfigFiles } from '@smithy/core/config';
import { RotationError } from '../../lambda/shared/errors';
import type { Access } from '../base/options';
import { openSession, type Session } from '../keys/session';
import { assertProfile, mayNameProfile, mayNameUser, type Bounds } from './bounds';
import type { Confirmation } from './confirmation';
import type { FindRotation } from './rotation';

/** What every tool works with. */
export interface Service {
  version: string;
  bounds: Bounds;
  allowChanges: boolean;
  confirmation: Confirmation;
  clock: () => Date;
  /** Changes happen one after the other. */
  inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  /** The rotation that answers for a call. */
  rotationFor: FindRotation;
  /** Lets work with the credentials of a profile, or with those that the server was started with. */
  withSession: <T>(profile: string | undefined, work: (session: Session, access: Access) => Promise<T>) => Promise<T>;
}

/** Enters an account for one call: a server runs for months, and profiles change meanwhile. */
export const sessions =
  (access: Access, bounds: Bounds): Service['withSession'] =>
  async (profile, work) => {
    // The SDK would go on with the files as it first read them.
    const files = await loadSharedConfigFiles({ ignoreCache: true });
    if (profile !== undefined) {
      assertProfile(bounds, profile);
      const there = [...new Set([...Object.keys(files.configFile), ...Object.keys(files.credentialsFile)])];
      if (!there.includes(profile))
        throw new RotationError(
          noProfile(
            profile,
            there.filter((name) => mayNameProfile(bounds, name)),
          ),
        );
    }
    const chosen = { ...access, ...(profile !== undefined && { profile }) };
    const session = { ...(await openSession(chosen)), mayName: (user: string) => mayNameUser(bounds, user) };
    try {
      return await work(session, chosen);
    } finally {
      session.iam.destroy();
      session.iamWithoutRetries.destroy();
      session.secrets.destroy();
    }
  };

const noProfile = (asked: string, there: readonly string[]): string =>
  `there is no profile "${asked}"; ${there.length === 0 ? 'there are none: call the tool without a profile' : `there are ${there.join(', ')}`}`;
