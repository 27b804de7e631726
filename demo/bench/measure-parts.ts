import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { EXIT, type ExitCode } from '../../cli/base/exit-codes';
import { Progress } from '../../cli/base/progress';
import { colors } from '../../cli/base/terminal';
import { synthesize } from '../synthesize';
import type { BenchArguments } from './arguments';
import { withTables } from './document';
import { duration } from './format';
import type { Part, PartResult, Steps } from './part';
import { PARTS } from './parts';
import { addToRecord, type BenchRecord } from './record';
import { asText } from './table';

const ROOT = join(__dirname, '..', '..');
const ASSEMBLY = join(ROOT, 'out', 'bench-assembly');
const RECORD = join(ROOT, 'out', 'bench.json');
const PAGE = join(ROOT, 'docs', 'performance.md');

/** Measures the parts that are asked for, prints their tables and keeps the figures. */
export async function measureParts(asked: BenchArguments): Promise<ExitCode> {
  const { users, accounts, runs, latencyMs } = asked;
  const began = performance.now();
  console.log('Synthesizing the app ...');
  await synthesize([{ context: { dryRun: 'false' }, outputDirectory: ASSEMBLY }]);
  const measured: BenchRecord = {};
  for (const part of PARTS.filter(({ name }) => asked.parts.includes(name))) {
    const result = await measure(part, asked);
    const settings = { users, accounts, runs, latencyMs };
    const entry = { measuredAt: new Date().toISOString(), machine: machine(), settings, ...result };
    addToRecord(RECORD, part.name, entry);
    measured[part.name] = entry;
    console.log(`${result.tables.map((table) => asText(table)).join('\n\n')}\n`);
  }
  if (asked.write) {
    const page = withTables(readFileSync(PAGE, 'utf8'), relative(ROOT, PAGE), measured);
    writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
    console.log(`Tables written to ${relative(ROOT, PAGE)}`);
  }
  console.log(`${duration(performance.now() - began)}; everything is in ${relative(ROOT, RECORD)}`);
  return EXIT.fine;
}

async function measure(part: Part, { users, accounts, runs, latencyMs }: BenchArguments): Promise<PartResult> {
  console.log(`\n${colors.bold(colors.cyan(`${part.name}: ${part.title}`))}`);
  const bar = new Progress('{value}/{total} │ {what}');
  let step = 0;
  const progress: Steps = {
    begin(steps) {
      bar.start(steps);
    },
    step(what) {
      bar.update(step, what);
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
