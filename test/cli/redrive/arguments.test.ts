import { redriveCommand } from '../../../cli/redrive/arguments';
import { readBy } from '../../helpers/command-line';

const read = (...args: string[]) => readBy(redriveCommand, args);

it('takes the queue when nothing is given, and reads every option', async () => {
  expect((await read()).asked).toEqual({ lastRun: false, list: false, discard: false, stack: 'IamKeyRotation' });
  expect((await read('--last-run', '--list', '--stack', 'Keys')).asked).toEqual({
    lastRun: true,
    list: true,
    discard: false,
    stack: 'Keys',
  });
  expect((await read('--discard', '--only', 'alcie')).asked).toMatchObject({ discard: true, only: 'alcie' });
});

it('refuses what it does not know', async () => {
  const { asked, error, exitCode } = await read('--all');
  expect([asked, exitCode]).toEqual([undefined, 2]);
  expect(error).toMatch(/^--all is not an option; --help shows what there is$/m);
});

it.each([
  [['--discard'], '--discard needs --only'],
  [['--discard', '--only', 'x', '--list'], '--discard and --list exclude each other'],
  [['--discard', '--only', 'x', '--last-run'], '--discard and --last-run exclude each other'],
  [['--only', ''], '--only needs a text'],
])('refuses %j, and does nothing', async (args, message) => {
  const { asked, error, exitCode } = await read(...args);
  expect([asked, exitCode]).toEqual([undefined, 2]);
  expect(error).toContain(message);
});

it('explains every option', async () => {
  const { out } = await read('-h');
  for (const option of ['--last-run', '--list', '--only', '--discard', '--stack', '--help']) expect(out).toContain(option);
});
