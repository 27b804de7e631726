import { fingerprint } from '../../demo/story/fingerprint';
import { FUNCTIONS, TEAM, testOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);
const good = { account: TEAM.id, email: TEAM.email, name: TEAM.name };

/** Title, event, and everything that the one message must say. */
type Bad = [what: string, event: unknown, says: string[], kind?: string];
const rotator: Bad[] = [
  ['nothing', {}, ['account: ', 'email: ', 'name: ']],
  ['no object', [], ['event: ']],
  ['null', null, ['event: ']],
  ['a missing key', { account: TEAM.id, name: 'x' }, ['email: ']],
  ['an account that is a number', { ...good, account: 222_233_334_444 }, ['account: ', '(got 222233334444)']],
  ['an account id that is too short', { ...good, account: '12345' }, ['account: must be an account id of 12 digits', '(got "12345")']],
  ['a dryrun that is text', { ...good, dryrun: 'true' }, ['dryrun: ', '(got "true")']],
  ['a misspelt ForceRotate', { ...good, ForceRotat: 'alice' }, ['unknown key "ForceRotat"', 'the nearest known one is "ForceRotate"']],
  ['a misspelt dryrun', { ...good, dryRun: true }, ['unknown key "dryRun"', 'the nearest known one is "dryrun"']],
  ['a user name that cannot be one', { ...good, ForceRotate: 'a b' }, ['ForceRotate: must be an IAM user name', '(got "a b")']],
  ['an empty ForceRotate', { ...good, ForceRotate: '' }, ['ForceRotate: must be an IAM user name']],
  ['a run id that leads elsewhere', { ...good, runId: '../x' }, ['runId: must be 1 to 80 letters', '(got "../x")']],
  ['several mistakes at once', { account: 1, emial: 'x', name: 'n' }, ['account: ', 'email: ', '"emial"', '"email"']],
];
const orchestrator: Bad[] = [
  ['no object', 'run', ['event: ']],
  ['accounts that are no list', { accounts: TEAM.id }, ['accounts: ']],
  ['no account in the list', { accounts: [] }, ['accounts: ']],
  ['an account id that is none', { accounts: ['1'] }, ['accounts.0: must be an account id of 12 digits', '(got "1")']],
  [
    'an account outside the organization',
    { accounts: [TEAM.id, '999999999999'] },
    ['accounts: not in the organization: 999999999999'],
    'AccountNotRotatedError',
  ],
  ['a misspelt accounts', { acounts: [TEAM.id] }, ['unknown key "acounts"', 'the nearest known one is "accounts"']],
  ['ForceRotate without account', { ForceRotate: 'alice' }, ['account and ForceRotate go together']],
  ['account without ForceRotate', { account: TEAM.id }, ['account and ForceRotate go together']],
  ['ForceRotate with accounts', { accounts: [TEAM.id], account: TEAM.id, ForceRotate: 'a' }, ['cannot be combined with ForceRotate']],
  ['a dryrun that is text', { dryrun: 'false' }, ['dryrun: ', '(got "false")']],
];
const reporter: Bad[] = [
  ['no object', 7, ['event: ']],
  ['a misspelt runId', { runid: 'x' }, ['unknown key "runid"', 'the nearest known one is "runId"']],
  ['a run id that leads elsewhere', { runId: 'a/b' }, ['runId: must be 1 to 80 letters', '(got "a/b")']],
  ['a run that never was', { runId: '20260101T000000Z-00000000' }, ['runId "20260101T000000Z-00000000"', 'nothing was reported']],
];
const cases: [name: string, ...Bad][] = [
  ...rotator.map((bad): [string, ...Bad] => [FUNCTIONS.rotator, ...bad]),
  ...orchestrator.map((bad): [string, ...Bad] => [FUNCTIONS.orchestrator, ...bad]),
  ...reporter.map((bad): [string, ...Bad] => [FUNCTIONS.reporter, ...bad]),
];

it.each(cases)('%s, given %s, says so in one message and does nothing', async (name, _, event, says, kind = 'InvalidEventError') => {
  const org = organization();
  org.addUser(TEAM, 'alice', [{ ageDays: 400 }]);
  const before = fingerprint(org.sandbox);
  const refused = await org.invoke(name, event).catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: kind });
  const { message } = refused as Error;
  for (const part of says) expect(message).toContain(part);
  expect(message).toMatch(/nothing was (done|reported)/);
  expect(message).not.toContain('\n');
  expect(org.callsOfApp().filter(({ mutating, service }) => mutating && service !== 'logs')).toEqual([]);
  expect(fingerprint(org.sandbox)).toBe(before);
  expect(org.sandbox.mails).toEqual([]);
});

it.each([
  [FUNCTIONS.rotator, { acount: TEAM.id }],
  [FUNCTIONS.orchestrator, { acounts: [] }],
  [FUNCTIONS.reporter, { runid: 'x' }],
])('%s hands a bad event that nobody waits for to the queue of failed events, with the message', async (name, event) => {
  const org = organization();
  await org.sandbox.invoke(name, event, { type: 'Event' });
  await org.sandbox.drain();
  expect(org.failedEvents()).toMatchObject([
    {
      requestPayload: event,
      responsePayload: { errorType: 'InvalidEventError', errorMessage: expect.stringContaining('the nearest known one is') as string },
    },
  ]);
  expect(org.mutations()).toEqual([]);
});
