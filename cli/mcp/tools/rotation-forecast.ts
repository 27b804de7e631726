import { z } from 'zod';
import { forecast } from '../../rotation/operations/forecast';
import { readAccounts } from '../../rotation/operations/read-accounts';
import { mayNameUser } from '../bounds';
import { first, forecastEntry } from '../rotation';
import { reading } from '../tool';
import { profileInput } from '../values';

const DAYS_AHEAD = 120;
const MOST_DAYS = 366;

/** `rotation_forecast`. */
export const rotationForecast = reading({
  name: 'rotation_forecast',
  title: 'Say what the rotation will do, and when',
  description:
    'Plays the runs of the coming days on every user of the account, by the plan that the rotation itself carries out: each action with its day and reason, as long as people change nothing. Takes a while in large accounts.',
  input: z.strictObject({
    days: z.number().int().min(1).max(MOST_DAYS).default(DAYS_AHEAD).describe('how far to look ahead'),
    profile: profileInput,
  }),
  output: z.object({
    account: z.string(),
    from: z.string(),
    until: z.string(),
    actions: z.number(),
    entries: z.array(forecastEntry),
    left_out: z.number(),
    unread: z.array(z.object({ user: z.string(), reason: z.string() })),
    settings: z.string(),
    notes: z.array(z.string()),
  }),
  failure: 'could not forecast',
  work: async ({ days, profile }, { bounds, clock, rotationFor, withSession }) =>
    withSession(profile, async (session, access) => {
      const rotation = await rotationFor(access);
      const { account } = await session.whoAmI();
      const { accounts } = await readAccounts([{ id: account, enter: () => Promise.resolve(session) }], rotation, clock);
      const { from, until, entries, notes } = forecast(
        accounts,
        rotation.environment,
        { from: clock(), days },
        accounts.flatMap((one) => one.notes),
      );
      const named = entries.filter(({ user }) => mayNameUser(bounds, user));
      const unread = accounts.flatMap((one) => one.unread).filter(({ user }) => mayNameUser(bounds, user));
      return { account, from, until, actions: named.length, ...first(named), unread, settings: rotation.settings, notes };
    }),
});
