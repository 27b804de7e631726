import { buildCommand } from '@stricli/core';
import { removeAtEnd } from '../../../cli/base/ending';
import { EXIT, type ExitCode } from '../../../cli/base/exit-codes';
import { runProgram, working } from '../../../cli/base/program';
import { wholeNumber } from '../../../cli/base/values';
import { provideAssemblies } from '../../helpers/sandbox-assemblies';
import { Histories, type Checking, type Survived } from './check';

/** A failing story is made shorter for about five minutes. */
const SHORTEN_FOR_DAYS = 30_000;
/** Stories that are told between two looks at the watch. */
const AT_ONCE = 10;
const MINUTE_MS = 60_000;
const MAX_MINUTES = 10_080;
const MAX_SEED = 2 ** 31 - 1;
const MAX_DAYS = 100_000_000;

const line = ({ stories, days, runs, faults, deaths, steps }: Survived): string =>
  `${stories} stories, ${days} days, ${runs} runs, ${steps} steps, ${faults} faulty calls, ${deaths} deaths of the rotator`;

async function soak({
  minutes,
  days,
  seed: first = Math.floor(Math.random() * MAX_SEED),
}: {
  minutes: number;
  days?: number;
  seed?: number;
}): Promise<ExitCode> {
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

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (minutes > 0 && minutes <= MAX_MINUTES) return minutes;
  throw new Error(`"${text}" must be a number above 0, at most ${MAX_MINUTES}`);
}

const command = buildCommand({
  docs: {
    brief: 'random years, judged by the never-rules',
    fullDescription: `Lives through random years of random organizations, with faults and people, and judges them by the never-rules.

Exit code: 0 every story went well, 1 one did not and is told with its seed, 2 none could be told.`,
    customUsage: ['[--minutes <number> | --days <number>] [--seed <number>]'],
  },
  parameters: {
    flags: {
      minutes: { kind: 'parsed', parse: minutesOf, placeholder: 'number', default: '10', brief: 'how long; parts of minutes may be given' },
      days: {
        kind: 'parsed',
        parse: wholeNumber(1, MAX_DAYS),
        placeholder: 'number',
        optional: true,
        brief: 'how many days in place of how long',
      },
      seed: {
        kind: 'parsed',
        parse: wholeNumber(0, MAX_SEED),
        placeholder: 'number',
        optional: true,
        brief: 'the first story (default: a random one)',
      },
    },
  },
  func: working('no story was told', soak),
});

void runProgram('npm run test:soak --', command);
