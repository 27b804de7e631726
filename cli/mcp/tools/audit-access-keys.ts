import { z } from 'zod';
import { audit } from '../../rotation/operations/audit';
import { readAccounts } from '../../rotation/operations/read-accounts';
import { mayNameUser } from '../bounds';
import { auditedKey, first } from '../rotation';
import { reading } from '../tool';
import { profileInput } from '../values';

const days = z.number().int().min(1).max(10_000).optional();

/** `audit_access_keys`. */
export const auditAccessKeys = reading({
  name: 'audit_access_keys',
  title: "Audit an account's access keys",
  description:
    'Reads every user of the account and names the keys that need something: those of which a step is due or, with a limit, active ones that are older or unused for longer. Takes a while in large accounts.',
  input: z.strictObject({
    older_than_days: days.describe('active keys of this age or more'),
    unused_for_days: days.describe('active keys that nobody has used for so long'),
    profile: profileInput,
  }),
  output: z.object({
    account: z.string(),
    users: z.number(),
    keys: z.number(),
    found: z.number().describe('keys that are due, or beyond a limit'),
    entries: z.array(auditedKey.extend({ owner: z.string().nullable(), exempt: z.string().nullable() })),
    left_out: z.number().describe('of those found'),
    unread: z.array(z.object({ user: z.string(), reason: z.string() })),
    settings: z.string(),
    notes: z.array(z.string()),
  }),
  failure: 'could not audit',
  work: async ({ older_than_days, unused_for_days, profile }, { bounds, clock, rotationFor, withSession }) =>
    withSession(profile, async (session, access) => {
      const rotation = await rotationFor(access);
      const { account } = await session.whoAmI();
      const read = await readAccounts([{ id: account, enter: () => Promise.resolve(session) }], rotation, clock);
      const limits = {
        ...(older_than_days !== undefined && { olderThan: { unit: 'days' as const, days: older_than_days } }),
        ...(unused_for_days !== undefined && { unusedFor: { unit: 'days' as const, days: unused_for_days } }),
      };
      const isLimited = Object.keys(limits).length > 0;
      const { accounts, settings, notes } = audit(read, rotation.environment, { limits, now: clock(), settings: rotation.settings });
      const users = accounts.flatMap((one) => one.users).filter(({ user }) => mayNameUser(bounds, user));
      const keys = users.flatMap(({ owner, exempt, keys }) => keys.map((key) => ({ ...key, owner, exempt })));
      const found = keys.filter(({ due, beyond }) => (isLimited ? beyond.length > 0 : due));
      const unread = accounts.flatMap((one) => one.unread).filter(({ user }) => mayNameUser(bounds, user));
      return { account, users: users.length, keys: keys.length, found: found.length, ...first(found), unread, settings, notes };
    }),
});
