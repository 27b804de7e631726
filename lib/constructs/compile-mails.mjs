// Started as a process of its own by mail-html.ts, because MJML answers later and the CDK does not wait: gives the HTML of each `.mjml` file
// of a folder, as JSON by the file's name without its ending; what is wrong with one is on the standard error.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import mjml2html from 'mjml';

const folder = process.argv[2] ?? '';

/** MJML leaves a comment in the place of a part that it cannot read. */
function assertParts(file) {
  for (const [, part = ''] of readFileSync(file, 'utf8').matchAll(/<mj-include\s+path="([^"]+)"/g)) {
    const path = join(dirname(file), part);
    if (!existsSync(path)) throw new Error(`${file}: the part ${part} is not there`);
    if (path.endsWith('.mjml')) assertParts(path);
  }
}

async function compile(file) {
  const filePath = join(folder, file);
  assertParts(filePath);
  // Handlebars stands where MJML allows raw HTML; no font is fetched from anywhere.
  const options = { filePath, ignoreIncludes: false, includePath: folder, keepComments: false, validationLevel: 'strict', fonts: {} };
  const { html } = await mjml2html(readFileSync(filePath, 'utf8'), options).catch((cause) => {
    throw new Error(`${filePath}: ${cause.message}`, { cause });
  });
  if (html.includes('<!-- mj-include')) throw new Error(`${filePath}: a part cannot be read`);
  return html
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n');
}

try {
  const files = readdirSync(folder).filter((file) => file.endsWith('.mjml'));
  const compiled = await Promise.all(files.map(async (file) => [basename(file, '.mjml'), await compile(file)]));
  process.stdout.write(JSON.stringify(Object.fromEntries(compiled)));
} catch (error) {
  process.stderr.write(error.message);
  process.exitCode = 1;
}
