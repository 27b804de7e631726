import { HELP, readArguments } from '../../../cli/doctor/arguments';

it('looks at the whole deployment when nothing is given', () => {
  expect(readArguments([])).toEqual({
    accounts: [],
    context: {},
    stack: 'IamKeyRotation',
    beforeDeploy: false,
    json: false,
    help: false,
  });
});

it('reads every option', () => {
  const args = ['--accounts', '111122223333, 222233334444', '--stack', 'Keys', '--json'];
  expect(readArguments(args)).toMatchObject({ accounts: ['111122223333', '222233334444'], stack: 'Keys', json: true });
  const before = ['--before-deploy', '-c', 'sender=keys@acme.test', '-c', 'tags={"a":"b=c"}'];
  expect(readArguments(before)).toMatchObject({ beforeDeploy: true, context: { sender: 'keys@acme.test', tags: '{"a":"b=c"}' } });
});

it.each([
  [['--accounts', '12'], '--accounts: "12" must be an account id of 12 digits'],
  [['--accounts', '111122223333', '--before-deploy'], '--accounts and --before-deploy exclude each other'],
  [['-c', 'sender'], '-c: "sender" must be <setting>=<value>'],
  [['--acounts', '1'], "Unknown option '--acounts'"],
])('refuses %j', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});

it('explains every option', () => {
  for (const option of ['--accounts', '--before-deploy', '--context', '--stack', '--json', '--help']) expect(HELP).toContain(option);
});
