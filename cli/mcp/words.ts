import type { z } from 'zod';
import type { Identity } from '../base/access';
import { useInWords, type ShownKey } from '../keys/operations/list-keys';
import type { keyOutput } from './values';

/** A key as tools show it. */
export const keyShown = ({ user, keyId, status, created, ageDays, lastUsed }: ShownKey): z.infer<typeof keyOutput> => ({
  user_name: user,
  access_key_id: keyId,
  status,
  created_at: created,
  age_days: ageDays,
  last_used: lastUsed ?? null,
});

/** A key in a sentence's part, with what says whether somebody needs it. */
export const keyInWords = (key: ShownKey): string => `${key.keyId} (${key.status}, ${key.ageDays} days old, ${useInWords(key)})`;

/** What other keys a user has, as a sentence. */
export const othersInWords = (user: string, others: readonly ShownKey[]): string =>
  others.length === 0 ? `${user} has no other access key.` : `Beside it, ${user} has ${others.map(keyInWords).join(' and ')}.`;

/** Where a change happens, and as whom. */
export const placeInWords = ({ account, arn }: Identity, profile: string | undefined): string =>
  `In account ${account}, as ${arn}${profile === undefined ? '' : ` (profile ${profile})`}.`;
