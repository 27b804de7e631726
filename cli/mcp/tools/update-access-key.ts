import { z } from 'zod';
import { RotationError } from '../../../lambda/shared/errors';
import { changeStatus } from '../../keys/operations/change-status';
import { shownKey } from '../../keys/operations/list-keys';
import { assertUser } from '../bounds';
import { keyOf } from '../key-of';
import { changing } from '../tool';
import { keyIdInput, profileInput, userNameInput } from '../values';
import { leftWithoutAKey } from '../without-a-key';
import { keyInWords, othersInWords, placeInWords } from '../words';

/** `aws_iam_update_access_key`. */
export const updateAccessKey = changing({
  name: 'aws_iam_update_access_key',
  title: 'Activate or deactivate a key',
  description:
    'Activates or deactivates an access key of an IAM user. Deactivating can be undone; it is refused while programs use the key and no other key of the user is in use.',
  input: z.strictObject({
    access_key_id: keyIdInput,
    status: z.enum(['Active', 'Inactive']),
    user_name: userNameInput,
    profile: profileInput,
  }),
  failure: 'nothing was changed',
  annotations: { destructiveHint: true, idempotentHint: true },
  plan: async ({ access_key_id, status, user_name, profile }, session, { bounds, clock }) => {
    assertUser(bounds, user_name);
    const found = await keyOf(session, user_name, access_key_id);
    if (found.key.status === status) return { unchanged: `${access_key_id} of ${user_name} is ${status} already.` };
    const now = clock();
    const reason = status === 'Inactive' ? leftWithoutAKey(found, now) : undefined;
    if (reason !== undefined) throw new RotationError(reason);
    const [key, others] = [shownKey(user_name, found.key, now), found.keys.filter(({ id }) => id !== access_key_id)];
    return {
      what: [
        `${status === 'Active' ? 'Activate' : 'Deactivate'} the access key ${keyInWords(key)} of ${user_name}.`,
        othersInWords(
          user_name,
          others.map((other) => shownKey(user_name, other, now)),
        ),
        placeInWords(await session.whoAmI(), profile),
      ],
      carryOut: async () => {
        await changeStatus(session, found, status);
        return { message: `${access_key_id} of ${user_name} is ${status} now.`, access_key_id };
      },
    };
  },
});
