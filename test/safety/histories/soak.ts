import { parseArgs } from 'node:util';
import { provideAssemblies } from '../../helpers/sandbox-assemblies';
import { Histories, type Survived } from './check';

const USAGE = 'npm run test:soak -- [--minutes <number, default 10>] [--seed <whole number, default random>]';
/** Stories that are told between two looks at the watch. */
const AT_ONCE = 10;

function readArguments(): { minutes: number; seed: number } {
  const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
  const minutes = Number(values.minutes);
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  if (!(minutes > 0)) throw new Error(`--minutes must be a number above 0, got "${values.minutes}"; usage: ${USAGE}`);
  if (!Number.isInteger(seed)) throw new Error(`--seed must be a whole number, got "${values.seed ?? ''}"; usage: ${USAGE}`);
  return { minutes, seed };
}

const line = ({ stories, days, runs, faults, deaths, steps }: Survived): string =>
  `${stories} stories, ${days} days, ${runs} runs, ${steps} steps, ${faults} faulty calls, ${deaths} deaths of the rotator`;

async function main(): Promise<void> {
  const { minutes, seed: first } = readArguments();
  const until = Date.now() + minutes * 60_000;
  process.stdout.write(`random years from seed ${first} on, for ${minutes} minutes\n`);
  await provideAssemblies();
  const histories = await Histories.open();
  const show = (survived: Survived): void => {
    if (process.stdout.isTTY) process.stdout.write(`\r${line(survived)}`);
  };
  try {
    for (let seed = first; Date.now() < until; seed += 1) {
      const { survived, failure } = await histories.check(seed, AT_ONCE, show);
      if (failure !== undefined) throw new Error(failure);
      process.stdout.write(`${process.stdout.isTTY ? '\r' : ''}survived to seed ${seed}: ${line(survived)}\n`);
    }
  } finally {
    await histories.stop();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
