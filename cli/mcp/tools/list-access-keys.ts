import { z } from 'zod';
import { listUsersKeys } from '../../keys/operations/list-keys';
import { assertUser } from '../bounds';
import { reading } from '../tool';
import { keyOutput, profileInput, userNameInput } from '../values';
import { keyShown } from '../words';

/** `aws_iam_list_access_keys`. */
export const listAccessKeys = reading({
  name: 'aws_iam_list_access_keys',
  title: "List a user's access keys",
  description: 'Lists the access keys of an IAM user: status, age, and when and for what each was last used. Secrets are never shown.',
  input: z.strictObject({ user_name: userNameInput, profile: profileInput }),
  output: z.object({ account: z.string(), user_name: z.string(), access_keys: z.array(keyOutput) }),
  failure: 'could not list',
  work: async ({ user_name, profile }, { bounds, clock, withSession }) => {
    assertUser(bounds, user_name);
    return withSession(profile, async (session) => {
      const { keys } = await listUsersKeys(session, user_name, clock());
      const { account } = await session.whoAmI();
      return { account, user_name, access_keys: keys.map(keyShown) };
    });
  },
});
