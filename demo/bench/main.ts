import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SingleBar } from 'cli-progress';
import colors from 'picocolors';
import { format, resolveConfig } from 'prettier';
import { synthesize } from '../synthesize';
import { help, readArguments, type BenchArguments } from './arguments';
import { withTables } from './document';
import { duration } from './format';
import type { Part, PartResult, Progress } from './part';
import { PARTS } from './parts';
import { addToRecord, type BenchRecord } from './record';
import { asText } from './table';

const ROOT = join(__dirname, '..', '..');
const ASSEMBLY = join(ROOT, 'out', 'bench-assembly');
const RECORD = join(ROOT, 'out', 'bench.json');
const PAGE = join(ROOT, 'docs', 'performance.md');

async function main(asked: BenchArguments): Promise<void> {
  if (asked.help) {
    console.log(help(PARTS));
    return;
  }
  const { users, accounts, runs, latencyMs } = asked;
  const began = performance.now();
  console.log('Synthesizing the app ...');
  await synthesize({ dryRun: 'false' }, ASSEMBLY);
  const measured: BenchRecord = {};
  for (const part of PARTS.filter(({ name }) => asked.parts.includes(name))) {
    const result = await measure(part, asked);
    const settings = { users, accounts, runs, latencyMs };
    const entry = { measuredAt: new Date().toISOString(), machine: machine(), settings, ...result };
    addToRecord(RECORD, part.name, entry);
    measured[part.name] = entry;
    console.log(`${result.tables.map((table) => plain(asText(table))).join('\n\n')}\n`);
  }
  if (asked.write) {
    const page = withTables(readFileSync(PAGE, 'utf8'), relative(ROOT, PAGE), measured);
    writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
    console.log(`Tables written to ${relative(ROOT, PAGE)}`);
  }
  console.log(`${duration(performance.now() - began)}; everything is in ${relative(ROOT, RECORD)}`);
}

async function measure(part: Part, { users, accounts, runs, latencyMs }: BenchArguments): Promise<PartResult> {
  console.log(`\n${colors.bold(colors.cyan(`${part.name}: ${part.title}`))}`);
  const bar = new SingleBar({ format: '  {bar} {value}/{total} │ {what}', barsize: 40, hideCursor: true, clearOnComplete: true });
  let step = 0;
  const progress: Progress = {
    begin(steps) {
      bar.start(steps, 0, { what: '' });
    },
    step(what) {
      bar.update(step, { what });
      step += 1;
    },
  };
  try {
    return await part.measure({ assembly: ASSEMBLY, users, accounts, runs, latencyMs, progress });
  } finally {
    bar.stop();
  }
}

function machine(): BenchRecord[string]['machine'] {
  const [cpu] = cpus();
  return { cpu: cpu?.model ?? 'unknown', cores: cpus().length, node: process.version, platform: process.platform };
}

/** Without colours where there is no terminal; tables bring them anyway. */
const plain = (text: string): string => (colors.isColorSupported ? text : stripVTControlCharacters(text));

function failed(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

try {
  main(readArguments(process.argv.slice(2), PARTS)).catch(failed);
} catch (error) {
  failed(error);
}
