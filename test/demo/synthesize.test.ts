import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../demo/synthesize';

it('fails with what the app itself said when it cannot be synthesized', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-synth-'));
  const failing = synthesize({ rotate: 'never' }, directory);
  await expect(failing).rejects.toMatchObject({
    name: 'SynthesisError',
    message: expect.stringMatching(/cdk synth failed: [\s\S]*rotate[\s\S]*never/) as unknown,
  });
  rmSync(directory, { recursive: true });
});
