import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../../lambda/shared/errors';

const ROOT = join(__dirname, '..', '..');
const FOLDER = join(ROOT, 'templates');
/** What was compiled before, by all that it was made of. */
const COMPILED = join(ROOT, 'out', 'templates');

/**
 * The HTML of a mail as it is deployed: `templates/<name>.html` as it is where somebody wrote one, else what MJML makes of
 * `templates/<name>.mjml`.
 */
export function mailHtml(name: string, folder = FOLDER): string {
  const own = join(folder, `${name}.html`);
  if (existsSync(own)) return readFileSync(own, 'utf8');
  const html = compiled(folder)[name];
  if (html === undefined) throw new ConfigurationError(`there is neither ${name}.html nor ${name}.mjml in ${folder}`);
  return html;
}

/** Compiled once for the same sources: loading MJML takes longer than all the rest of a synthesis of mails. */
function compiled(folder: string): Readonly<Record<string, string>> {
  const file = join(COMPILED, `${hashOf(folder)}.json`);
  if (!existsSync(file)) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, 'compile-mails.mjs'), folder], { encoding: 'utf8' });
    if (status !== 0) throw new ConfigurationError(`mails cannot be compiled: ${stderr}`);
    mkdirSync(COMPILED, { recursive: true });
    // Whoever compiles at the same time writes the same.
    const written = `${file}.${process.pid}`;
    writeFileSync(written, stdout);
    renameSync(written, file);
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
}

function hashOf(folder: string): string {
  const hash = createHash('sha256');
  // The lockfile stands for the version of MJML.
  for (const file of [join(ROOT, 'package-lock.json'), join(__dirname, 'compile-mails.mjs')]) hash.update(readFileSync(file));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(?:mjml|html|css)$/.test(name));
  for (const name of files.sort()) hash.update(`\n${name}\n`).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}
