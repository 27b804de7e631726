import { z } from 'zod';
import { RotationError } from '../../../lambda/shared/errors';
import { assertDeletable, deleteKey } from '../../keys/operations/change-status';
import { shownKey } from '../../keys/operations/list-keys';
import { assertUser } from '../bounds';
import { keyOf } from '../key-of';
import { changing } from '../tool';
import { keyIdInput, profileInput, userNameInput } from '../values';
import { leftWithoutAKey } from '../without-a-key';
import { keyInWords, othersInWords, placeInWords } from '../words';

/** `aws_iam_delete_access_key`. */
export const deleteAccessKey = changing({
  name: 'aws_iam_delete_access_key',
  title: 'Delete an inactive key for good',
  description:
    'Deletes an inactive access key of an IAM user, for good. An active key is refused: deactivate it first, and see whether something misses it. So is one that programs used lately while no other key of the user is in use.',
  input: z.strictObject({ access_key_id: keyIdInput, user_name: userNameInput, profile: profileInput }),
  failure: 'nothing was deleted',
  annotations: { destructiveHint: true, idempotentHint: true },
  plan: async ({ access_key_id, user_name, profile }, session, { bounds, clock }) => {
    assertUser(bounds, user_name);
    const found = await keyOf(session, user_name, access_key_id);
    assertDeletable(found);
    const now = clock();
    const reason = leftWithoutAKey(found, now);
    if (reason !== undefined) throw new RotationError(reason);
    const [key, others] = [shownKey(user_name, found.key, now), found.keys.filter(({ id }) => id !== access_key_id)];
    return {
      what: [
        `Delete the access key ${keyInWords(key)} of ${user_name}. This cannot be undone.`,
        othersInWords(
          user_name,
          others.map((other) => shownKey(user_name, other, now)),
        ),
        placeInWords(await session.whoAmI(), profile),
      ],
      carryOut: async () => {
        await deleteKey(session, found);
        return { message: `${access_key_id} of ${user_name} is deleted.`, access_key_id };
      },
    };
  },
});
