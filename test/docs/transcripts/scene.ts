import type { CallRecord, PolicyDocument } from '../../../sandbox/kernel/world';

/** Where the commands of a section are run, one after the other. */
interface Scene {
  /** Keys of the users of the page, for transcripts that are written anew: `KEY-OF-build` is the first of build, `KEY-OF-build2` the second. */
  keys: Readonly<Record<string, string>>;
  /** What a line of the page shows: a command, or, after `>`, the tool that a model calls. */
  run: (line: string) => Promise<string>;
  /** Every call so far of whoever has just the policy beside the commands. */
  calls: () => CallRecord[];
  end?: () => Promise<void>;
}

/** Makes a scene in which the operator has just this policy. */
export type MakeScene = (policy: PolicyDocument | undefined) => Promise<Scene>;

/** The words of a command as a shell splits them. */
export const wordsOf = (command: string): string[] =>
  [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));

/** The calls of a user. */
export const callsOf = (calls: readonly CallRecord[], user: string): CallRecord[] =>
  calls.filter(({ principal }) => principal.endsWith(`:user/${user}`));
