import { doctorCommand } from '../../../cli/doctor/arguments';
import { readBy } from '../../helpers/command-line';

const read = (...args: string[]) => readBy(doctorCommand, args);

it('looks at the whole deployment when nothing is given', async () => {
  expect((await read()).asked).toEqual({
    accounts: [],
    context: {},
    beforeDeploy: false,
    json: false,
    fix: false,
    yes: false,
    dryRun: false,
  });
});

it('reads every option', async () => {
  const { asked } = await read('--accounts', '111122223333, 222233334444', '--stack', 'Keys', '--json');
  expect(asked).toMatchObject({ accounts: ['111122223333', '222233334444'], stack: 'Keys', json: true });
  const before = await read('--before-deploy', '-c', 'sender=keys@acme.test', '--context=tags={"a":"b=c"}');
  expect(before.asked).toMatchObject({ beforeDeploy: true, context: { sender: 'keys@acme.test', tags: '{"a":"b=c"}' } });
});

it.each([
  [['--accounts', '12'], '--accounts: "12" must be an account id of 12 digits'],
  [['--accounts', '111122223333', '--before-deploy'], '--accounts and --before-deploy exclude each other'],
  [['--yes'], '--yes and --dry-run are for --fix: nothing is changed without it'],
  [['--dry-run'], '--yes and --dry-run are for --fix: nothing is changed without it'],
  [['-c', 'sender'], '--context: "sender" must be <name>=<value>'],
  [['--acounts', '1'], '--acounts is not an option; did you mean --accounts? --help shows what there is'],
])('refuses %j with exit code 2, and does nothing', async (args, message) => {
  const { asked, out, error, exitCode } = await read(...args);
  expect(error).toContain(message);
  expect([asked, out, exitCode]).toEqual([undefined, '', 2]);
});

it('explains every option', async () => {
  const { out } = await read('--help');
  for (const option of ['--accounts', '--before-deploy', '--context', '-c', '--stack', '--json', '--fix', '--yes', '--dry-run', '--help'])
    expect(out).toContain(option);
});
