import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Sandbox } from '../../sandbox/sandbox';
import { MANAGEMENT } from './sandbox-organization';

const ROOT = join(__dirname, '..', '..');

/** How a command ended, and what it wrote. */
export interface Ended {
  status: number | null;
  out: string;
  error: string;
}

/**
 * Runs a program of `cli/` as an operator does: as a process of its own, in real time, with nothing in its environment but the
 * credentials of the management account's administrator.
 */
export async function operate(sandbox: Sandbox, program: string, args: readonly string[]): Promise<Ended> {
  const { credentials, region, endpoint } = sandbox.client(MANAGEMENT.id);
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'run.js'), join(ROOT, 'cli', program), ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      NO_COLOR: '1',
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
  });
  let [out, error] = ['', ''];
  child.stdout.on('data', (data) => (out += String(data)));
  child.stderr.on('data', (data) => (error += String(data)));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, out, error };
}
