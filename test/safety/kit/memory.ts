import * as z from 'zod';
import type { Kit } from './kit';

const told = z.object({ on: z.string(), at: z.string() });
const memory = z.object({
  keys: z.record(
    z.string(),
    z.object({
      told: z.object({ disable: told.optional(), delete: told.optional() }).optional(),
      issued: z.boolean().optional(),
      fetched: z.string().optional(),
      putOff: z.object({ times: z.number() }).optional(),
    }),
  ),
});

/** What a rotator remembers of one key, as far as later runs act on it. */
export type KeyMemory = z.output<typeof memory>['keys'][string];

/** What rotators remember of an account's keys; a run of an account of which nothing is remembered reads every user. */
export function memoryOf({ sandbox, org }: Kit, account: string): Readonly<Record<string, KeyMemory>> | undefined {
  for (const { objects } of sandbox.kernel.account(org.central.id).buckets.values()) {
    const object = objects.get(`memory/${account}.json`);
    if (object) return memory.parse(JSON.parse(Buffer.from(object.body).toString('utf8'))).keys;
  }
  return undefined;
}
