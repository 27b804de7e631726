import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../demo/synthesize';

it('fails with what the app itself said when it cannot be synthesized', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-synth-'));
  const failing = synthesize([{ context: { rotate: 'never' }, outputDirectory: directory }]);
  await expect(failing).rejects.toMatchObject({
    name: 'SynthesisError',
    message: expect.stringMatching(/the app could not be synthesized: [\s\S]*rotate[\s\S]*never/) as unknown,
  });
  rmSync(directory, { recursive: true });
});
