import { nodeDisk } from './disk';
import { placesOf } from './places';
import type { Surroundings } from './profile';
import { sdkAws } from './sdk';

/** The machine, the person and the AWS that this process works with. */
export const here = (profile?: string): Surroundings => ({
  disk: nodeDisk,
  places: placesOf(process.env),
  aws: sdkAws(profile === undefined ? {} : { profile }),
  now: () => Date.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
});

/** Says on the standard error what a person must know, one line each. */
export function tell(lines: readonly string[]): void {
  for (const line of lines) process.stderr.write(`iam-keys: ${line.replaceAll(/\s+/g, ' ')}\n`);
}
