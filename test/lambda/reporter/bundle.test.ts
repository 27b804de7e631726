import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const lambda = join(__dirname, '../../../lambda');
const entries = readdirSync(lambda)
  .map((folder) => join(lambda, folder, 'index.ts'))
  .filter((entry) => existsSync(entry));

it('no function carries the template checker or its parser', async () => {
  const { metafile } = await build({
    entryPoints: entries,
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    outdir: 'out',
    logLevel: 'silent',
  });
  const inputs = Object.keys(metafile.inputs);
  expect(inputs.some((input) => input.endsWith('lambda/reporter/report.ts'))).toBe(true);
  expect(inputs.filter((input) => /node_modules\/handlebars\/|lambda\/mail\/(check-templates|samples)/.test(input))).toEqual([]);
});
