import type { Bucket } from '../sandbox/kernel/world';

/** What the rotator remembers of one key; more than a run writes by itself may be given. */
export interface RememberedKey {
  user: string;
  created: Date;
  active: boolean;
}

/** Where the rotator keeps what it remembers of an account, in the results bucket. */
export const memoryPath = (account: string): string => `memory/${account}.json`;

/** An object of a bucket that holds this text, as it is kept. */
export const objectOf = (text: string, modified: Date): Bucket['objects'] extends Map<string, infer O> ? O : never => ({
  body: Uint8Array.from(Buffer.from(text)),
  modified,
  metadata: {},
});

/** What a run remembers that saw these keys then, by id. */
export function memoryText(keys: Readonly<Record<string, RememberedKey>>, seen: Date, before: object = {}): string {
  const added = Object.entries(keys).map(([id, { created, ...key }]) => [
    id,
    { ...key, created: created.toISOString(), seen: seen.toISOString() },
  ]);
  return JSON.stringify({ version: 1, keys: { ...before, ...(Object.fromEntries(added) as object) } });
}
