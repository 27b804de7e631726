import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { EVENT_SCHEMAS } from '../../lambda/bus/event-schemas';
import { STORED_SCHEMAS } from '../../lambda/runs/stored-schemas';
import { jsonSchemaOf } from './json-schema';
import { memberOf } from '../stacks/member-stack';
import { memberTemplate } from '../stacks/member-template';
import { securityPage } from './security-page';
import { serviceControlPolicy } from './service-control-policy';
import { readSettings } from '../settings/read';
import { settingRows, type SettingRow } from '../settings/table';

const ROOT = join(__dirname, '..', '..');
/** The settings that the README shows; docs/settings.md has all. */
const IN_README = [
  ...['sender', 'adminEmail', 'alarmEmail', 'dryRun', 'profile', 'deployment', 'excludeAccounts', 'exemptionGroup'],
  ...['ownerEmailTag', 'schedule'],
];

const code = (text: string): string => (text === '' || text === 'required' ? text : `\`${text.replace(/^"(.*)"$/, '$1')}\``);
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('*', '\\*').replaceAll('_', '\\_');

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function readmeTable(rows: readonly SettingRow[]): string {
  const shown = rows.filter(({ name }) => IN_README.includes(name));
  return table(
    ['Setting', 'Default', 'Meaning'],
    shown.map((row) => [code(row.name), code(row.default), cell(row.meaning)]),
  );
}

function settingsTable(rows: readonly SettingRow[]): string {
  return table(
    ['Setting', 'Default', 'Takes', 'Meaning'],
    rows.map((row) => [code(row.name), code(row.default), cell(row.takes), cell(row.meaning)]),
  );
}

function between(file: string, mark: string, content: string): string {
  const block = new RegExp(`(<!-- ${mark} -->\\n)[\\s\\S]*?(<!-- /${mark} -->)`);
  return readFileSync(join(ROOT, file), 'utf8').replace(block, (_, start: string, end: string) => `${start}\n${content}\n\n${end}`);
}

/** The feature flags of cdk.json. */
function featureFlags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  return Object.fromEntries(Object.entries(context).filter(([key]) => key.startsWith('@')));
}

/** The member template of deployment=list with the default names, for people who deploy it by other means. */
function plainMemberTemplate(): string {
  const settings = readSettings({ sender: 'key-rotation@example.com', deployment: 'list', accounts: '111122223333' });
  return JSON.stringify(memberTemplate(memberOf(settings), featureFlags()));
}

/** `<folder>/<name>.schema.json` of each schema. */
function schemasIn(folder: string, schemas: Readonly<Record<string, z.ZodType>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [`${folder}/${name}.schema.json`, JSON.stringify(jsonSchemaOf(schema))]),
  );
}

/** Every file, or file with a marked part, that is generated from the code: path → whole content, before formatting. */
export function documents(): Readonly<Record<string, string>> {
  const rows = settingRows();
  return {
    'README.md': between('README.md', 'settings', readmeTable(rows)),
    'docs/settings.md': between('docs/settings.md', 'settings', settingsTable(rows)),
    'docs/security.md': between('docs/security.md', 'permissions', securityPage(featureFlags())),
    'docs/service-control-policy.json': JSON.stringify(serviceControlPolicy()),
    'docs/member-account.template.json': plainMemberTemplate(),
    ...schemasIn('docs/events', EVENT_SCHEMAS),
    ...schemasIn('docs/results', STORED_SCHEMAS),
  };
}
