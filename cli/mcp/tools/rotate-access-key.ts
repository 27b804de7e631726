import { z } from 'zod';
import { RotationError } from '../../../lambda/shared/errors';
import type { Session } from '../../keys/session';
import { isIncomplete, rotateEach, wouldRotate, type Rotated } from '../../rotation/operations/rotate';
import { stepByStep } from '../../rotation/operations/rotate-by-steps';
import { readOne } from '../../rotation/operations/status';
import type { Rotation } from '../../rotation/service';
import { environmentWith } from '../../rotation/settings';
import { assertUser } from '../bounds';
import { changing, type Change, type Done } from '../tool';
import { profileInput, userNameInput } from '../values';
import { placeInWords } from '../words';

/** `rotate_access_key`. */
export const rotateAccessKey = changing({
  name: 'rotate_access_key',
  title: "Rotate a user's key",
  description:
    "Has the deployed rotation issue a successor for a user's key now, and waits for the result; the old key keeps working for its grace. Where no rotation is deployed, takes the one step that is due: a new key that is stored, or, once programs have moved, the old one's deactivation or deletion. Repeat it on later days.",
  input: z.strictObject({ user_name: userNameInput, profile: profileInput }),
  failure: 'nothing was rotated',
  annotations: { destructiveHint: true, idempotentHint: false },
  plan: async ({ user_name, profile }, session, { bounds, clock, rotationFor }, access) => {
    assertUser(bounds, user_name);
    const rotation = await rotationFor(access);
    const place = placeInWords(await session.whoAmI(), profile);
    return rotation.service
      ? byService(session, rotation, user_name, { clock, place })
      : byStep(session, rotation, user_name, { clock, place });
  },
});

interface Where {
  clock: () => Date;
  place: string;
}

async function byService(session: Session, rotation: Rotation, user: string, { clock, place }: Where): Promise<Change> {
  const { service } = rotation;
  if (!service) throw new RotationError(`no rotation is deployed here (${rotation.settings})`);
  const { account, steps } = wouldRotate(await readOne(session, rotation, user, clock), rotation, clock());
  if (steps.every(({ action }) => action !== 'rotate')) return { unchanged: linesOf({ user, steps }).join('\n') };
  const { DRY_RUN } = service.environment;
  return {
    what: [
      `Rotate ${user}, by the stack ${service.deployment.stack}.`,
      ...linesOf({ user, steps }),
      ...(DRY_RUN ? ['The deployment has dryRun=true: it says what it would do, and changes nothing.'] : []),
      place,
    ],
    carryOut: async () => finished(await rotateEach(service, [{ account, user }], WAITING)),
  };
}

async function byStep(session: Session, { settings }: Rotation, user: string, { clock, place }: Where): Promise<Change> {
  // Nobody is told by mail, so no step waits for that; a key in use is not deactivated before the longest time.
  const environment = environmentWith({ untold: 'proceed', whileInUse: 'hold' });
  const { due, next, go } = await stepByStep(session, user, { environment, clock });
  if (due.length === 0) return { unchanged: next.length === 0 ? 'Nothing is due.' : next.join('\n') };
  return {
    what: [
      `Take the step of ${user}'s rotation that is due.`,
      ...linesOf({ user, steps: due }),
      `No rotation looks after ${user}: there is none where these credentials are (${settings}), and no trace of one in this account.`,
      place,
    ],
    carryOut: async () => finished([await go()]),
  };
}

const WAITING = {
  now: Date.now,
  sleep: (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

const linesOf = ({ user, steps }: Pick<Rotated, 'user' | 'steps'>): string[] =>
  steps.map(({ action, keyId, outcome, successor, on, why }) =>
    [
      `${user}: ${action}${keyId === null ? '' : ` ${keyId}`} (${outcome})`,
      ...(successor === null ? [] : [`the new key is ${successor}`]),
      ...(on === null ? [] : [`the old key is disabled on ${on.slice(0, 10)}`]),
      why,
    ].join('; '),
  );

function finished(rotated: readonly Rotated[]): Done {
  const message = rotated.flatMap((one) => [...linesOf(one), ...one.failures]).join('\n');
  if (rotated.some(isIncomplete)) throw new RotationError(message);
  const issued = rotated.flatMap(({ steps }) => steps).find(({ successor }) => successor !== null);
  return {
    message,
    ...(issued?.successor != null && { access_key_id: issued.successor }),
    ...(issued?.secret != null && { stored_in: `Secrets Manager: ${issued.secret}` }),
  };
}
