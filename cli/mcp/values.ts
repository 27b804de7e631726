import { z } from 'zod';
import { accessKeyId, userName } from '../keys/values';

/** Takes what a reader of the command line takes, with its messages. */
const readBy =
  (read: (text: string) => string) =>
  (text: string, context: z.RefinementCtx): void => {
    try {
      read(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    }
  };

/** The name of an IAM user. */
export const userNameInput = z.string().superRefine(readBy(userName)).describe("the IAM user's name, not its ARN");

/** The id of an access key. */
export const keyIdInput = z.string().superRefine(readBy(accessKeyId)).describe('the id of the access key, AKIA…');

/** The profile whose credentials are used. */
export const profileInput = z
  .string()
  .optional()
  .describe('a profile of ~/.aws/config or ~/.aws/credentials; the credentials that the server was started with when it is not given');

/** An access key as tools show it. */
export const keyOutput = z.object({
  user_name: z.string(),
  access_key_id: z.string(),
  status: z.enum(['Active', 'Inactive']),
  created_at: z.string(),
  age_days: z.number(),
  last_used: z
    .object({ at: z.string(), service: z.string(), region: z.string() })
    .nullable()
    .describe('null: AWS says that it was never used; a first use shows some hours late'),
});
