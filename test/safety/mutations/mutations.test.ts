import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RULES } from './mutation';
import { MUTATIONS } from './mutations';
import { reportOf } from './report';
import { mutate } from './scratch';

const ROOT = resolve(__dirname, '..', '..', '..');
const testFiles = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => join('test', file));

describe('seeded bugs', () => {
  it.each(MUTATIONS.map((mutation) => [mutation.bug, mutation] as const))('"%s" can still be put into the code', (_, mutation) => {
    expect(existsSync(join(ROOT, mutation.file))).toBe(true);
    const text = readFileSync(join(ROOT, mutation.file), 'utf8');
    expect(mutate(text, mutation)).not.toBe(text);
    for (const test of mutation.tests) expect(testFiles.filter((file) => file.startsWith(test))).not.toEqual([]);
  });

  it('are many, each different, and break every never-rule', () => {
    expect(MUTATIONS.length).toBeGreaterThanOrEqual(28);
    expect(new Set(MUTATIONS.map(({ bug }) => bug)).size).toBe(MUTATIONS.length);
    expect(new Set(MUTATIONS.map(({ rule }) => rule))).toEqual(new Set(Object.values(RULES)));
  });

  it('whose text is gone, or there twice, are an error', () => {
    const bug = { bug: 'b', rule: RULES.once, file: 'f.ts', find: 'x', replace: 'y', tests: [] };
    expect(() => mutate('abc', bug)).toThrow('f.ts holds the text of "b" 0 times, expected once: x');
    expect(() => mutate('x x', bug)).toThrow('2 times');
  });

  it('that survive are shown as such', () => {
    const [first, second] = MUTATIONS;
    const page = reportOf(
      [{ mutation: first! }, { mutation: second!, caughtBy: { file: 'test/a.test.ts', title: 'keeps | it' } }],
      '2026-01-01',
    );
    expect(page).toContain('1 of 2 seeded bugs were caught');
    expect(page).toContain('**survived**');
    expect(page).toContain('keeps \\| it (`test/a.test.ts`)');
  });
});
