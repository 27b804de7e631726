import type { AccountMemory, KeyMemory } from '../../../../lambda/rotator/memory/account-memory';
import { daysAgo, midnightIn, NOW, OLD } from '../../../helpers/facts';

/** What is remembered of a key of alice's of 95 days that a run saw yesterday, changed by what is given. */
export const keyMemory = (more: Partial<KeyMemory> = {}): KeyMemory => ({
  user: 'alice',
  created: daysAgo(95).toISOString(),
  active: true,
  seen: daysAgo(1).toISOString(),
  ...more,
});

/** A memory of these keys; of one unless given. */
export const memoryOf = (keys: Record<string, KeyMemory> = { [OLD]: keyMemory() }, more: Partial<AccountMemory> = {}): AccountMemory => ({
  version: 1,
  keys,
  ...more,
});

/** A promise given so many days ago, of a step in so many days. */
export const promise = (ago: number, inSoMany: number) => ({ at: daysAgo(ago).toISOString(), on: midnightIn(inSoMany).toISOString() });

export const today = NOW.toISOString();
