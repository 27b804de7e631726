import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFilesOf } from '../constructs/bundle';

const ROOT = join(__dirname, '..', '..');
/** Actions that the SDK's command of another name needs. */
const COMMANDS: Readonly<Record<string, string>> = {
  'apigateway:GET': 'GetUsagePlans',
  'lambda:InvokeFunction': 'Invoke',
  's3:ListBucket': 'ListObjectsV2',
  'ses:SendTemplatedEmail': 'SendEmail',
};
const sources = new Map<string, readonly (readonly [path: string, text: string])[]>();

/** What is deployed as the function, without its packages. */
function sourcesOf(entry: string): readonly (readonly [path: string, text: string])[] {
  const known = sources.get(entry);
  if (known) return known;
  const read = ownFilesOf(entry).map((path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const);
  sources.set(entry, read);
  return read;
}

/** The files, relative to the project, of the function's bundle that make the call; throws when none does. */
export function callersOf(action: string, entry: string): string[] {
  const command = COMMANDS[action] ?? action.slice(action.indexOf(':') + 1);
  const call = new RegExp(`\\bnew ${command}Command\\(|\\bpaginate${command}\\(`);
  const files = sourcesOf(entry).flatMap(([path, text]) => (call.test(text) ? [path] : []));
  if (files.length === 0) throw new Error(`${action} is granted, but no file of the function ${entry} makes the call ${command}`);
  return files;
}
