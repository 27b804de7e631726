import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entryFile, entryNumber } from '../../lambda/chain/chain-store';
import { parseEntry, signedText, type StoredEntry } from '../../lambda/chain/entry';
import { sha256 } from '../../lambda/chain/hash';
import { errorFacts } from '../../lambda/shared/errors';
import { FILES } from './pack-files';

/** An entry of the pack as far as it tells whether it is as it was written. */
interface Seen {
  number: number;
  /** Of the file. */
  sha256: string;
  /** Undefined of a file that is no entry. */
  previous: string | null | undefined;
  isSigned: boolean;
  /** Undefined when it is not signed, or there is no key to look by. */
  isGenuine?: boolean;
  /** What the signature says of the key that made it; only the next entry proves that. */
  signer?: string;
}

/** What the chain of a pack is. */
export interface ChainVerdict {
  /** What was changed, taken away or forged, one sentence each. */
  wrong: string[];
  /** True of everything that is not as wished and no proof of a change. */
  notes: string[];
  first?: number;
  last?: number;
  /** When the newest entry was written. */
  until?: string;
  /** The key that signed the newest entry, and the fingerprint of the public key that it was verified by. */
  signed?: { key: string; fingerprint: string };
}

/** The SHA-256 of a public key in its standard form (DER). */
const fingerprintOf = (key: KeyObject): string => sha256(key.export({ type: 'spki', format: 'der' }));

/** Reads a public key; undefined when there is none. */
export async function readKey(file: string): Promise<KeyObject | undefined> {
  try {
    return createPublicKey(await readFile(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Looks at every entry of a pack, one after the other, and gives each that is one to `take`, in the order of the chain. `given` is the
 * key that must have signed; the one in the pack does when it is absent.
 */
export async function checkChain(
  folder: string,
  keys: { given?: KeyObject; own?: KeyObject },
  take: (stored: StoredEntry) => void,
): Promise<ChainVerdict> {
  const files = (await readdir(join(folder, FILES.chain))).toSorted();
  const verdict: ChainVerdict = {
    wrong: files.flatMap((file) => (entryNumber(file) === undefined ? [`chain/${file} is no file of the chain`] : [])),
    notes: [],
  };
  const key = keys.given ?? keys.own;
  const places = await placesOf(folder, files, verdict);
  const seen: Seen[] = [];
  let newest: StoredEntry | undefined;
  for (const [number, file] of [...places].toSorted(([a], [b]) => a - b)) {
    const bytes = await readFile(join(folder, FILES.chain, file));
    const stored = entryOf(bytes);
    seen.push(seenOf(number, bytes, stored, key));
    if (!stored) continue;
    newest = stored;
    take(stored);
  }
  verdict.wrong.push(...gaps(seen), ...changed(seen));
  const [first, last] = [seen[0]?.number, seen.at(-1)?.number];
  Object.assign(verdict, first !== undefined && { first }, last !== undefined && { last }, newest && { until: newest.entry.at });
  judgeSignatures(verdict, seen, keys, newest);
  return verdict;
}

function entryOf(bytes: Buffer): StoredEntry | undefined {
  try {
    return parseEntry(bytes);
  } catch {
    return undefined;
  }
}

/** Which file holds which entry, by what it says itself; names what is not in its place. */
async function placesOf(folder: string, files: readonly string[], verdict: ChainVerdict): Promise<Map<number, string>> {
  const places = new Map<number, string>();
  for (const file of files) {
    const number = entryNumber(file);
    if (number === undefined) continue;
    const bytes = await readFile(join(folder, FILES.chain, file));
    let says: number = number;
    try {
      says = parseEntry(bytes).entry.number;
    } catch (cause) {
      const { message } = errorFacts(cause);
      verdict.wrong.push(`chain/${file} was changed: it is no entry any more (${message.replace(/\s+/g, ' ').slice(0, 200)})`);
    }
    if (says !== number) verdict.wrong.push(`chain/${file} holds entry ${says}: entries were exchanged or renamed`);
    if (places.has(says)) verdict.wrong.push(`entry ${says} is there twice: chain/${places.get(says) ?? ''} and chain/${file}`);
    else places.set(says, file);
  }
  return places;
}

function seenOf(number: number, bytes: Buffer, stored: StoredEntry | undefined, key: KeyObject | undefined): Seen {
  const { signature, line, entry } = stored ?? {};
  const isSigned = signature !== undefined;
  const base = { number, sha256: sha256(bytes), previous: entry?.previous, isSigned };
  if (!signature || line === undefined || !key) return base;
  return {
    ...base,
    signer: signature.key,
    isGenuine: verify('sha256', Buffer.from(signedText(line)), key, Buffer.from(signature.signature, 'base64')),
  };
}

const gaps = (seen: readonly Seen[]): string[] =>
  seen.flatMap(({ number }, place) => {
    const before = seen[place - 1]?.number;
    if (before === undefined || before === number - 1) return [];
    const missing = before + 1 === number - 1 ? `entry ${number - 1} is` : `entries ${before + 1} to ${number - 1} are`;
    return [`${missing} missing: the chain goes from entry ${before} to entry ${number}`];
  });

/** Which entries are not what those after them were written after. */
function changed(seen: readonly Seen[]): string[] {
  return seen.flatMap((entry, place) => {
    const next = seen[place + 1];
    if (next?.number !== entry.number + 1 || next.previous === undefined || next.previous === entry.sha256) return [];
    const after = seen[place + 2];
    const nextIsChanged = after?.number === next.number + 1 && after.previous !== undefined && after.previous !== next.sha256;
    // The one after it was changed, and is named for itself.
    if (nextIsChanged && entry.isGenuine === true) return [];
    const one = `${FILES.chain}/${entryFile(entry.number)}`;
    const isSure = !nextIsChanged && (after !== undefined || next.isGenuine === true);
    return [
      isSure
        ? `${one} was changed: entry ${next.number} was written after another one`
        : `${one} was changed, or what ${FILES.chain}/${entryFile(next.number)} says of it`,
    ];
  });
}

function judgeSignatures(
  verdict: ChainVerdict,
  seen: readonly Seen[],
  keys: { given?: KeyObject; own?: KeyObject },
  newest: StoredEntry | undefined,
): void {
  const key = keys.given ?? keys.own;
  const last = seen.at(-1);
  if (keys.given && keys.own && fingerprintOf(keys.given) !== fingerprintOf(keys.own))
    verdict.wrong.push(`${FILES.publicKey} is another key than the one of --public-key`);
  for (const { number, isGenuine } of seen)
    if (isGenuine === false)
      verdict.wrong.push(`the signature of entry ${number} is forged, the entry was changed, or another key signed it`);
  if (!last) return;
  const other = seen.findLast(({ isGenuine, signer }) => isGenuine === true && signer !== last.signer);
  if (last.isGenuine === true && other)
    verdict.wrong.push(
      `entry ${last.number} says that ${last.signer ?? ''} signed it, entry ${other.number} names ${other.signer ?? ''}, and both are signed by one key: a name was changed, or the setting evidenceKey was`,
    );
  if (last.isSigned && !key)
    verdict.wrong.push(`the newest entry is signed, but ${FILES.publicKey} is missing: give the key as --public-key`);
  if (last.isSigned && key && last.isGenuine === true && newest?.signature)
    verdict.signed = { key: newest.signature.key, fingerprint: fingerprintOf(key) };
  if (last.isSigned) return;
  const signed = seen.findLast(({ isSigned }) => isSigned)?.number;
  if (signed !== undefined || key)
    verdict.wrong.push(
      `the newest entry, ${last.number}, is not signed${signed === undefined ? '' : `, entry ${signed} is`}: its signature was taken away, or the setting evidenceKey was`,
    );
  else verdict.notes.push('The chain is not signed: it shows what was changed in part, not that all of it was written anew.');
}
