import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../lib/settings/read';

const root = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const commands = [
  'README.md',
  'docs/deployment.md',
  'docs/settings.md',
  'docs/sandbox.md',
  'docs/migration.md',
  'docs/faq.md',
  'docs/central-store.md',
].flatMap((file) =>
  [...read(file).matchAll(/^ *(?:.*&& )?npx cdk (?:synth|deploy|diff|destroy) .*$/gm)].map(([command]) => ({ file, command })),
);

/** The `-c name=value` flags of a command line, single quotes taken off. */
function settingsOf(command: string): Record<string, string> {
  const flags = [...command.matchAll(/-c ([A-Za-z]+)=('[^']*'|\S+)/g)];
  return Object.fromEntries(flags.map(([, name = '', value = '']) => [name, value.replace(/^'(.*)'$/, '$1')]));
}

it('has commands for every shape', () => {
  expect(commands.length).toBeGreaterThan(12);
  const shapes = new Set(commands.map(({ command }) => settingsOf(command)['deployment']).filter((shape) => shape !== undefined));
  expect([...shapes].sort()).toEqual(['delegated', 'list', 'single']);
});

it.each(commands)('$file: the settings of "$command" are right', ({ command }) => {
  expect(() => readSettings(settingsOf(command))).not.toThrow();
});
