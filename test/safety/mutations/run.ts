import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import type { Mutation } from './mutation';
import { MUTATIONS } from './mutations';
import { reportOf, type MutationOutcome } from './report';
import { Scratch } from './scratch';

const PAGE = join(resolve(__dirname, '..', '..', '..'), 'docs', 'mutations.md');
const USAGE = 'npm run test:mutations -- [--only <words of a bug or file>] [--last-only: the slowest test of each bug alone]';

/** The tests of a bug, one after the other: the first that fails has caught it. */
async function attempt(scratch: Scratch, mutation: Mutation, lastOnly: boolean): Promise<MutationOutcome> {
  for (const test of lastOnly ? mutation.tests.slice(-1) : mutation.tests) {
    const { failed, broken } = await scratch.with(mutation, [test]);
    if (broken !== undefined) throw new Error(`"${mutation.bug}" breaks more than a guard:\n${broken}`);
    const [caughtBy] = failed;
    if (caughtBy) return { mutation, caughtBy };
  }
  return { mutation };
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: 'string' }, 'last-only': { type: 'boolean', default: false } } });
  const only = values.only?.toLowerCase() ?? '';
  const chosen = MUTATIONS.filter(({ bug, file }) => `${bug} ${file}`.toLowerCase().includes(only));
  if (chosen.length === 0) throw new Error(`no seeded bug matches "${only}"; usage: ${USAGE}`);
  const scratch = new Scratch();
  try {
    scratch.check(chosen);
    process.stdout.write('without any bug: ');
    const sound = await scratch.run([...new Set(chosen.flatMap(({ tests }) => tests))], 2);
    if (sound.broken !== undefined || sound.failed.length > 0) {
      throw new Error(`the tests fail without any seeded bug: ${sound.broken ?? sound.failed.map(({ title }) => title).join('; ')}`);
    }
    process.stdout.write('green\n');
    const outcomes: MutationOutcome[] = [];
    for (const mutation of chosen) {
      const outcome = await attempt(scratch, mutation, values['last-only']);
      outcomes.push(outcome);
      const by = outcome.caughtBy ? `caught   ${mutation.bug}  ← ${outcome.caughtBy.title}` : `SURVIVED ${mutation.bug}`;
      process.stdout.write(`${String(outcomes.length).padStart(2)}/${chosen.length} ${by}\n`);
    }
    const survivors = outcomes.filter(({ caughtBy }) => caughtBy === undefined);
    process.stdout.write(`${outcomes.length - survivors.length} of ${outcomes.length} seeded bugs were caught\n`);
    if (chosen.length === MUTATIONS.length && !values['last-only']) {
      const page = reportOf(outcomes, new Date().toISOString().slice(0, 10));
      writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), parser: 'markdown' }));
    }
    if (survivors.length > 0) process.exitCode = 1;
  } finally {
    scratch.remove();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
