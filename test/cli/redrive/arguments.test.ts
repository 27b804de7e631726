import { HELP, readArguments } from '../../../cli/redrive/arguments';

it('takes the queue when nothing is given, and reads every option', () => {
  expect(readArguments([])).toEqual({ lastRun: false, list: false, stack: 'IamKeyRotation', help: false });
  expect(readArguments(['--last-run', '--list', '--stack', 'Keys', '-h'])).toEqual({
    lastRun: true,
    list: true,
    stack: 'Keys',
    help: true,
  });
});

it('refuses what it does not know', () => {
  expect(() => readArguments(['--all'])).toThrow(/Unknown option '--all'.*--help shows what there is/);
});

it('explains every option', () => {
  for (const option of ['--last-run', '--list', '--stack', '--help']) expect(HELP).toContain(option);
});
