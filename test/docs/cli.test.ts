import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PolicyDocument } from '../../sandbox/kernel/world';
import { keysSandbox, type KeysSandbox } from '../helpers/keys-sandbox';

const FILE = join(__dirname, '..', '..', 'docs', 'cli.md');
/** `WRITE_TRANSCRIPTS=1 npx jest test/docs/cli` writes what the commands say now. */
const WRITES = process.env['WRITE_TRANSCRIPTS'] !== undefined;
/** In a policy for when something fails, which it does not here. */
const FOR_FAILURES = ['create', 'rotate'].flatMap((name) => [`${name} iam:UpdateAccessKey`, `${name} iam:DeleteAccessKey`]);

const document = readFileSync(FILE, 'utf8');
const blockOf = (section: string, language: string): string | undefined =>
  new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(section)?.[1];
const sections = document.split(/^## /m).flatMap((section) => {
  const transcript = blockOf(section, 'console');
  return transcript === undefined ? [] : [{ name: section.split('\n', 1)[0] ?? '', transcript, policy: blockOf(section, 'json') }];
});

const keysOf = keysSandbox();

/** The people of the page; the key of each is the same in every run. */
function populate(box: KeysSandbox): Record<string, string> {
  const users = {
    build: [{ days: 400, usedDaysAgo: 0 }, { days: 31 }],
    deploy: [{ days: 95, usedDaysAgo: 1 }],
    former: [{ days: 140, usedDaysAgo: 44, status: 'Inactive' as const }],
    newcomer: [],
  };
  return Object.fromEntries(Object.entries(users).map(([name, keys]) => [name, box.user(name, keys)[0]?.id ?? '']));
}

/** Without what changes from day to day and from version to version. */
const timeless = (text: string): string =>
  text
    .replaceAll(/\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?/g, 'DATE')
    .replaceAll(/"(node|version|platform)": ".*"/g, '"$1": "…"')
    .replaceAll(/AKIA[A-Z0-9]{16}/g, 'AKIA…');

async function run(box: KeysSandbox, transcript: string, policy: string | undefined): Promise<string> {
  const first = populate(box);
  const document = policy === undefined ? undefined : (JSON.parse(policy) as PolicyDocument);
  const [operator] = box.user('operator', [{ days: 10, usedDaysAgo: 0 }], document && { operator: document });
  const shown: string[] = [];
  for (const [, command = ''] of transcript.matchAll(/^\$ iam-keys (.*)$/gm)) {
    const asked = command.replace(/KEY-OF-(\w+)/, (_, name: string) => first[name] ?? '');
    const { out, error } = await box.keys(asked.split(' '), {
      as: box.as(operator!),
      environment: { COLUMNS: '100', AWS_SESSION_TOKEN: undefined },
    });
    shown.push(`$ iam-keys ${asked}\n${out}${error}`);
  }
  return shown.join('\n');
}

it.each(sections)('$name says what the page shows, with just the policy beside it', async ({ name, transcript, policy }) => {
  const box = keysOf();
  const shown = await run(box, transcript, policy);
  expect(box.sandbox.denials.map(({ operation }) => operation)).toEqual([]);
  const used = new Set(box.sandbox.calls.flatMap(({ authorized }) => authorized.map(({ action }) => `${name} ${action}`)));
  const statements = policy === undefined ? [] : (JSON.parse(policy) as { Statement: { Action: string[] }[] }).Statement;
  const unused = statements.flatMap(({ Action }) => Action.map((action) => `${name} ${action}`)).filter((action) => !used.has(action));
  expect(unused.filter((action) => !FOR_FAILURES.includes(action) && !action.endsWith('sts:GetCallerIdentity'))).toEqual([]);
  if (WRITES) {
    writeFileSync(
      FILE,
      readFileSync(FILE, 'utf8').replace(transcript, () => shown),
    );
  } else expect(timeless(shown)).toBe(timeless(transcript));
});

it('shows every command for keys', () => {
  expect(sections.map(({ name }) => name)).toEqual([
    'list',
    'create',
    'deactivate',
    'activate',
    'delete',
    'last-used',
    'offboard',
    'audit',
    'status',
    'forecast',
    'rotate',
    'version',
  ]);
});
