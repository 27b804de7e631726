import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { KeyApiOrganization } from '../helpers/key-api-organization';
import { TEAM } from '../helpers/sandbox-organization';

const run = promisify(execFile);
const page = readFileSync(join(__dirname, '..', '..', 'docs', 'key-api.md'), 'utf8');
const blockAfter = (heading: string, language: string): string =>
  new RegExp(`## ${heading}\\n[\\s\\S]*?\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';

let api: KeyApiOrganization;
beforeAll(async () => {
  api = await KeyApiOrganization.start();
});
afterAll(() => api.sandbox.stop());

/** What the page's commands need beside bash. */
const hasTools = ['curl', 'jq'].every((tool) => spawnSync(tool, ['--version']).status === 0);
(hasTools || process.env['CI'] !== undefined ? it : it.skip)(
  'the commands of the page fetch a key, in the shape that the page shows',
  async () => {
    const shown = blockAfter('Fetch a key', 'sh').split('\n');
    const commands = shown
      .map((line) =>
        line
          .replace(/^API=\S+/, `API=${api.url}`)
          .replace(/^API_KEY=.*/, `API_KEY=${api.keyOf('billing').value}`)
          .replace('web-deploy', 'alice'),
      )
      .join('\n');
    expect(commands).toContain(api.keyOf('billing').value);
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', commands]);
    const given = JSON.parse(stdout) as Record<string, string>;
    expect(Object.keys(given)).toEqual(Object.keys(JSON.parse(blockAfter('Fetch a key', 'json')) as object));
    expect(given['AccessKeyId']).toBe(api.activeKeyOf(TEAM, 'alice').id);
  },
);

it('an SDK takes a session by the variables of the page, and is its user', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'key-api-')), 'token');
  writeFileSync(file, await api.tokenOf('billing'));
  const variables = blockAfter('Sessions', 'sh');
  for (const name of ['AWS_CONTAINER_CREDENTIALS_FULL_URI', 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'])
    expect(variables).toContain(`export ${name}=`);
  const before = process.env;
  process.env = {
    ...Object.fromEntries(Object.entries(before).filter(([name]) => !name.startsWith('AWS_'))),
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${api.url}/session?username=alice`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  };
  try {
    const credentials = await defaultProvider()();
    const left = (credentials.expiration?.getTime() ?? 0) - api.sandbox.clock.now().getTime();
    expect([left > 890_000, left <= 900_000]).toEqual([true, true]);
    const sts = new STSClient({
      region: 'eu-west-1',
      endpoint: api.sandbox.url,
      credentials: { ...credentials, expiration: undefined } as never,
    });
    expect((await sts.send(new GetCallerIdentityCommand({}))).Arn).toBe(`arn:aws:iam::${TEAM.id}:user/alice`);
  } finally {
    process.env = before;
  }
});
