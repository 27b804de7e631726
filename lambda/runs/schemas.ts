import * as z from 'zod';
import type { RunManifest } from './results';

const failure = z.object({ user: z.string().optional(), step: z.string(), error: z.string(), message: z.string() });

/** Only what a summary needs, so that a result of a newer or older version still counts. */
const accountResult = z.object({
  account: z.object({ id: z.string(), name: z.string() }),
  dryRun: z.boolean(),
  status: z.enum(['succeeded', 'partial', 'failed']),
  usersSeen: z.number(),
  users: z.array(
    z.object({
      user: z.string(),
      actions: z.array(
        z.object({
          action: z.string(),
          keyId: z.string().optional(),
          reason: z.string(),
          outcome: z.enum(['done', 'planned', 'failed', 'deferred']),
        }),
      ),
    }),
  ),
  failures: z.array(failure),
  left: z.array(z.string()),
  mails: z.array(z.object({ outcome: z.enum(['sent', 'failed']) })),
});

const runManifest = z.object({
  runId: z.string(),
  startedAt: z.iso.datetime(),
  dryRun: z.boolean(),
  forceRotate: z.string().optional(),
  accounts: z.array(z.object({ id: z.string(), name: z.string(), email: z.string() })),
  skipped: z.array(z.object({ account: z.string(), name: z.string(), reason: z.string() })),
  failed: z.array(z.object({ account: z.string(), error: z.string(), message: z.string() })),
});

/** What the summary takes from one account's result. */
export type StoredResult = z.output<typeof accountResult>;

function parse<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  return schema.parse(JSON.parse(text));
}

/** Reads an account's result; throws when the text is not one. */
export const parseResult = (text: string): StoredResult => parse(accountResult, text);

/** Reads a run's manifest; throws when the text is not one. */
export function parseManifest(text: string): RunManifest {
  const { forceRotate, ...manifest } = parse(runManifest, text);
  return forceRotate === undefined ? manifest : { ...manifest, forceRotate };
}
