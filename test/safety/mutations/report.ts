import type { Mutation } from './mutation';

/** What came of one mutation. */
export interface MutationOutcome {
  mutation: Mutation;
  /** The first test that failed; absent when the bug survived. */
  caughtBy?: { file: string; title: string };
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll(/\s+/g, ' ');

/** The page that shows the last run, as Markdown. */
export function reportOf(outcomes: readonly MutationOutcome[], on: string): string {
  const caught = outcomes.filter(({ caughtBy }) => caughtBy !== undefined).length;
  const rows = outcomes.map(({ mutation, caughtBy }, index) => {
    const by = caughtBy === undefined ? '**survived**' : `${cell(caughtBy.title)} (\`${caughtBy.file}\`)`;
    return `| ${index + 1} | ${cell(mutation.bug)} | ${cell(mutation.rule)} | \`${mutation.file}\` | ${by} |`;
  });
  return [
    '# Mutation check',
    '',
    'Does a test notice when a guard is taken away? `npm run test:mutations` copies the project, puts one bug into it at a time, runs the tests that must notice, and fails when one bug survives. This page is written by it.',
    '',
    `Last run: ${on}. ${caught} of ${outcomes.length} seeded bugs were caught.`,
    '',
    '| # | Seeded bug | Never-rule that it breaks | File | First test that failed |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
