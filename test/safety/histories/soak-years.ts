import { removeAtEnd } from '../../../cli/base/ending';
import { EXIT, type ExitCode } from '../../../cli/base/exit-codes';
import { provideAssemblies } from '../../helpers/sandbox-assemblies';
import { Histories, type Checking, type Survived } from './check';

import { MAX_SEED } from './seeds';

/** A failing story is made shorter for about five minutes. */
const SHORTEN_FOR_DAYS = 30_000;
/** Stories that are told between two looks at the watch. */
const AT_ONCE = 10;
const MINUTE_MS = 60_000;

const line = ({ stories, days, runs, faults, deaths, steps }: Survived): string =>
  `${stories} stories, ${days} days, ${runs} runs, ${steps} steps, ${faults} faulty calls, ${deaths} deaths of the rotator`;

/** Which stories are told, and for how long. */
export interface Soaking {
  minutes: number;
  /** In place of minutes. */
  days?: number;
  /** The first story; a random one when absent. */
  seed?: number;
}

/** Tells one story after the other, until the time is over or one fails. */
export async function soak({ minutes, days, seed: first = Math.floor(Math.random() * MAX_SEED) }: Soaking): Promise<ExitCode> {
  const until = Date.now() + minutes * MINUTE_MS;
  process.stdout.write(`random years from seed ${first} on, for ${days === undefined ? `${minutes} minutes` : `${days} days`}\n`);
  await provideAssemblies();
  const histories = await Histories.open();
  removeAtEnd(() => histories.stop());
  let lived = 0;
  const checking: Checking = {
    shortenForDays: SHORTEN_FOR_DAYS,
    onStory: (survived) => {
      lived = survived.days;
      if (process.stdout.isTTY) process.stdout.write(`\r${line(survived)}`);
    },
    onFailure: (what) => process.stderr.write(`${what}\n`),
  };
  const goesOn = (): boolean => (days === undefined ? Date.now() < until : lived < days);
  try {
    for (let seed = first; goesOn(); seed += 1) {
      const { survived, failure } = await histories.check(seed, AT_ONCE, checking);
      if (failure !== undefined) {
        process.stderr.write(`${failure}\n`);
        return EXIT.bad;
      }
      process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}survived to seed ${seed}: ${line(survived)}\n`);
    }
    return EXIT.fine;
  } finally {
    await histories.stop();
  }
}
