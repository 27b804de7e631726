import { HELP, readArguments } from '../../../cli/schedule/arguments';
import { copy } from '../../../sandbox/kernel/copy';
import { operate } from '../../helpers/operator';
import { FUNCTIONS, MANAGEMENT, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);
const scheduleNamed = (name: string) => {
  const schedules = [...organization().sandbox.kernel.account(MANAGEMENT.id).schedules.values()];
  return schedules.find((schedule) => schedule.name === name)!;
};

const command = (...args: string[]) => operate(organization().sandbox, 'schedule/main.ts', args);

it('pauses the rotation alone, and resumes it as it was', async () => {
  const org = organization();
  // The processes of operators live in real time.
  org.sandbox.clock.set(new Date());
  const before = copy(scheduleNamed(FUNCTIONS.orchestrator));
  expect(await command('pause')).toMatchObject({
    status: 0,
    out: expect.stringContaining(`The schedule ${FUNCTIONS.orchestrator} is paused`) as string,
  });
  expect(scheduleNamed(FUNCTIONS.orchestrator)).toEqual({ ...before, state: 'DISABLED' });
  expect(scheduleNamed(FUNCTIONS.reporter).state).toBe('ENABLED');
  const fired = await org.sandbox.advanceTo(new Date(org.sandbox.clock.now().getTime() + 86_400_000));
  expect(fired.map(({ schedule }) => schedule)).toEqual([FUNCTIONS.reporter]);

  org.sandbox.clock.set(new Date());
  expect(await command('pause')).toMatchObject({ status: 0, out: expect.stringContaining('already is paused') as string });
  expect(await command('resume')).toMatchObject({ status: 0, out: expect.stringContaining('is enabled') as string });
  expect(scheduleNamed(FUNCTIONS.orchestrator)).toEqual(before);
});

it('changes nothing and says why when there is no such stack', async () => {
  organization().sandbox.clock.set(new Date());
  expect(await command('pause', '--stack', 'Other')).toMatchObject({
    status: 2,
    error: expect.stringContaining('nothing was changed: there is no stack Other') as string,
  });
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
