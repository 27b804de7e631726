import * as z from 'zod';
import { sha256 } from './hash';
import { once, type Parsed } from '../shared/once';

const hash = once(() => z.string().regex(/^[0-9a-f]{64}$/));
/** `unknown` of what cannot be read. */
const mode = once(() => z.enum(['enforcing', 'dry run', 'unknown']));

const provenAccount = once(() =>
  z.object({
    /** Twelve digits. */
    account: z.string(),
    name: z.string(),
    mode: mode(),
    /** Of the object that is the account's result, as it is stored. */
    resultSha256: hash(),
    /** Its entity tag, by which a later invocation sees that another result took its place. */
    etag: z.string(),
    /** Actions and failures in it, and their hash; see RecordsHash. */
    records: z.int(),
    recordsSha256: hash(),
    /** Why nothing could be read from it; it counts no records then. */
    unreadable: z.string().exactOptional(),
  }),
);

const entry = once(() =>
  z.object({
    version: z.literal(1),
    /** Counts from 1, without a gap. */
    number: z.int().positive(),
    /** When it was written, ISO 8601. */
    at: z.iso.datetime(),
    /** `run`: the run's first entry; `late`: answers that came, or were replaced, after it. */
    kind: z.enum(['run', 'late']),
    runId: z.string(),
    /** ISO 8601. */
    startedAt: z.string(),
    mode: mode(),
    /** The user of a forced rotation. */
    forceRotate: z.string().exactOptional(),
    /** What was sent out: absent for late answers, for accounts rotated by hand, and when the manifest cannot be read. Ids of accounts. */
    sent: z
      .object({
        dispatched: z.int(),
        /** Those of which there was no answer when this was written. */
        silent: z.array(z.string()),
        notDispatched: z.array(z.string()),
        skipped: z.array(z.string()),
      })
      .exactOptional(),
    /** The answers that this entry proves. */
    accounts: z.array(provenAccount()),
    /** SHA-256 of the entry before, as it is stored; null for the first one. */
    previous: hash().nullable(),
  }),
);

const signature = once(() =>
  z.object({
    algorithm: z.literal('ECDSA_SHA_256'),
    /** ARN of the KMS key. */
    key: z.string(),
    /** Base64 of the signature (DER) of the text `signedText` makes of the entry's line. */
    signature: z.base64(),
  }),
);

/** One account's answer as the chain holds it. */
export type ProvenAccount = Parsed<typeof provenAccount>;
/** Whether a DryRun changed nothing. */
export type Mode = Parsed<typeof mode>;
/** One run's link in the evidence chain, or that of answers that came late. */
export type Entry = Parsed<typeof entry>;
/** That the holder of a key made an entry. */
export type Signature = Parsed<typeof signature>;

/** An entry as it was read. */
export interface StoredEntry {
  entry: Entry;
  /** The line that is signed. */
  line: string;
  signature?: Signature;
  /** Of the whole object; the next entry holds it. */
  sha256: string;
}

/** The line of an entry that is signed. */
export const entryLine = (content: Entry): string => JSON.stringify(content);

/** What is signed for an entry: the SHA-256 of its line, without the line end, in hexadecimal digits. KMS takes 4,096 bytes at most. */
export const signedText = (line: string): string => sha256(line);

/** An entry as it is stored: its line, and that of its signature. */
export const storedForm = (line: string, signed?: Signature): Buffer =>
  Buffer.from([line, ...(signed ? [JSON.stringify(signed)] : []), ''].join('\n'));

/** Reads an entry; throws when it is not exactly what `storedForm` writes. */
export function parseEntry(bytes: Buffer): StoredEntry {
  const text = bytes.toString('utf8');
  const [line = '', second = '', ...more] = text.split('\n');
  const content = entry().parse(JSON.parse(line));
  const signed = second === '' ? undefined : signature().parse(JSON.parse(second));
  const isWhole = more.every((rest) => rest === '') && storedForm(entryLine(content), signed).equals(bytes);
  if (!isWhole) throw new SyntaxError('it is not in the form in which entries are written');
  return { entry: content, line, ...(signed && { signature: signed }), sha256: sha256(bytes) };
}
