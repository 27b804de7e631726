import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { bundle } from '../../../lib/constructs/bundle';

const entry = 'organization-facts';

function bundled(): string {
  const app = new App();
  const stack = new Stack(app, 'Stack');
  new LambdaFunction(stack, 'Function', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: bundle(entry) });
  const { directory } = app.synth();
  const [asset = ''] = readdirSync(directory).filter((name) => name.startsWith('asset.'));
  return join(directory, asset);
}

const directory = bundled();

it('loads by itself and exports the handler', () => {
  const loaded: unknown = jest.requireActual(join(directory, 'index.js'));
  expect(loaded).toEqual({ handler: expect.any(Function) as unknown });
});

it('holds one script, and its source map that leads back to the sources without naming this machine', () => {
  expect(readdirSync(directory).sort()).toEqual(['index.js', 'index.js.map']);
  const { sources } = JSON.parse(readFileSync(join(directory, 'index.js.map'), 'utf8')) as { sources: string[] };
  expect(sources).toContain(`../lambda/${entry}/index.ts`);
  expect(sources.filter((source) => !source.startsWith('../'))).toEqual([]);
  expect(readFileSync(join(directory, 'index.js'), 'utf8')).not.toContain(process.cwd());
});

it('is minified', () => {
  expect(statSync(join(directory, 'index.js')).size).toBeLessThan(1_000_000);
});

it('is the same wherever it is made', () => {
  const again = bundled();
  expect(again).not.toBe(directory);
  expect(again.split('/').pop()).toBe(directory.split('/').pop());
});

it('refuses a folder without code, and leaves nothing to deploy', () => {
  const stack = new Stack(new App(), 'Stack');
  expect(
    () => new LambdaFunction(stack, 'Function', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: bundle('shared') }),
  ).toThrow('Could not resolve "lambda/shared/index.ts"');
  expect(existsSync(join(process.cwd(), 'bundle'))).toBe(false);
});
