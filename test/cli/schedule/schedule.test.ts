import { scheduleCommand } from '../../../cli/schedule/arguments';
import { copy } from '../../../sandbox/kernel/copy';
import { readBy } from '../../helpers/command-line';
import { operate } from '../../helpers/operator';
import { FUNCTIONS, MANAGEMENT, TEAM, testOrganization } from '../../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);
const scheduleNamed = (name: string) => {
  const schedules = [...organization().sandbox.kernel.account(MANAGEMENT.id).schedules.values()];
  return schedules.find((schedule) => schedule.name === name)!;
};

const command = (name: 'pause' | 'resume', ...args: string[]) => operate(organization().sandbox, [name, ...args]);

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

const read = (name: 'pause' | 'resume', args: readonly string[]) => readBy((work) => scheduleCommand(name, work), args);

it.each([
  ['pause', [], { state: 'DISABLED', stack: 'IamKeyRotation' }],
  ['resume', ['--stack', 'Keys'], { state: 'ENABLED', stack: 'Keys' }],
] as const)('%s reads %j', async (name, args, wanted) => {
  expect((await read(name, args)).asked).toEqual(wanted);
});

it.each([
  [['now'], '"now" is not understood'],
  [['--all'], '--all is not an option'],
])('refuses %j with exit code 2', async (args, message) => {
  const { asked, error, exitCode } = await read('pause', args);
  expect(error).toContain(message);
  expect([asked, exitCode]).toEqual([undefined, 2]);
});

it.each(['pause', 'resume'] as const)('%s explains itself and every option', async (name) => {
  const { out } = await read(name, ['--help']);
  for (const word of ['the rotation', '--stack', '--help']) expect(out).toContain(word);
});
