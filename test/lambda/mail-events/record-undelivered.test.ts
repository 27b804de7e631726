import { Logger } from '@aws-lambda-powertools/logger';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { recordUndelivered } from '../../../lambda/mail-events/record-undelivered';
import { parseUndelivered } from '../../../lambda/runs/undelivered';
import { accessDenied } from '../../helpers/aws';
import { fakeBucket } from '../../helpers/fake-bucket';
import { sesEvent } from './events';

const bucket = fakeBucket(() => new Date());
const logger = new Logger({ serviceName: 'test', logLevel: 'SILENT' });
const record = (event: unknown) => recordUndelivered(event, { s3: new S3Client({ region: 'eu-west-1' }), bucket: 'results', logger });
const stored = () => [...bucket.objects].map(([key, { body }]) => [key, parseUndelivered(body)] as const);

beforeEach(() => {
  bucket.objects.clear();
  bucket.calls.length = 0;
  bucket.mock.resetHistory();
});

it.each([
  ['Reject', { reject: { reason: 'Bad content' } }, 'Bad content'],
  ['Rendering Failure', { failure: { templateName: 't', errorMessage: "Attribute 'x' is not present" } }, "Attribute 'x' is not present"],
  ['Bounce', { bounce: { bounceType: 'Transient', bounceSubType: 'MailboxFull', bouncedRecipients: [] } }, 'Transient MailboxFull'],
])('records a %s below the account of the mail, by its id', async (eventType, particulars, reason) => {
  await record(sesEvent({ eventType, ...particulars }));
  expect(stored()).toEqual([
    [
      'undelivered/222233334444/0100-m1.json',
      { id: '0100-m1', kind: eventType, reason, to: ['owner@acme.example'], sent: '2026-01-05T02:00:01.000Z' },
    ],
  ]);
});

it('keeps one record of a mail, however often it is told', async () => {
  for (const reason of ['Bad content', 'Bad content']) await record(sesEvent({ eventType: 'Reject', reject: { reason } }));
  expect([bucket.objects.size, bucket.calls.length]).toEqual([1, 2]);
});

it('cuts what a mail server says', async () => {
  await record(sesEvent({ eventType: 'Reject', reject: { reason: 'x'.repeat(9_000) } }));
  expect(stored()[0]?.[1].reason).toHaveLength(500);
});

it.each<[string, object]>([
  ['no account', { tags: {} }],
  ['an account that is none', { tags: { account: ['../memory'] } }],
  ['an id that leads elsewhere', { messageId: '../../memory/222233334444' }],
  ['nobody', { destination: [] }],
])('refuses a mail of %s, and records nothing', async (_, mail) => {
  await expect(record(sesEvent({ eventType: 'Reject' }, mail))).rejects.toMatchObject({
    name: 'InvalidEventError',
    message: expect.stringMatching(/^the event is none of a mail of the rotation, nothing was recorded: detail\.mail\./) as unknown,
  });
  expect(bucket.calls).toEqual([]);
});

it('fails where it cannot store, so that Lambda repeats it', async () => {
  bucket.mock.on(PutObjectCommand).rejectsOnce(accessDenied());
  await expect(record(sesEvent({ eventType: 'Reject' }))).rejects.toMatchObject({ name: 'AccessDenied' });
});
