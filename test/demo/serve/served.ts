import { execFileSync, spawnSync } from 'node:child_process';
import type { Controls } from '../../../demo/serve/controls';
import { openControls } from '../../../demo/serve/open-controls';
import { MANAGEMENT as MANAGEMENT_ACCOUNT, START } from '../../../demo/story/organization';
import { Sandbox } from '../../../sandbox/sandbox';
import { DirectLambda } from '../../safety/direct/direct-lambda';
import { assemblyOf, provideAssemblies, type Mode } from '../../helpers/sandbox-assemblies';

export const SANDBOXES = '666677778888';
export const MANAGEMENT = '111122223333';

/** Serves the demonstration on a free port for a test file; its functions run from their sources, unless a page is looked at, and in main.test.ts as on Lambda. */
export function served(mode: Mode, functions: 'from sources' | 'bundled' = 'from sources'): () => Controls {
  let sandbox: Sandbox | undefined;
  let direct: DirectLambda | undefined;
  let controls: Controls | undefined;
  beforeAll(async () => {
    await provideAssemblies();
    sandbox = await Sandbox.start({ now: START, managementAccount: MANAGEMENT_ACCOUNT, processes: false });
    if (functions === 'from sources') direct = new DirectLambda(sandbox);
    controls = await openControls(sandbox, () => Promise.resolve(assemblyOf(mode)));
  });
  afterAll(async () => {
    direct?.stop();
    await sandbox?.stop();
  });
  return () => {
    if (!controls) throw new Error('the sandbox is served before the first test, not earlier');
    return controls;
  };
}

/** Asks a control as curl does, or for JSON. */
export async function ask(
  { sandbox }: Controls,
  path: string,
  { body, accept = '*/*', type, headers = {} }: { body?: string; accept?: string; type?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; text: string; type: string; policy: string; location: string }> {
  const response = await fetch(`${sandbox.url}/_sandbox/${path}`, {
    headers: { accept, ...(type !== undefined && { 'content-type': type }), ...headers },
    redirect: 'manual',
    ...(body !== undefined && { method: 'POST', body }),
  });
  const of = (name: string): string => response.headers.get(name) ?? '';
  return {
    status: response.status,
    text: await response.text(),
    type: of('content-type'),
    policy: of('content-security-policy'),
    location: of('location'),
  };
}

export async function askJson<T>(controls: Controls, path: string, body?: string): Promise<T> {
  const { text } = await ask(controls, path, { accept: 'application/json', ...(body !== undefined && { body }) });
  return JSON.parse(text) as T;
}

/** What a shell that had a session before exports after evaluating lines. */
export function evaluated(lines: string): NodeJS.ProcessEnv {
  const printed = execFileSync('sh', ['-c', 'eval "$LINES" && env -0'], {
    env: { PATH: process.env['PATH'], LINES: lines, AWS_SESSION_TOKEN: 'of an earlier session' },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Object.fromEntries(
    printed
      .split('\0')
      .filter((entry) => entry.includes('='))
      .map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );
}

/** How evaluating lines ends, and what the person sees. */
export function evaluation(lines: string): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', 'eval "$LINES"'], {
    env: { PATH: process.env['PATH'], LINES: lines },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** A client configuration as the aws command line has it: from the environment, on the host's clock. */
export async function configurationOf(
  controls: Controls,
  query: string,
): Promise<{ endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } }> {
  const { text } = await ask(controls, `credentials?${query}`);
  const variables = evaluated(text);
  const token = variables['AWS_SESSION_TOKEN'];
  return {
    endpoint: variables['AWS_ENDPOINT_URL']!,
    region: variables['AWS_REGION']!,
    credentials: {
      accessKeyId: variables['AWS_ACCESS_KEY_ID']!,
      secretAccessKey: variables['AWS_SECRET_ACCESS_KEY']!,
      ...(token !== undefined && { sessionToken: token }),
    },
  };
}
