import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildCommand } from '@stricli/core';
import { format, resolveConfig } from 'prettier';
import { removeAtEnd } from '../../../cli/base/ending';
import { EXIT, type ExitCode } from '../../../cli/base/exit-codes';
import { off } from '../../../cli/base/options';
import { runProgram, UsageError, working } from '../../../cli/base/program';
import type { Mutation } from './mutation';
import { MUTATIONS } from './mutations';
import { reportOf, type MutationOutcome } from './report';
import { Scratch } from './scratch';

const PAGE = join(resolve(__dirname, '..', '..', '..'), 'docs', 'mutations.md');

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

async function seedBugs({ only = '', lastOnly }: { only?: string; lastOnly: boolean }): Promise<ExitCode> {
  const chosen = MUTATIONS.filter(({ bug, file }) => `${bug} ${file}`.toLowerCase().includes(only.toLowerCase()));
  if (chosen.length === 0) throw new UsageError(`--only: no seeded bug or file has the words "${only}"`);
  const scratch = new Scratch();
  removeAtEnd(() => {
    scratch.remove();
  });
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
      const outcome = await attempt(scratch, mutation, lastOnly);
      outcomes.push(outcome);
      const by = outcome.caughtBy ? `caught   ${mutation.bug}  ← ${outcome.caughtBy.title}` : `SURVIVED ${mutation.bug}`;
      process.stdout.write(`${String(outcomes.length).padStart(2)}/${chosen.length} ${by}\n`);
    }
    const survivors = outcomes.filter(({ caughtBy }) => caughtBy === undefined);
    process.stdout.write(`${outcomes.length - survivors.length} of ${outcomes.length} seeded bugs were caught\n`);
    if (chosen.length === MUTATIONS.length && !lastOnly) {
      const page = reportOf(outcomes, new Date().toISOString().slice(0, 10));
      writeFileSync(PAGE, await format(page, { ...(await resolveConfig(PAGE)), parser: 'markdown' }));
    }
    return survivors.length > 0 ? EXIT.bad : EXIT.fine;
  } finally {
    scratch.remove();
  }
}

const command = buildCommand({
  docs: {
    brief: 'takes each guard away in turn and looks for the test that notices',
    fullDescription: `Takes each guard of the code away in turn, in a copy, and looks for the test that notices. A whole run writes docs/mutations.md.

Exit code: 0 every seeded bug was caught, 1 some survived, 2 it could not be tried.`,
    customUsage: ['[--only <words>] [--last-only]'],
  },
  parameters: {
    flags: {
      only: {
        kind: 'parsed',
        parse: String,
        placeholder: 'words',
        optional: true,
        brief: 'bugs whose description or file has these words',
      },
      lastOnly: off('the slowest test of each bug alone'),
    },
  },
  func: working('no guard was taken away', seedBugs),
});

void runProgram('npm run test:mutations --', command);
