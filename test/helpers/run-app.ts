import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { rotationApp } from '../../lib/stacks/rotation-app';

const ROOT = resolve(__dirname, '..', '..');
const ASSETS = 'IamKeyRotation.assets.json';

interface Assets {
  files: Record<string, { displayName?: string; source: { path: string } }>;
}
const assetsOf = (assembly: string): Assets => JSON.parse(readFileSync(join(assembly, ASSETS), 'utf8')) as Assets;
const isCode = (name = ''): boolean => name.endsWith('/Function/Code');

/**
 * Synthesizes the app as `cdk synth` does, in a tenth of its time: inside this process, with the functions' code of an assembly beside it,
 * since code depends on no setting, and without the checks that test/lib/stacks/shapes.test.ts makes for every deployment.
 */
export function runApp(settings: Readonly<Record<string, string>>, outputDirectory: string, withCodeOf: string): void {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: object };
  rotationApp({ context: { ...context, 'aws:cdk:bundling-stacks': [], ...settings }, outdir: outputDirectory }).synth();
  const code = new Map(Object.values(assetsOf(withCodeOf).files).map(({ displayName, source }) => [displayName, source.path]));
  const assets = assetsOf(outputDirectory);
  for (const { displayName, source } of Object.values(assets.files)) {
    if (!isCode(displayName)) continue;
    const path = code.get(displayName);
    if (path === undefined) throw new Error(`${basename(withCodeOf)} has no code of ${displayName ?? 'a function without a name'}`);
    source.path = join('..', basename(withCodeOf), path);
  }
  writeFileSync(join(outputDirectory, ASSETS), JSON.stringify(assets));
}
