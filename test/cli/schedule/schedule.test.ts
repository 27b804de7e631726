import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { HELP, readArguments } from '../../../cli/schedule/arguments';
import { copy } from '../../../sandbox/copy';
import { FUNCTIONS, MANAGEMENT, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const ROOT = join(__dirname, '..', '..', '..');
const organization = testOrganization('enforcing', [TEAM]);
const scheduleNamed = (name: string) => {
  const schedules = [...organization().sandbox.kernel.account(MANAGEMENT.id).schedules.values()];
  return schedules.find((schedule) => schedule.name === name)!;
};

/** Runs the command as an operator does, against the sandbox. */
async function command(...args: string[]): Promise<[status: number | null, out: string]> {
  const { credentials, region, endpoint } = organization().sandbox.client(MANAGEMENT.id);
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'cli/schedule/main.ts'), ...args], {
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

it('pauses the rotation alone, and resumes it as it was', async () => {
  const org = organization();
  // The processes of operators live in real time.
  org.sandbox.clock.set(new Date());
  const before = copy(scheduleNamed(FUNCTIONS.orchestrator));
  expect(await command('pause')).toEqual([0, expect.stringContaining(`The schedule ${FUNCTIONS.orchestrator} is paused`)]);
  expect(scheduleNamed(FUNCTIONS.orchestrator)).toEqual({ ...before, state: 'DISABLED' });
  expect(scheduleNamed(FUNCTIONS.reporter).state).toBe('ENABLED');
  const fired = await org.sandbox.advanceTo(new Date(org.sandbox.clock.now().getTime() + 86_400_000));
  expect(fired.map(({ schedule }) => schedule)).toEqual([FUNCTIONS.reporter]);

  org.sandbox.clock.set(new Date());
  expect(await command('pause')).toEqual([0, expect.stringContaining('already is paused')]);
  expect(await command('resume')).toEqual([0, expect.stringContaining('is enabled')]);
  expect(scheduleNamed(FUNCTIONS.orchestrator)).toEqual(before);
});

it('changes nothing and says why when there is no such stack', async () => {
  organization().sandbox.clock.set(new Date());
  expect(await command('pause', '--stack', 'Other')).toEqual([2, expect.stringContaining('nothing was changed: there is no stack Other')]);
  expect(scheduleNamed(FUNCTIONS.orchestrator).state).toBe('ENABLED');
});

it.each([
  [['pause'], { state: 'DISABLED', stack: 'IamKeyRotation' }],
  [['resume', '--stack', 'Keys'], { state: 'ENABLED', stack: 'Keys' }],
])('reads %j', (args, wanted) => {
  expect(readArguments(args)).toMatchObject(wanted);
});

it.each([
  [[], '"" must be pause or resume'],
  [['stop'], '"stop" must be pause or resume'],
  [['pause', 'now'], '"now" is not understood'],
  [['pause', '--all'], "Unknown option '--all'"],
])('refuses %j', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});

it('explains every option', () => {
  for (const word of ['npm run pause', 'npm run resume', '--stack', '--help']) expect(HELP).toContain(word);
});
