import { z } from 'zod';
import { RotationError } from '../../../lambda/shared/errors';
import { findKey } from '../../keys/operations/find-key';
import { shownKey } from '../../keys/operations/list-keys';
import { mayNameUser } from '../bounds';
import { reading } from '../tool';
import { keyIdInput, keyOutput, profileInput } from '../values';
import { keyShown } from '../words';

/** `aws_iam_get_access_key_last_used`. */
export const getAccessKeyLastUsed = reading({
  name: 'aws_iam_get_access_key_last_used',
  title: 'Say whose a key is, and when it was last used',
  description: 'Finds the user of an access key by its id, and says when, for which service and in which region the key was last used.',
  input: z.strictObject({ access_key_id: keyIdInput, profile: profileInput }),
  output: keyOutput,
  failure: 'could not look',
  work: async ({ access_key_id, profile }, { bounds, clock, withSession }) =>
    withSession(profile, async (session) => {
      const { user, key } = await findKey(session, access_key_id);
      if (!mayNameUser(bounds, user)) {
        throw new RotationError(
          `${access_key_id} belongs to none of the users that this server was started for (${bounds.users?.join(', ') ?? ''})`,
        );
      }
      return keyShown(shownKey(user, key, clock()));
    }),
});
