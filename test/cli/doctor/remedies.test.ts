import { remediesFor } from '../../../cli/doctor/remedies';
import { readSettings } from '../../../lib/settings/read';

const sender = 'keys@acme.test';
/** As a stack's template gives them back. */
const running = (settings: object) => JSON.parse(JSON.stringify(readSettings({ sender, ...settings }))) as Record<string, unknown>;
const deploy = (settings: object, atHand: object, more?: object) =>
  remediesFor(running(settings), { rotation: { sender, ...atHand } }).deploy({ ...more });

it.each<[string, object, object, string]>([
  ['the settings at hand are those of the deployment', { dryRun: false, warn: '9d,1d' }, { dryRun: false, warn: ['9d', '1d'] }, ''],
  ['a setting was given on the command line', { dryRun: false }, {}, ' -c dryRun=false'],
  [
    'cdk.json was changed meanwhile',
    {},
    { dryRun: false, rotate: '80d', prefix: 'keys' },
    ' -c dryRun=true -c rotate=90d -c prefix=iam-key-rotation',
  ],
  [
    'lists and objects were given',
    { includeAccounts: '111111111111,222222222222', limits: { rotate: 5 } },
    {},
    ` -c 'limits={"rotate":5}' -c includeAccounts=111111111111,222222222222`,
  ],
  ['a list is empty by default', {}, { excludeAccounts: '111111111111' }, ' -c excludeAccounts='],
  [
    'words have spaces and quotes',
    { senderName: "Acme's keys", schedule: 'rate(1 day)' },
    {},
    ` -c 'senderName=Acme'\\''s keys' -c 'schedule=rate(1 day)'`,
  ],
  ['a profile was chosen', { profile: 'compliant' }, {}, ' -c profile=compliant -c rotate=75d -c disable=85d -c delete=95d'],
  [
    'a setting without default is at hand only',
    {},
    { alarmEmail: 'a@acme.test' },
    ' (without alarmEmail, which the deployment does not have)',
  ],
])('keeps the settings of the deployment when %s', (_, settings, atHand, flags) => {
  expect(deploy(settings, atHand)).toBe(`npx cdk deploy${flags}`);
});

it.each<[object, object]>([
  [{ dryRun: false, accounts: [{ id: '111111111111', name: "Acme's" }], deployment: 'list' }, {}],
  [
    { profile: 'compliant', tags: { team: 'a b' }, exemptPaths: '/a/,/b/' },
    { limits: { delete: 3 }, includeAccounts: ['111111111111'], warn: '2d' },
  ],
])('gives flags that make the same settings again: %j', (settings, atHand) => {
  const command = deploy(settings, atHand);
  const flags = [...command.matchAll(/ -c (?:'((?:[^']|'\\'')*)'|(\S+))/g)].map(([, quoted, bare]) =>
    (quoted?.replaceAll(`'\\''`, "'") ?? bare ?? '').split(/=(.*)/s),
  );
  const context = { rotation: { sender, ...atHand }, ...Object.fromEntries(flags.map(([name = '', value = '']) => [name, value])) };
  expect(readSettings(context)).toEqual(readSettings({ sender, ...settings }));
});

it('adds what a remedy changes, and gives every setting when those at hand are wrong', () => {
  expect(deploy({ dryRun: false }, { dryRun: false }, { alarmEmail: 'a@acme.test' })).toBe('npx cdk deploy -c alarmEmail=a@acme.test');
  expect(deploy({ dryRun: false }, { rotate: 'soon' })).toBe('npx cdk deploy -c dryRun=false');
});

it('says that the settings have to be kept when the deployed version does not tell them', () => {
  const { deploy: again, revertDrift, synth } = remediesFor(undefined, { rotation: { sender } });
  for (const [command, words] of [
    [again(), 'npx cdk deploy'],
    [revertDrift, 'npx cdk deploy --revert-drift'],
    [synth, 'npx cdk synth --quiet'],
  ])
    expect(command).toBe(`${words} (with the settings that you deployed with)`);
});

it.each<[string, object, object, string | undefined]>([
  ['the command line', { alarmEmail: 'running@acme.test' }, { alarmEmail: 'now@acme.test' }, 'now@acme.test'],
  ['cdk.json', { alarmEmail: 'running@acme.test' }, { rotation: { alarmEmail: 'file@acme.test' } }, 'file@acme.test'],
  ['cdk.json whose other settings are wrong', {}, { rotation: { alarmEmail: 'file@acme.test', rotate: 'x' } }, 'file@acme.test'],
  ['the deployment', { alarmEmail: 'running@acme.test' }, {}, 'running@acme.test'],
  ['nobody', {}, {}, undefined],
])('takes the alarm address from %s', (_, settings, context, address) => {
  expect(remediesFor(running(settings), { ...context }).alarmEmail).toBe(address);
});
