import { buildCommand } from '@stricli/core';
import { runProgram, working } from '../../../cli/base/program';
import { wholeNumber } from '../../../cli/base/values';
import { MAX_SEED } from './seeds';
import type * as Work from './soak-years';
import type { Soaking } from './soak-years';

const MAX_MINUTES = 10_080;
const MAX_DAYS = 100_000_000;

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
  // The sandbox is loaded for work, not for help.
  func: working('no story was told', (asked: Soaking) => (require('./soak-years') as typeof Work).soak(asked)),
});

void runProgram('npm run test:soak --', command);
