import { RotationError } from '../../lambda/shared/errors';
import type { SecretPlace } from '../keys/operations/create-key';
import type { Session } from '../keys/session';
import { refuseLookedAfter } from './operations/looked-after';
import { openStore } from './operations/open-store';
import { findRotation, type Asked, type Rotation } from './service';

/** Finds where the secret of a user belongs, by the settings of the rotation that is deployed where the credentials are. */
export const openPlace = async (
  session: Session,
  user: string,
  { profile, region, stack }: Pick<Asked, 'profile' | 'region' | 'stack'>,
): Promise<SecretPlace> => {
  const where = {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined && { region }),
    ...(stack !== undefined && { stack }),
  };
  return placeOf(session, user, await findRotation({ ...where, given: {} }));
};

/** Where the secret of a user belongs by a rotation's settings; throws where no key may be stored from here, and nothing is changed. */
export async function placeOf(session: Session, user: string, rotation: Rotation): Promise<SecretPlace> {
  const { environment, service } = rotation;
  const { CENTRAL_STORE: central, MEMBER_ROLE: memberRole } = environment;
  if (service && central) {
    throw new RotationError(
      `the rotation (stack ${service.deployment.stack}) stores keys in the central store, whose key ${central.key} lets nobody but its own role write; have it issue the key: iam-keys rotate ${user}, once they have a key; a first key goes into a file of theirs: iam-keys create ${user} --to profile:NAME`,
    );
  }
  const store = openStore(session, rotation, await session.whoAmI());
  if (service) {
    const stack = { name: service.deployment.stack, dryRun: environment.DRY_RUN };
    return { store, stack, refuse: () => Promise.resolve() };
  }
  return { store, refuse: (facts) => refuseLookedAfter(session, facts, { command: `create ${user} --to secret`, memberRole }) };
}
