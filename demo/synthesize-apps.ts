import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { RotationError } from '../lambda/shared/errors';
import { addChecks } from '../lib/stacks/checks';
import { rotationApp } from '../lib/stacks/rotation-app';
import type { Synthesis } from './synthesize';

// The process of synthesize.ts: what is bundled for the first app serves the others, too.
const { context } = JSON.parse(readFileSync(join(__dirname, '..', 'cdk.json'), 'utf8')) as { context: object };
try {
  for (const synthesis of JSON.parse(process.argv[2] ?? '[]') as Synthesis[]) {
    const app = rotationApp({ context: { ...context, ...synthesis.context }, outdir: resolve(synthesis.outputDirectory) });
    addChecks(app);
    app.synth();
  }
} catch (error) {
  if (!(error instanceof RotationError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
