import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { FUNCTIONS, MANAGEMENT, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const ROOT = join(__dirname, '..', '..', '..');
const organization = testOrganization('enforcing', [TEAM]);

/** Runs the command as an operator does, against the sandbox. */
async function redrive(...args: string[]): Promise<[status: number | null, out: string]> {
  const { credentials, region, endpoint } = organization().sandbox.client(MANAGEMENT.id);
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'cli/redrive/main.ts'), ...args], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
    },
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (out += String(data)));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return [status, out];
}
beforeEach(() => {
  // The processes of operators live in real time.
  organization().sandbox.clock.set(new Date());
});

it('runs the queue again through the endpoint that is configured, and ends with 1 when something fails again', async () => {
  const org = organization();
  org.disturbed = true;
  await org.sandbox.invoke(FUNCTIONS.rotator, { account: '999988887777', email: 'x@acme.test', name: 'Gone' }, { type: 'Event' });
  await org.sandbox.drain();
  org.sandbox.clock.set(new Date());
  expect(await redrive()).toEqual([1, expect.stringContaining('failed again, and stays in the queue')]);
});

it('ends with 0 when nothing waits, and with 2 when it cannot look', async () => {
  expect(await redrive()).toEqual([0, expect.stringContaining('No failed event is waiting')]);
  expect(await redrive('--stack', 'Other')).toEqual([2, expect.stringContaining('nothing was run again: there is no stack Other')]);
  expect(await redrive('--last-run')).toEqual([2, expect.stringContaining('no run has left a trace')]);
  expect(await redrive('--all')).toEqual([2, expect.stringContaining("Unknown option '--all'")]);
});
