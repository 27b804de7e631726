import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import 'aws-sdk-client-mock-jest';
import { sendDigests, sendMail, type MailSettings } from '../../../lambda/mail/send';
import { accountResult, action, keyFacts, user } from './factories';

const sesMock = mockClient(SESv2Client);
const ses = new SESv2Client({ region: 'eu-west-1' });
const mail: MailSettings = {
  sender: 'rotation@example.com',
  configurationSet: 'set',
  digestTemplate: 'the-digest',
  auditDigestTemplate: 'the-audit',
  ownerTag: 'OwnerEmail',
};
const patience = { sleep: jest.fn<Promise<void>, [number]>(() => Promise.resolve()), mayWait: (wait: number) => wait <= 40_000 };
const rejected = (name: string, message: string): Error => Object.assign(new Error(message), { name });
const userWithKey = (name: string, keyId: string, owner?: string) =>
  user(name, { keys: [keyFacts({ keyId })], actions: [action({ keyId })], ...(owner === undefined ? {} : { owner }) });

beforeEach(() => {
  sesMock.reset();
  patience.sleep.mockClear();
  sesMock.on(SendEmailCommand).resolves({ MessageId: 'm' });
});

describe('sendMail', () => {
  it('hands SES the template with escaped and plain values', async () => {
    await sendMail(ses, {
      from: 'a@example.com',
      replyTo: 'r@example.com',
      configurationSet: 'set',
      template: 't',
      to: 'b@example.com',
      data: { x: '<b>' },
    });
    expect(sesMock).toHaveReceivedCommandWith(SendEmailCommand, {
      FromEmailAddress: 'a@example.com',
      ReplyToAddresses: ['r@example.com'],
      Destination: { ToAddresses: ['b@example.com'] },
      ConfigurationSetName: 'set',
      Content: { Template: { TemplateName: 't', TemplateData: JSON.stringify({ html: { x: '&lt;b&gt;' }, text: { x: '<b>' } }) } },
    });
  });

  const dated = { from: 'a@example.com', configurationSet: 's', template: 't', to: 'b@example.com', data: {}, calendar: 'BEGIN:VCALENDAR' };
  const attachments = () => sesMock.commandCalls(SendEmailCommand).map((call) => call.args[0].input.Content?.Template?.Attachments);

  it('attaches the calendar of its dates', async () => {
    await sendMail(ses, dated);
    expect(attachments()).toEqual([
      [
        {
          FileName: 'access-keys.ics',
          ContentType: 'text/calendar',
          RawContent: Buffer.from('BEGIN:VCALENDAR'),
          ContentTransferEncoding: 'BASE64',
        },
      ],
    ]);
  });

  it('goes without the calendar where SES refuses it, and not at all where it refuses the mail', async () => {
    sesMock.on(SendEmailCommand).rejectsOnce(rejected('AccessDeniedException', 'not authorized to perform ses:SendRawEmail')).resolves({});
    await sendMail(ses, dated);
    expect(attachments()).toEqual([[expect.anything()], undefined]);
    sesMock.on(SendEmailCommand).rejects(rejected('MessageRejected', 'not verified'));
    await expect(sendMail(ses, dated)).rejects.toThrow('not verified');
    expect(attachments()).toHaveLength(3);
  });

  it('refuses data that SES would refuse, before calling it', async () => {
    const data = { x: 'a'.repeat(140_000) };
    await expect(sendMail(ses, { from: 'a@example.com', configurationSet: 's', template: 't', to: 'b@example.com', data })).rejects.toThrow(
      /b@example\.com: the template data has 2800\d\d characters, more than the 262144 that SES takes/,
    );
    expect(sesMock).not.toHaveReceivedCommand(SendEmailCommand);
  });
});

describe('sendDigests', () => {
  it.each([
    [false, 'the-digest'],
    [true, 'the-audit'],
  ])('dryRun %s uses the template %s', async (dryRun, template) => {
    const result = accountResult({ dryRun, users: [user('alice', { actions: [action({ outcome: dryRun ? 'planned' : 'done' })] })] });
    const { mails } = await sendDigests({ ses, mail, ...patience }, result, 'eu-west-1');
    expect(mails).toEqual([{ recipient: 'aws@example.com', template, items: 1, outcome: 'sent' }]);
    expect(sesMock.commandCalls(SendEmailCommand).map((c) => c.args[0].input.Content?.Template?.TemplateName)).toEqual([template]);
  });

  it('a recipient that SES refuses stops no other, and is a failure', async () => {
    sesMock
      .on(SendEmailCommand, { Destination: { ToAddresses: ['aws@example.com'] } })
      .rejects(rejected('MessageRejected', 'Email address is not verified'));
    const users = [userWithKey('alice', 'AKIAALICE', 'a@example.com'), userWithKey('bob', 'AKIABOB')];
    const { mails, failures, by: told } = await sendDigests({ ses, mail, ...patience }, accountResult({ users }), 'eu-west-1');
    expect(mails.map((m) => [m.recipient, m.outcome])).toEqual([
      ['aws@example.com', 'failed'],
      ['a@example.com', 'sent'],
    ]);
    expect(failures).toEqual([
      { step: 'send mail', error: 'MessageRejected', message: 'mail to aws@example.com: Email address is not verified' },
    ]);
    expect(told).toEqual(new Map([['AKIAALICE', [{ to: 'a@example.com', id: 'm' }]]]));
  });

  it('tells SES which account a mail is about, so that its events can be told apart', async () => {
    const { accepted } = await sendDigests(
      { ses, mail, ...patience },
      accountResult({ users: [userWithKey('alice', 'AKIAALICE')] }),
      'eu-west-1',
    );
    expect(accepted).toEqual([{ to: 'aws@example.com', id: 'm' }]);
    expect(sesMock).toHaveReceivedCommandWith(SendEmailCommand, { EmailTags: [{ Name: 'account', Value: '111122223333' }] });
  });

  it('a key counts as told when any one mail about it was accepted', async () => {
    sesMock.on(SendEmailCommand, { Destination: { ToAddresses: ['a@example.com'] } }).rejects(rejected('MessageRejected', 'no'));
    const { by: told } = await sendDigests(
      { ses, mail, ...patience },
      accountResult({ users: [userWithKey('alice', 'AKIAALICE', 'a@example.com')] }),
      'eu-west-1',
    );
    expect([...told.keys()]).toEqual(['AKIAALICE']);
  });

  it('an owner tag without an address is a failure beside the mails that went out', async () => {
    const { mails, failures } = await sendDigests(
      { ses, mail, ...patience },
      accountResult({ users: [userWithKey('alice', 'AKIAALICE', 'ask bob')] }),
      'eu-west-1',
    );
    expect(mails.map((m) => m.recipient)).toEqual(['aws@example.com']);
    expect(failures).toEqual([
      expect.objectContaining({ user: 'alice', step: 'send mail', message: expect.stringContaining('the tag OwnerEmail') as string }),
    ]);
  });

  it('keys of a part that was refused were not told', async () => {
    const users = Array.from({ length: 100 }, (_, n) => userWithKey(`user-${String(n).padStart(3, '0')}`, `AKIA${n}`));
    sesMock.reset();
    sesMock.on(SendEmailCommand).resolvesOnce({ MessageId: 'm' }).rejects(rejected('LimitExceededException', 'quota'));
    const { mails, by: told } = await sendDigests({ ses, mail, ...patience }, accountResult({ users }), 'eu-west-1');
    expect(mails.map((m) => m.outcome)).toEqual(['sent', 'failed']);
    expect(told.size).toBe(mails[0]?.items);
    expect([told.has('AKIA0'), told.has('AKIA99')]).toEqual([true, false]);
  });

  it.each([
    ['TooManyRequestsException', 'Too many requests'],
    ['ThrottlingException', 'Maximum sending rate exceeded'],
    ['LimitExceededException', 'Maximum sending rate exceeded'],
  ])('a mail that SES takes no sooner is sent later, after growing waits: %s', async (name, message) => {
    sesMock.on(SendEmailCommand).rejectsOnce(rejected(name, message)).rejectsOnce(rejected(name, message)).resolves({ MessageId: 'm' });
    const { mails, failures } = await sendDigests(
      { ses, mail, ...patience },
      accountResult({ users: [userWithKey('alice', 'AKIAALICE')] }),
      'eu-west-1',
    );
    expect([mails.map((m) => m.outcome), failures]).toEqual([['sent'], []]);
    const [first = 0, second = 0] = patience.sleep.mock.calls.map(([wait]) => wait);
    expect([first >= 5_000 && first <= 10_000, second >= 10_000 && second <= 20_000]).toEqual([true, true]);
  });

  it('a mail is a failure when no time is left to wait', async () => {
    sesMock.on(SendEmailCommand).rejects(rejected('TooManyRequestsException', 'Maximum sending rate exceeded'));
    const { mails, by: told } = await sendDigests(
      { ses, mail, ...patience },
      accountResult({ users: [userWithKey('alice', 'AKIAALICE')] }),
      'eu-west-1',
    );
    expect([mails.map((m) => m.outcome), [...told.keys()]]).toEqual([['failed'], []]);
    expect(patience.sleep).toHaveBeenCalledTimes(3);
  });

  it.each([
    ['ThrottlingException', 'Daily message quota exceeded'],
    ['MessageRejected', 'Email address is not verified'],
  ])('a mail that no waiting helps is a failure at once: %s, %s', async (name, message) => {
    sesMock.on(SendEmailCommand).rejects(rejected(name, message));
    const { mails } = await sendDigests(
      { ses, mail, ...patience },
      accountResult({ users: [userWithKey('alice', 'AKIAALICE')] }),
      'eu-west-1',
    );
    expect(mails.map((m) => m.outcome)).toEqual(['failed']);
    expect(patience.sleep).not.toHaveBeenCalled();
  });

  it('does not call SES when nobody has to hear anything', async () => {
    const result = accountResult({ users: [user('alice', { actions: [action({ action: 'wait' })] })] });
    expect(await sendDigests({ ses, mail, ...patience }, result, 'eu-west-1')).toEqual({
      mails: [],
      failures: [],
      accepted: [],
      by: new Map(),
    });
    expect(sesMock).not.toHaveReceivedCommand(SendEmailCommand);
  });
});
