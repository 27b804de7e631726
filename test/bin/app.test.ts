import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const outside = mkdtempSync(join(tmpdir(), 'synth-'));

afterAll(() => {
  rmSync(outside, { recursive: true });
});

/** `cdk synth` with neither credentials nor a home directory, and a network that leads nowhere. */
function synth(name: string, flags: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const nowhere = 'http://127.0.0.1:9';
  const env = {
    PATH: process.env['PATH'],
    HOME: outside,
    HTTPS_PROXY: nowhere,
    HTTP_PROXY: nowhere,
    AWS_EC2_METADATA_DISABLED: 'true',
    ...more,
  };
  const output = join(outside, name);
  const cdk = join('node_modules', 'aws-cdk', 'bin', 'cdk');
  const { status, stderr } = spawnSync(process.execPath, [cdk, 'synth', '--quiet', '--output', output, ...flags], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  return { status, stderr, output };
}

interface Manifest {
  artifacts: Record<string, { type: string; environment?: string }>;
}

describe('cdk synth in a fresh clone', () => {
  const flags = ['-c', 'dryRun=false', '-c', 'sender=rotation@mail.example.com', '-c', 'includeAccounts=111111111111'];
  const { status, stderr, output } = synth('fresh', flags);

  it('succeeds without credentials and network, and warns that the sender is an example', () => {
    expect([status, stderr]).toEqual([0, expect.stringContaining('sender: no mail can come from rotation@mail.example.com')]);
  });

  it('makes one stack that fits any account and region', () => {
    const { artifacts } = JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')) as Manifest;
    const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
    expect(stacks).toEqual([['IamKeyRotation', expect.objectContaining({ environment: 'aws://unknown-account/unknown-region' })]]);
  });

  it('takes settings from the command line', () => {
    const template = readFileSync(join(output, 'IamKeyRotation.template.json'), 'utf8');
    expect(template).toContain('"DRY_RUN": "false"');
    expect(template).toContain('"SENDER": "rotation@mail.example.com"');
    expect(template).toContain('\\"includeAccounts\\":[\\"111111111111\\"]');
  });

  it('bundles the five functions, each loadable as CommonJS', () => {
    const bundles = readdirSync(output).filter((name) => name.startsWith('asset.') && existsSync(join(output, name, 'index.js')));
    expect(bundles).toHaveLength(5);
    for (const bundle of bundles) {
      expect(spawnSync(process.execPath, ['--check', join(output, bundle, 'index.js')]).status).toBe(0);
    }
  });

  it('puts no template engine and no CDK into a function', () => {
    const maps = join(root, 'out', 'source-maps');
    const sources = readdirSync(maps).flatMap(
      (name) => (JSON.parse(readFileSync(join(maps, name), 'utf8')) as { sources: string[] }).sources,
    );
    expect(sources.length).toBeGreaterThan(100);
    expect(
      sources.filter((source) =>
        /node_modules\/(?:handlebars|aws-cdk-lib|constructs|cdk-nag)\/|^\.\.\/(?:lib|sandbox|bin|cli)\//.test(source),
      ),
    ).toEqual([]);
  });
});

it('refuses wrong settings with one message, no stack trace and no template', () => {
  // Half of a synthesis is the CDK's check of templates, of which there are none.
  const { status, stderr, output } = synth('wrong', ['-c', 'dryrun=false', '-c', 'rotate=5000d'], { CDK_VALIDATION: 'false' });
  expect(status).not.toBe(0);
  expect(stderr).toContain(
    [
      'wrong settings:',
      '  rotate: must be a number with d, h or m, from 10m to 3650d, got "5000d"',
      '  dryrun: unknown setting, the nearest known one is dryRun',
    ].join('\n'),
  );
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(output, 'IamKeyRotation.template.json'))).toBe(false);
});
