import { GetSuppressedDestinationCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { delivered } from '../../../lambda/rotator/delivered';
import type { AccountMemory } from '../../../lambda/rotator/memory/account-memory';
import { MemoryStore } from '../../../lambda/rotator/memory/memory-store';
import { accessDenied, awsError } from '../../helpers/aws';
import { ACCOUNT, NOW } from '../../helpers/facts';
import { fakeBucket } from '../../helpers/fake-bucket';

const bucket = fakeBucket(() => NOW);
const ses = mockClient(SESv2Client);
const AT = new Date(NOW.getTime() - 86_400_000).toISOString();
const ON = '2027-01-15T00:00:00.000Z';
const ENDED = '1970-01-01T00:00:00.000Z';

const memoryOf = (to = 'owner@x.io', users = ['alice']): AccountMemory => ({
  version: 1,
  mails: { m1: { to, at: AT } },
  keys: Object.fromEntries(
    users.map((user, index) => [
      `AKIA${index}`,
      { user, created: AT, active: true, seen: AT, told: { disable: { on: ON, at: AT, by: [to], mails: ['m1'] } } },
    ]),
  ),
});
const ask = (memory = memoryOf(), untold: 'wait' | 'proceed' = 'wait') =>
  delivered(
    {
      ses: new SESv2Client({ region: 'eu-west-1' }),
      clock: () => NOW,
      memory: new MemoryStore(new S3Client({ region: 'eu-west-1' }), 'results'),
      environment: { POLICY: { untold } },
    },
    ACCOUNT,
    memory,
  );
const failed = (record: object = {}): void => {
  bucket.put(`undelivered/${ACCOUNT}/m1.json`, {
    id: 'm1',
    kind: 'Rendering Failure',
    reason: "Attribute 'x' is\nnot present",
    to: ['owner@x.io'],
    sent: AT,
    ...record,
  });
};
const messages = async (asked: ReturnType<typeof ask>): Promise<string[]> => (await asked).failures.map(({ message }) => message);

beforeEach(() => {
  bucket.objects.clear();
  bucket.mock.resetHistory();
  ses.reset();
  ses.on(GetSuppressedDestinationCommand).rejects(awsError('NotFoundException', 404));
});

it('asks nobody where no mail was sent lately', async () => {
  const quiet: AccountMemory = { version: 1, keys: {} };
  await expect(ask(quiet)).resolves.toEqual({ memory: quiet, failures: [] });
  expect([bucket.mock.calls().length, ses.calls().length]).toEqual([0, 0]);
});

it('changes nothing where every mail was delivered', async () => {
  await expect(ask()).resolves.toEqual({ memory: memoryOf(), failures: [] });
});

it('names the mail and the step that nobody was told of', async () => {
  failed();
  const { memory, failures } = await ask();
  expect(memory.keys['AKIA0']?.told?.disable?.at).toBe(ENDED);
  expect(failures).toEqual([
    {
      user: 'alice',
      step: 'send mail',
      error: 'UndeliveredMailError',
      message: `the mail of ${AT.slice(0, 10)} to owner@x.io about alice was not delivered: SES could not render it (Attribute 'x' is not present)`,
    },
    {
      user: 'alice',
      keyId: 'AKIA0',
      step: 'tell',
      error: 'NobodyToldError',
      message:
        'nobody was told that AKIA0 will be disabled on 2027-01-15, because no mail about it was delivered, so it is announced anew, and waits until somebody was told',
    },
  ]);
});

it('is told once', async () => {
  failed();
  const { memory } = await ask();
  expect((await ask(memory)).failures).toEqual([]);
});

it.each([
  ['Reject', 'SES rejected it (Bad content)'],
  ['Bounce', 'it came back (Bad content)'],
  ['Something new', 'see its record (Bad content)'],
])('says what happened: %s', async (kind, expected) => {
  failed({ kind, reason: 'Bad content' });
  expect((await messages(ask()))[0]).toContain(expected);
});

it('names three of many users', async () => {
  failed();
  const { failures } = await ask(memoryOf('owner@x.io', ['a', 'b', 'c', 'd']));
  expect(failures[0]?.message).toContain('about a, b, c and others was not delivered');
  expect(failures[0]).not.toHaveProperty('user');
});

it('says that steps go on where the settings want it', async () => {
  failed();
  expect((await messages(ask(memoryOf(), 'proceed')))[1]).toContain('and it goes on all the same (untold=proceed)');
});

it('leaves the address that gets no mail at all to what is said of it anyway', async () => {
  failed();
  ses.on(GetSuppressedDestinationCommand).resolves({
    SuppressedDestination: { EmailAddress: 'owner@x.io', Reason: 'BOUNCE', LastUpdateTime: NOW },
  });
  const { memory, failures } = await ask();
  expect([memory.keys['AKIA0']?.told?.disable?.at, failures]).toEqual([ENDED, []]);
});

it('lets what was told stand, and says so, where SES does not say who gets no mail', async () => {
  ses.on(GetSuppressedDestinationCommand).rejects(accessDenied());
  const { memory, failures } = await ask();
  expect(memory).toEqual(memoryOf());
  expect(failures).toMatchObject([{ step: 'ask who gets no mail', error: 'AccessDenied' }]);
});

it('lets nothing happen where it cannot be read which mails were delivered', async () => {
  bucket.mock.rejects(accessDenied());
  await expect(ask()).rejects.toMatchObject({
    name: 'AccountFailedError',
    message: `whether mails about account ${ACCOUNT} were delivered cannot be read, so nothing was changed: s3://results/undelivered/${ACCOUNT}/: AccessDenied: not authorized`,
  });
});
