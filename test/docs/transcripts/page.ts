import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyDocument, Statement } from '../../../sandbox/kernel/world';

const FILE = join(__dirname, '..', '..', '..', 'docs', 'cli.md');

/** One command of the page, with the lines that it shows. */
export interface Section {
  name: string;
  transcript: string;
  policy?: PolicyDocument & { Statement: Statement[] };
}

const blockOf = (section: string, language: string): string | undefined =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(section)?.[1];

/** The sections of docs/cli.md that show a command, each with the policy that stands beside it. */
export function sectionsOfPage(): Section[] {
  return readFileSync(FILE, 'utf8')
    .split(/^## /m)
    .flatMap((section) => {
      const [transcript, policy] = [blockOf(section, 'console'), blockOf(section, 'json')];
      if (transcript === undefined) return [];
      const name = section.split('\n', 1)[0] ?? '';
      return [{ name, transcript, ...(policy !== undefined && { policy: JSON.parse(policy) as NonNullable<Section['policy']> }) }];
    });
}

/** Puts what the commands show now in the place of what the page shows. */
export function writeTranscript({ transcript }: Section, shown: string): void {
  writeFileSync(
    FILE,
    readFileSync(FILE, 'utf8').replace(transcript, () => shown),
  );
}

/** Without what changes from day to day and from version to version. */
export const timeless = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?/g, 'DATE')
    .replaceAll(/"(node|version|platform)": ".*"/g, '"$1": "…"')
    .replaceAll(/\d{8}T\d{6}Z|\d\d:\d\d UTC/g, 'TIME')
    .replaceAll(/\b[0-9a-f]{8}\b/g, 'ID')
    .replaceAll(/(Role)[0-9A-F]{8}-\w+/g, '$1-ID')
    .replaceAll(/AKIA[A-Z0-9]{16}/g, 'AKIA…');
