import { z } from 'zod';
import { createIntoSecret, graceOf, planCreate } from '../../keys/operations/create-key';
import type { Session } from '../../keys/session';
import { placeOf } from '../../rotation/open-place';
import type { Rotation } from '../../rotation/service';
import { assertUser } from '../bounds';
import { createIntoProfile, ownProfile, type OwnProfile } from '../own-profile';
import { changing, type Change } from '../tool';
import { profileInput, userNameInput } from '../values';
import { keyInWords, placeInWords } from '../words';

/** `aws_iam_create_access_key`. */
export const createAccessKey = changing({
  name: 'aws_iam_create_access_key',
  title: 'Create a key, stored where only its user reads it',
  description:
    "Creates an access key for an IAM user and stores it: in the profile's section of the credentials file when the profile holds a key of that very user, else in the user's secret in Secrets Manager. The place is proven writable before there is a key. Answers with where the key is; its secret is never shown.",
  input: z.strictObject({ user_name: userNameInput, profile: profileInput }),
  failure: 'no key was created',
  annotations: { destructiveHint: false, idempotentHint: false },
  plan: async ({ user_name, profile }, session, { bounds, clock, rotationFor }, access) => {
    assertUser(bounds, user_name);
    const identity = await session.whoAmI();
    const place = placeInWords(identity, profile);
    const own = ownProfile(profile, user_name, identity);
    if (own) return intoProfile(own, user_name, { place, region: access.region });
    return intoSecret(session, user_name, { place, rotation: await rotationFor(access), now: clock() });
  },
});

const intoProfile = (own: OwnProfile, user: string, { place, region }: { place: string; region: string | undefined }): Change => ({
  what: [
    `Create an access key for ${user}, and write it into ${own.file}, profile ${own.profile}, in place of ${own.keyId}.`,
    `${own.keyId} stays active. A successor of it that the rotation has stored is taken instead of a new key, and a key that an interrupted start left behind, and nobody has, is removed.`,
    place,
  ],
  carryOut: async () => {
    const { keyId, done } = await createIntoProfile(own, region);
    return {
      message: `${keyId} of ${user} is in ${own.file}, profile ${own.profile} (${done}). Programs that run still use ${own.keyId}; deactivate it once nothing does.`,
      access_key_id: keyId,
      stored_in: `${own.file}, profile ${own.profile}`,
    };
  },
});

interface Where {
  place: string;
  rotation: Rotation;
  now: Date;
}

async function intoSecret(session: Session, userName: string, { place, rotation, now }: Where): Promise<Change> {
  const secretPlace = await placeOf(session, userName, rotation);
  const plan = await planCreate(session, userName, now, { place: secretPlace });
  const { user, secret, superseded, lost } = plan;
  return {
    what: [
      `Create an access key for ${user.name}, and store it in the secret ${secret}.`,
      ...(lost ? [`Before that, delete ${lost.keyId}, which an interrupted command or run left behind, and nobody has.`] : []),
      ...superseded.map((key) => `It replaces ${keyInWords(key)}. ${graceOf(secretPlace)}`),
      place,
    ],
    carryOut: async () => {
      const { keyId, leftover } = await createIntoSecret(session, plan, secretPlace);
      const next = `${user.name} reads it with the key that they have: aws secretsmanager get-secret-value --secret-id '${secret}'. Do not read it for them`;
      return {
        message: `${keyId} of ${user.name} is stored in the secret ${secret}. ${next}.${leftover === undefined ? '' : ` ${leftover}`}`,
        access_key_id: keyId,
        stored_in: `Secrets Manager, account ${(await session.whoAmI()).account}: ${secret}`,
      };
    },
  };
}
