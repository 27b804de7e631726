import { appendFileSync, mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

const OUT = resolve(__dirname, '..', '..', '..', 'out');

/**
 * Prints how much a suite did, `safety: 212 interruption points`, and appends it to out/safety-counts.json: one JSON object per line, of
 * which the last of each suite and `what` counts; suites that run side by side add up.
 */
export function reportCount(what: string, count: number): void {
  const suite = basename(expect.getState().testPath ?? 'unknown', '.test.ts');
  process.stdout.write(`safety: ${count} ${what}\n`);
  mkdirSync(OUT, { recursive: true });
  appendFileSync(join(OUT, 'safety-counts.json'), `${JSON.stringify({ suite, what, count, at: new Date().toISOString() })}\n`);
}
