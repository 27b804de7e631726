import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { synthesize } from '../../demo/synthesize';
import type * as RunApp from './run-app';

/** The two deployments that tests run; the settings are those of cdk.json otherwise. */
export type Mode = 'dry-run' | 'enforcing';
const FLAGS: Readonly<Record<Mode, string>> = { 'dry-run': 'true', enforcing: 'false' };

const ROOT = resolve(__dirname, '..', '..');
const OUT = join(ROOT, 'out');
/** A deployment that has the code of the key API, too. */
const KEY_API = { secretStore: 'central', keyApi: 'true' };
/** Everything that the synthesized assembly is made from. */
const SOURCES = ['bin', 'lib', 'lambda', 'templates', 'cdk.json', 'package-lock.json'];
/** An assembly of other sources may still be in use by a test run beside this one. */
const KEPT_MS = 3_600_000;

/** The CDK takes seconds to load, and most tests find their assembly made. */
const cdk = (): typeof RunApp => createRequire(__filename)('./run-app') as typeof RunApp;
const variable = (mode: Mode): string => `TEST_ASSEMBLY_${mode.toUpperCase().replace('-', '_')}`;
const FAILURE = 'TEST_ASSEMBLY_FAILURE';

function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of filesOf(join(ROOT, source)))
      hash.update(file.slice(ROOT.length)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function removeOutdated(current: string): void {
  for (const name of readdirSync(OUT)) {
    const directory = join(OUT, name);
    if (!name.startsWith('test-assembly-') || name.endsWith(current) || Date.now() - statSync(directory).mtimeMs < KEPT_MS) continue;
    rmSync(directory, { recursive: true, force: true });
  }
}

function directoryOf(mode: Mode, hash: string, settings: Readonly<Record<string, string>> = {}): string {
  const given = JSON.stringify(settings);
  const name = given === '{}' ? mode : `${mode}-${createHash('sha256').update(given).digest('hex').slice(0, 8)}`;
  return join(OUT, `test-assembly-${name}-${hash}`);
}

/** Made with bundles, as npm start makes them, in one process, which bundles each function once; others take their code from these. */
const BUNDLED = [
  { mode: 'enforcing', settings: {} },
  { mode: 'dry-run', settings: {} },
  { mode: 'enforcing', settings: KEY_API },
] as const;

/** Directories appear complete or not at all: test runs side by side may both make them. */
async function inDrafts(directories: readonly string[], make: (drafts: string[]) => void | Promise<void>): Promise<void> {
  const drafts = directories.map(() => mkdtempSync(join(OUT, 'test-assembly-draft-')));
  try {
    await make(drafts);
    for (const [place, directory] of directories.entries()) if (!existsSync(directory)) renameSync(drafts[place] ?? '', directory);
  } catch (error) {
    if (!directories.every((directory) => existsSync(directory))) throw error;
  } finally {
    for (const draft of drafts) rmSync(draft, { recursive: true, force: true });
  }
}

async function synthesizeBundled(hash: string): Promise<void> {
  const missing = BUNDLED.map((one) => ({ ...one, directory: directoryOf(one.mode, hash, one.settings) })).filter(
    ({ directory }) => !existsSync(directory),
  );
  if (missing.length === 0) return;
  await inDrafts(
    missing.map(({ directory }) => directory),
    (drafts) =>
      synthesize(
        drafts.flatMap((outputDirectory, place) => {
          const one = missing[place];
          return one ? [{ context: { dryRun: FLAGS[one.mode], ...one.settings }, outputDirectory }] : [];
        }),
      ),
  );
}

async function synthesized(mode: Mode, hash: string, settings: Readonly<Record<string, string>> = {}): Promise<string> {
  const directory = directoryOf(mode, hash, settings);
  if (existsSync(directory)) return directory;
  await synthesizeBundled(hash);
  const withCodeOf = directoryOf('enforcing', hash, 'keyApi' in settings ? KEY_API : {});
  if (!existsSync(directory))
    await inDrafts([directory], ([draft = '']) => {
      cdk().runApp({ dryRun: FLAGS[mode], ...settings }, draft, withCodeOf);
    });
  return directory;
}

/** Synthesizes both deployments unless these very sources were synthesized before, and tells the tests where they are. */
export async function provideAssemblies(): Promise<void> {
  await mkdir(OUT, { recursive: true });
  const hash = hashOfSources();
  removeOutdated(hash);
  try {
    for (const mode of ['enforcing', 'dry-run'] as const) process.env[variable(mode)] = await synthesized(mode, hash);
  } catch (error) {
    // Tests that need no assembly still run; `assemblyOf` fails those that do.
    process.env[FAILURE] = String(error);
  }
}

/** The assembly of a deployment with further settings, made when a test first asks for it; throws what the app said when it could not be made. */
export async function assemblyWith(mode: Mode, settings: Readonly<Record<string, string>>): Promise<string> {
  await mkdir(OUT, { recursive: true });
  return synthesized(mode, hashOfSources(), settings);
}

/** Where the assembly of a deployment is; throws what `cdk synth` said when it could not be made. */
export function assemblyOf(mode: Mode): string {
  const directory = process.env[variable(mode)];
  if (directory === undefined)
    throw new Error(process.env[FAILURE] ?? 'no assembly was synthesized: name the folder of this test in global-setup.ts');
  return directory;
}
