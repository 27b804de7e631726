import * as z from 'zod';
import { once, type Parsed } from '../shared/once';

const undelivered = once(() =>
  z.object({
    /** SES's id of the mail. */
    id: z.string(),
    /** SES's name of what became of it: `Reject`, `Rendering Failure` or `Bounce`. */
    kind: z.string(),
    /** Why, as SES or the recipient's mail server says it; may be empty. */
    reason: z.string(),
    to: z.array(z.string()),
    /** When SES took it, ISO 8601. */
    sent: z.string(),
  }),
);

/** A mail that SES accepted and did not deliver, as it is recorded in the results bucket. */
export type Undelivered = Parsed<typeof undelivered>;

/** Reads such a record; throws when the text is none. */
export const parseUndelivered = (text: string): Undelivered => undelivered().parse(JSON.parse(text));
