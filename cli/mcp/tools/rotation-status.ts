import { z } from 'zod';
import { userStatus } from '../../rotation/operations/status';
import { assertUser } from '../bounds';
import { auditedKey, forecastEntry } from '../rotation';
import { reading } from '../tool';
import { profileInput, userNameInput } from '../values';

/** `rotation_status`. */
export const rotationStatus = reading({
  name: 'rotation_status',
  title: 'Say where a user stands in the rotation',
  description:
    "Says of an IAM user: their keys, what the rotation remembers and will do when, where their secret is and whether it was fetched, and who is told. The secret's value is not read.",
  input: z.strictObject({ user_name: userNameInput, profile: profileInput }),
  output: z.object({
    user: z.string(),
    arn: z.string(),
    account: z.string(),
    at: z.string(),
    owner: z.string().nullable(),
    exempt: z.string().nullable().describe('why the rotation leaves the user alone'),
    keys: z.array(auditedKey),
    secret: z.looseObject({ name: z.string(), state: z.string(), current: z.string().nullable(), fetched: z.string().nullable() }),
    next: z.array(forecastEntry),
    remembered: z.array(z.looseObject({ keyId: z.string() })),
    tags: z.record(z.string(), z.string()),
    told: z.array(z.string()),
    settings: z.string().describe("where the rotation's settings are from"),
    notes: z.array(z.string()),
  }),
  failure: 'could not look',
  work: async ({ user_name, profile }, { bounds, clock, rotationFor, withSession }) => {
    assertUser(bounds, user_name);
    return withSession(profile, async (session, access) => {
      const status = await userStatus(session, await rotationFor(access), user_name, clock);
      return { ...status, remembered: status.remembered.map((one) => ({ ...one })), secret: { ...status.secret } };
    });
  },
});
