import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGES = join(__dirname, '..', '..', 'node_modules');
const FOLDER = join('dist-es', 'schemas');

const NAME = /^const (_\w+) = ("[^"\\]*");$/gm;
const KEY = /([{,] )\[(_\w+)\]: /g;

/** A schema file's text with the names of its traits written out: `{ [_hH]: _xaebo }` becomes `{ "httpHeader": _xaebo }`. */
export function withNamesWritten(text: string): string {
  const names = new Map(Array.from(text.matchAll(NAME), ([, name = '', value = '']): [string, string] => [name, value]));
  return text.replace(KEY, (key: string, before: string, name: string) => {
    const written = names.get(name);
    return written === undefined ? key : `${before}${written}: `;
  });
}

let known: Readonly<Record<string, string>> | undefined;

/**
 * What is bundled in place of the schema files of the SDK's clients, by their paths below `node_modules`. It means the same. But esbuild has
 * to take it that `[_hH]` does something when it is read, so it keeps the schemas of all operations of S3, SES and Lambda, 100 KB that each
 * cold start would read; with the names written out it keeps those of the commands in use.
 */
export function clientSchemas(): Readonly<Record<string, string>> {
  return (known ??= Object.fromEntries(
    readdirSync(join(PACKAGES, '@aws-sdk'))
      .filter((name) => name.startsWith('client-'))
      .flatMap((name) => schemaFiles(join('@aws-sdk', name, FOLDER))),
  ));
}

function schemaFiles(folder: string): (readonly [path: string, text: string])[] {
  if (!existsSync(join(PACKAGES, folder))) return [];
  return readdirSync(join(PACKAGES, folder))
    .filter((name) => name.endsWith('.js'))
    .flatMap((name) => {
      const text = readFileSync(join(PACKAGES, folder, name), 'utf8');
      const written = withNamesWritten(text);
      return written === text ? [] : [[join(folder, name), written] as const];
    });
}
