import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SingleBar } from 'cli-progress';
import colors from 'picocolors';
import { synthesize } from '../assembly';
import { HELP, readArguments, type BenchArguments } from './arguments';
import { Bench, type Measurement } from './measure';
import { SCENARIOS } from './scenarios';
import { countTables, timeTable } from './tables';

const OUT = join(__dirname, '..', '..', 'out');

async function main({ users, runs, latencyMs, help }: BenchArguments): Promise<void> {
  if (help) {
    console.log(HELP);
    return;
  }
  console.log('Synthesizing the app and deploying it into a local organization ...');
  const assembly = join(OUT, 'bench-assembly');
  await synthesize({ dryRun: 'false' }, assembly);
  const bench = await Bench.start(assembly, latencyMs);
  try {
    const measurements = await measureAll(bench, users, runs);
    const [cpu] = cpus();
    const machine = { cpu: cpu?.model ?? 'unknown', cores: cpus().length, node: process.version, platform: process.platform };
    console.log(`\n${colors.bold('COUNTS of API calls per account and run: exact, the same on AWS (throttling and retries aside)')}\n`);
    console.log(plain(countTables(measurements)));
    console.log(`\n${colors.bold('TIMES on this machine, which runs all of "AWS" as well: to compare, not to promise')}`);
    console.log(`${machine.cores} × ${machine.cpu}, Node ${machine.node}, ${latencyMs} ms added to every call, median of ${runs} runs\n`);
    console.log(plain(timeTable(measurements)));
    mkdirSync(OUT, { recursive: true });
    writeFileSync(join(OUT, 'bench.json'), `${JSON.stringify({ machine, latencyMs, runs, measurements }, undefined, 2)}\n`);
    console.log('\nWritten to out/bench.json');
  } finally {
    await bench.stop();
  }
}

async function measureAll(bench: Bench, users: readonly number[], runs: number): Promise<Measurement[]> {
  const bar = new SingleBar({ format: '  {bar} {value}/{total} runs │ {what}', barsize: 40, hideCursor: true, clearOnComplete: true });
  bar.start(SCENARIOS.length * users.length * runs, 0, { what: '' });
  const measurements: Measurement[] = [];
  try {
    for (const scenario of SCENARIOS) {
      for (const count of users) {
        bar.update({ what: `${scenario.name}, ${count} users` });
        measurements.push(
          await bench.measure(scenario, count, runs, () => {
            bar.increment();
          }),
        );
      }
    }
    return measurements;
  } finally {
    bar.stop();
  }
}

/** Without colours where there is no terminal; tables bring them anyway. */
const plain = (text: string): string => (colors.isColorSupported ? text : stripVTControlCharacters(text));

function failed(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

try {
  main(readArguments(process.argv.slice(2))).catch(failed);
} catch (error) {
  failed(error);
}
