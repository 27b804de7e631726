import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

/** The report's look, and what pages of demonstrations add to it. */
export const pageStyle = (...more: readonly string[]): string =>
  ['page/style.css', 'demo/pages.css', ...more].map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
