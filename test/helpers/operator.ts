import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientConfiguration, Sandbox } from '../../sandbox/sandbox';
import { commands, type Ended } from './commands-host';
import { MANAGEMENT } from './sandbox-organization';

const ROOT = join(__dirname, '..', '..');

/** How a command is started, other than as the administrator of the management account. */
export interface Operating {
  /** Whose credentials it has. */
  as?: Pick<ClientConfiguration, 'credentials'>;
  /** Beside the credentials, endpoint and region, or in their place. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Where it works, in a process of its own; the repository when absent. */
  folder?: string;
  /** Told of the process while it runs, which is then one of its own. */
  onStart?: (child: ChildProcess) => void;
}

/**
 * Runs `iam-keys` as an operator does, as it is installed, in real time, with nothing in its environment but credentials, and with an empty
 * home. Commands share a process, beside that of the test, whose code is loaded; one that is watched has a process of its own.
 */
export async function operate(
  sandbox: Sandbox,
  args: readonly string[],
  { as, environment, folder, onStart }: Operating = {},
): Promise<Ended> {
  const { credentials, region, endpoint } = { ...sandbox.client(MANAGEMENT.id), ...as };
  const given = {
    PATH: process.env['PATH'],
    HOME: mkdtempSync(join(tmpdir(), 'home-')),
    NO_COLOR: '1',
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    ...environment,
  };
  if (!onStart && folder === undefined) return commands.run(args, given);
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'keys.js'), ...args], { cwd: folder ?? ROOT, env: given });
  let [out, error] = ['', ''];
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => (error += String(data)));
  onStart?.(child);
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, out, error };
}
