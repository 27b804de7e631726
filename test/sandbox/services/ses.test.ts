import * as ses from '@aws-sdk/client-sesv2';
import { organization } from '../../../sandbox/kernel/organization';
import { allow, failure, Harness, management, region } from '../harness';

let harness: Harness;
let client: ses.SESv2Client;
beforeEach(async () => {
  harness = await Harness.start();
  client = new ses.SESv2Client(harness.user('admin'));
  organization(harness.kernel).verifyIdentity(management, 'example.com');
  const account = harness.kernel.account(management);
  account.templates.set(`${region}/notice`, {
    name: 'notice',
    region,
    subject: 'Key {{key}}',
    html: '<p>{{name}}</p>',
    text: '{{#each items}}{{this}};{{/each}}',
  });
  account.configurationSets.set(`${region}/tracked`, { name: 'tracked', region, destinations: [] });
});
afterEach(() => {
  client.destroy();
  harness.stop();
});
const send = (data: unknown, rest: Partial<ses.SendEmailCommandInput> = {}, by = client) =>
  by.send(
    new ses.SendEmailCommand({
      FromEmailAddress: 'Keys <keys@example.com>',
      Destination: { ToAddresses: ['ana@example.org'] },
      Content: { Template: { TemplateName: 'notice', TemplateData: JSON.stringify(data) } },
      ...rest,
    }),
  );

it('renders templates without escaping, and keeps the mail', async () => {
  await send(
    { key: 'AKIA1', name: '<b>&amp;', items: [1, 2] },
    { ConfigurationSetName: 'tracked', ReplyToAddresses: ['desk@example.com'] },
  );
  expect(harness.kernel.world.mails).toEqual([
    expect.objectContaining({
      account: management,
      from: 'Keys <keys@example.com>',
      to: ['ana@example.org'],
      replyTo: ['desk@example.com'],
      configurationSet: 'tracked',
      template: 'notice',
      subject: 'Key AKIA1',
      html: '<p><b>&amp;</p>',
      text: '1;2;',
    }),
  ]);
});

it('accepts mail whose data lacks a value, and records that it was never delivered', async () => {
  expect(await failure(send({ key: 'AKIA1', items: [] }))).toBe('it succeeded');
  expect(harness.kernel.world.mails[0]).toMatchObject({
    subject: '',
    renderingFailure: expect.stringContaining('"name" not defined') as unknown,
  });
  expect(harness.kernel.world.mails[0]).not.toHaveProperty('html');
});

it.each<[string, Partial<ses.SendEmailCommandInput>, RegExp]>([
  [
    'a sender that is not verified',
    { FromEmailAddress: 'keys@other.com' },
    /^MessageRejected: Email address is not verified.*EU-WEST-1: keys@other.com$/,
  ],
  [
    'a template that does not exist',
    { Content: { Template: { TemplateName: 'none', TemplateData: '{}' } } },
    /^NotFoundException: Template none does not exist/,
  ],
  ['a configuration set that does not exist', { ConfigurationSetName: 'none' }, /^NotFoundException: Configuration set <none>/],
  ['data that is not JSON', { Content: { Template: { TemplateName: 'notice', TemplateData: '{' } } }, /^BadRequestException/],
  ['an address that is none', { Destination: { ToAddresses: ['ana'] } }, /^BadRequestException: Illegal address: ana/],
  [
    'more than 50 recipients',
    { Destination: { ToAddresses: Array.from({ length: 51 }, (_, index) => `a${index}@example.org`) } },
    /^BadRequestException/,
  ],
])('refuses %s, and keeps no mail', async (_, change, error) => {
  expect(await failure(send({ key: 'a', name: 'b', items: [] }, change))).toMatch(error);
  expect(harness.kernel.world.mails).toEqual([]);
});

it('needs both actions on the identity, the template and the configuration set', async () => {
  const arn = (resource: string): string => `arn:aws:ses:${region}:${management}:${resource}`;
  const resources = ['identity/example.com', 'template/notice', 'configuration-set/tracked'].map(arn);
  const actions = ['ses:SendEmail', 'ses:SendTemplatedEmail'];
  const attempt = (name: string, on: string[], what = actions) =>
    failure(
      send(
        { key: 'a', name: 'b', items: [] },
        { ConfigurationSetName: 'tracked' },
        new ses.SESv2Client(harness.user(name, [allow(what, on)])),
      ),
    );
  expect(await attempt('all', resources)).toBe('it succeeded');
  for (const [index, missing] of resources.entries()) {
    const others = resources.filter((resource) => resource !== missing);
    expect(await attempt(`less${index}`, others)).toMatch(new RegExp(`^AccessDeniedException: .* on resource: ${missing} because`));
  }
  expect(await attempt('plain', resources, ['ses:SendEmail'])).toMatch(/^AccessDeniedException: .*ses:SendTemplatedEmail/);
});

it('judges an address that is verified itself by its own identity', async () => {
  organization(harness.kernel).verifyIdentity(management, 'keys@example.com');
  await send({ key: 'a', name: 'b', items: [] });
  expect(harness.kernel.calls[0]?.authorized[0]?.resource).toBe(`arn:aws:ses:${region}:${management}:identity/keys@example.com`);
});

it('knows addresses to which nothing is delivered, in any letter case, until they are taken off the list', async () => {
  const asked = (EmailAddress: string) => client.send(new ses.GetSuppressedDestinationCommand({ EmailAddress }));
  await expect(asked('ana@example.org')).rejects.toMatchObject({ name: 'NotFoundException' });
  await client.send(new ses.PutSuppressedDestinationCommand({ EmailAddress: 'Ana@example.org', Reason: 'COMPLAINT' }));
  expect((await asked('ana@EXAMPLE.org')).SuppressedDestination).toMatchObject({
    Reason: 'COMPLAINT',
    LastUpdateTime: expect.any(Date) as Date,
  });
  await client.send(new ses.DeleteSuppressedDestinationCommand({ EmailAddress: 'ana@example.org' }));
  await expect(asked('ana@example.org')).rejects.toMatchObject({ name: 'NotFoundException' });
});

it('keeps the files that a templated mail carries', async () => {
  const Attachments = [{ FileName: 'dates.ics', ContentType: 'text/calendar', RawContent: Buffer.from('BEGIN') }];
  const mail = { Content: { Template: { TemplateName: 'notice', TemplateData: '{"key":"k","name":"n","items":[]}', Attachments } } };
  await send({}, mail);
  expect(harness.kernel.world.mails.at(-1)?.attachments).toEqual([{ name: 'dates.ics', type: 'text/calendar', content: 'BEGIN' }]);
  Attachments[0]!.FileName = 'dates';
  await expect(send({}, mail)).rejects.toThrow('the file name of an attachment needs an ending');
});
