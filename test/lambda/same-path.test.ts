import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..', '..');
/** Whether a source file holds more than types and constants: it exports something that can be called. */
const hasLogic = (text: string): boolean =>
  /^export (async function|function|class|const \w+ = (async )?(<[^>]+>)?\([^)]*\)[^=]*=>)/m.test(text);

const sources = readdirSync(join(ROOT, 'lambda'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && hasLogic(readFileSync(join(ROOT, 'lambda', file), 'utf8')))
  .map((file) => join('lambda', file));

it('every source of the functions with logic has its test under the same path', () => {
  expect(sources.length).toBeGreaterThan(50);
  const untested = sources.filter((file) => !existsSync(join(ROOT, 'test', file.replace(/\.ts$/, '.test.ts'))));
  expect(untested).toEqual([]);
});

it.each([
  ['a function', 'export function a() {}', true],
  ['an asynchronous function', 'export async function a() {}', true],
  ['a class', 'export class A {}', true],
  ['an arrow function', 'export const a = (b: string): string => b;', true],
  ['a generic arrow function', 'export const a = <T>(b: T): T => b;', true],
  ['types alone', 'export interface A {}\nexport type B = (c: string) => void;', false],
  ['constants alone', 'export const A = 1;\nexport const B: readonly string[] = [];', false],
  ['what others export', "export { a } from './a';", false],
])('%s', (_, text, expected) => {
  expect(hasLogic(text)).toBe(expected);
});
