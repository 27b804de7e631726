import type { Figures } from './table';

/** Tells somebody who waits how far a part is. */
export interface Steps {
  /** Announces so many steps. */
  begin(steps: number): void;
  /** One step begins. */
  step(what: string): void;
}

/** What a part measures with. */
interface BenchContext {
  /** The synthesized, enforcing app. */
  assembly: string;
  /** Users of an account, one measurement each. */
  users: readonly number[];
  /** Accounts of an organization, one measurement each. */
  accounts: readonly number[];
  /** The most runs that a median is taken of. */
  runs: number;
  /** Added to every API call, in milliseconds. */
  latencyMs: number;
  progress: Steps;
}

/** What a part found: tables for people, the same and more for programs. */
export interface PartResult {
  tables: Figures[];
  data: unknown;
}

/** How one thing is measured. */
export interface Measuring {
  measure(context: BenchContext): Promise<PartResult>;
}

/** One thing that is measured. */
export interface Part extends Measuring {
  name: string;
  /** What it answers, in one line. */
  title: string;
  /** Left out unless it is named or everything is asked for, because it takes long. */
  long?: true;
}

/** A median of fewer runs is good enough once they have taken this long together. */
const ENOUGH_MS = 20_000;

/** Runs `work` until it has run so many times or for long enough, at least once; gives the answers. */
export async function repeat<T>(runs: number, work: (run: number) => Promise<T>): Promise<T[]> {
  const began = performance.now();
  const answers: T[] = [];
  do answers.push(await work(answers.length));
  while (answers.length < runs && performance.now() - began < ENOUGH_MS);
  return answers;
}
