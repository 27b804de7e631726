import * as fs from 'node:fs';
import { answerOf } from './answer';
import { answerOfApi, isFetchDue, parseApiState } from './api-state';
import { isLookDue } from './pace';
import { placesOf, privateFileOf } from './places';
import { parseState } from './state';

/** The arguments with which programs start us, as `--init` writes them. */
const ASKED = ['credentials', '--profile'] as const;

/**
 * Answers a program whose key is at hand and not due for a look, and says whether it did. It is a file of its own that loads nothing,
 * because it runs before every call of the `aws` command line; everything else is left to the whole program: other arguments, a terminal,
 * a file that others can read.
 */
export function answerAtOnce(args: readonly string[]): boolean {
  const [command, option, profile] = args;
  if (args.length !== 3 || command !== ASKED[0] || option !== ASKED[1] || profile === undefined) return false;
  try {
    // Only what has an end on the other side is safe: a terminal shows, and keeps, what it gets.
    const out = fs.fstatSync(1);
    if (out.isCharacterDevice()) return false;
    const path = privateFileOf(placesOf(process.env).own, profile);
    if (process.platform !== 'win32' && (fs.statSync(path).mode & 0o077) !== 0) return false;
    const answer = answerOfFile(fs.readFileSync(path, 'utf8'), profile, Date.now());
    if (answer === undefined) return false;
    fs.writeSync(1, `${answer}\n`);
    return true;
  } catch {
    return false;
  }
}

/** Undefined where somebody has to be asked first, or the file is another one. */
function answerOfFile(text: string, profile: string, now: number): string | undefined {
  const api = parseApiState(text, profile);
  if (api) return isFetchDue(api, now) ? undefined : answerOfApi(api, now);
  const state = parseState(text, profile);
  return state?.home !== 'private' || isLookDue(state, now) ? undefined : answerOf(state, now);
}
