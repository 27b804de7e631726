import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { buildFunction, bundle } from '../../../lib/constructs/bundle';

const entry = 'organization-lookup';

function bundled(folder = entry): string {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new LambdaFunction(stack, 'Function', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: bundle(folder) });
  const { directory } = app.synth();
  const [asset = ''] = readdirSync(directory).filter((name) => name.startsWith('asset.'));
  return join(directory, asset);
}

const directory = bundled();

it('loads by itself and exports the handler', () => {
  const loaded: unknown = jest.requireActual(join(directory, 'index.js'));
  expect(loaded).toEqual({ handler: expect.any(Function) as unknown });
});

it('deploys one script, and keeps its source map beside, which leads back to the sources without naming this machine', () => {
  expect(readdirSync(directory)).toEqual(['index.js']);
  const map = JSON.parse(readFileSync(join(process.cwd(), 'out', 'source-maps', `${entry}.js.map`), 'utf8')) as SourceMapPayload;
  expect(map.sources).toContain(`../lambda/${entry}/index.ts`);
  expect(map.sources.filter((source) => !source.startsWith('../'))).toEqual([]);
  const script = readFileSync(join(directory, 'index.js'), 'utf8');
  expect(script).not.toContain(process.cwd());
  const [before = ''] = script.split('organization not read');
  const lines = before.split('\n');
  expect(new SourceMap(map).findEntry(lines.length - 1, lines.at(-1)?.length ?? 0)).toMatchObject({
    originalSource: `../lambda/${entry}/answer.ts`,
  });
});

it('deploys what a function seldom needs as a script beside it, which is loaded when it is first needed', () => {
  const rotator = bundled('rotator');
  expect(readdirSync(rotator).sort()).toEqual(['cloudtrail.js', 'index.js']);
  expect(jest.requireActual(join(rotator, 'cloudtrail.js'))).toEqual({ openTrail: expect.any(Function) as unknown });
  expect(readFileSync(join(rotator, 'index.js'), 'utf8')).toContain('require("./cloudtrail")');
  expect(existsSync(join(process.cwd(), 'out', 'source-maps', 'rotator.cloudtrail.js.map'))).toBe(true);
});

it('is the same wherever it is made', () => {
  const again = bundled();
  expect(again).not.toBe(directory);
  expect(again.split('/').pop()).toBe(directory.split('/').pop());
  const [first, second] = [buildFunction(entry), buildFunction(entry)];
  expect(Buffer.from(first.script).equals(second.script)).toBe(true);
  expect(readFileSync(join(directory, 'index.js')).equals(first.script)).toBe(true);
});

it('refuses a folder without code, and leaves nothing to deploy', () => {
  const stack = new Stack(new App(), 'Stack');
  expect(
    () => new LambdaFunction(stack, 'Function', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: bundle('shared') }),
  ).toThrow('Could not resolve "lambda/shared/index.ts"');
  expect(existsSync(join(process.cwd(), 'bundle'))).toBe(false);
});
