import { redriveCommand } from '../../../cli/redrive/arguments';
import { readBy } from '../../helpers/command-line';

const read = (...args: string[]) => readBy(redriveCommand, args);

it('takes the queue when nothing is given, and reads every option', async () => {
  expect((await read()).asked).toEqual({ lastRun: false, list: false, stack: 'IamKeyRotation' });
  expect((await read('--last-run', '--list', '--stack', 'Keys')).asked).toEqual({ lastRun: true, list: true, stack: 'Keys' });
});

it('refuses what it does not know', async () => {
  const { asked, error, exitCode } = await read('--all');
  expect([asked, exitCode]).toEqual([undefined, 2]);
  expect(error).toMatch(/^--all is not an option; --help shows what there is$/m);
});

it('explains every option', async () => {
  const { out } = await read('-h');
  for (const option of ['--last-run', '--list', '--stack', '--help']) expect(out).toContain(option);
});
