import { createHash } from 'node:crypto';
import type { Kit } from '../kit/kit';
import type { LockStep } from './lock-step';

/** How old the state may be that a read shows, and how many of the reads show one. */
const LATE = { maxMs: 120_000, share: 0.5 };

/** A number below `most` that is the same for the same words. */
const drawn = (words: string, most: number): number => createHash('sha256').update(words).digest().readUInt32BE(0) % most;

/** Some of these, by seed; all of them when no `count` is given. */
export function someOf<T extends { name: string }>(all: readonly T[], seed: number, count = Infinity): T[] {
  const place = ({ name }: T): number => drawn(`${seed} ${name}`, 2 ** 32);
  return all.toSorted((a, b) => place(a) - place(b)).slice(0, count);
}

/** Lets reads be up to two minutes late while something runs: which ones, and by how much, is drawn from the seed. */
export async function withLateReads<T>({ sandbox }: Kit, seed: number, work: () => Promise<T>): Promise<T> {
  const { kernel } = sandbox;
  kernel.world.past.length = 0;
  kernel.world.reads = 0;
  kernel.settings.lag = { seed, ...LATE };
  try {
    return await work();
  } finally {
    kernel.settings.lag = undefined;
  }
}

/** Takes the calls of invocations in an order that is drawn from the seed, until all have ended; gives that order. */
export async function takeInOrderOf(seed: number, step: LockStep): Promise<string[]> {
  const path: string[] = [];
  for (let choices = step.choices(); choices.length > 0; choices = step.choices()) {
    const next = choices[drawn(`${seed} ${path.length}`, choices.length)]!;
    path.push(next);
    await step.take(next);
  }
  return path;
}
