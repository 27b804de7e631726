import type * as sdk from '@aws-sdk/client-sesv2';
import type { Check, Context } from '../../kernel/contracts';
import { ServiceError } from '../../kernel/service-error';
import type { AccountState, SentMail } from '../../kernel/world';
import { handlersOf, type Call, type SdkShapes } from '../service';
import { accountOperations } from './account';
import { identityOperations } from './identities';
import { suppressionOperations } from './suppression';
import { renderTemplate } from './template';
import { reportTrouble, troubleOf } from './troubles';

type SendInput = SdkShapes<typeof sdk>['SendEmail']['input'];

/** https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const maxRecipients = 50;

/** SES: accepts mail, renders templates and keeps what it sent. */
export const ses = handlersOf<SdkShapes<typeof sdk>>(identityOperations, accountOperations, suppressionOperations, {
  SendEmail: {
    checks: sendChecks,
    async handle(input, call) {
      refuseUnsendable(input, call);
      const { Content, FromEmailAddress = '', Destination, ReplyToAddresses, ConfigurationSetName, EmailTags } = input;
      const mail: SentMail = {
        id: `0102${String(call.platform.next()).padStart(12, '0')}-sandbox`,
        at: call.now,
        account: call.account.id,
        region: call.region,
        from: FromEmailAddress,
        to: recipientsOf(Destination),
        replyTo: ReplyToAddresses ?? [],
        ...(ConfigurationSetName !== undefined && { configurationSet: ConfigurationSetName }),
        ...(EmailTags && { tags: Object.fromEntries(EmailTags.map(({ Name = '', Value = '' }) => [Name, Value])) }),
        ...contentOf(Content, call),
      };
      const troubles = mail.to.map((address) => troubleOf(addressOf(address), call.account, call.region));
      const trouble = mail.renderingFailure === undefined ? troubles.find((one) => one !== undefined) : 'rendering failure';
      call.world.mails.push(trouble ? { ...mail, trouble } : mail);
      if (trouble) await reportTrouble({ ...mail, trouble }, call);
      return { MessageId: mail.id };
    },
  },
});

/**
 * ASCII alone, before the `@` either plain or quoted; international domains as Punycode:
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html
 */
const deliverable = /^(?:"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])+"|[\x21\x23-\x3f\x41-\x7e]+)@[A-Za-z0-9.-]+$/;

/** The bare address in `Name <address>`. */
const addressOf = (from: string): string => /<([^<>]+)>\s*$/.exec(from)?.[1] ?? from;
const domainOf = (address: string): string => address.split('@').pop() ?? '';
const recipientsOf = (destination: sdk.Destination | undefined): string[] => [
  ...(destination?.ToAddresses ?? []),
  ...(destination?.CcAddresses ?? []),
  ...(destination?.BccAddresses ?? []),
];

/** The verified identity that covers an address: the address itself, else its domain or a parent of it; undefined when none is verified. */
function verifiedIdentity(address: string, { account, region }: Call): string | undefined {
  const labels = domainOf(address).split('.');
  const candidates = [address, ...labels.map((_, index) => labels.slice(index).join('.'))];
  return candidates.find((identity) => account.identities.has(`${region}/${identity}`));
}

function sendChecks(input: SendInput, call: Call): Check[] {
  const { Content, FromEmailAddress = '', ConfigurationSetName, Destination } = input;
  const address = addressOf(FromEmailAddress);
  const identity = verifiedIdentity(address, call) ?? domainOf(address);
  const name = Content.Template?.TemplateName;
  const context: Context = {
    'ses:ApiVersion': '2',
    'ses:FromAddress': address,
    'ses:FromDisplayName': FromEmailAddress.includes('<') ? FromEmailAddress.split('<')[0]?.trim() : undefined,
    'ses:Recipients': recipientsOf(Destination),
  };
  const arn = (resource: string): string => `arn:${call.world.partition}:ses:${call.region}:${call.account.id}:${resource}`;
  const resources = [
    arn(`identity/${identity}`),
    ...(ConfigurationSetName === undefined ? [] : [arn(`configuration-set/${ConfigurationSetName}`)]),
    ...(name === undefined ? [] : [arn(`template/${name}`)]),
  ];
  const actions = Content.Template === undefined ? ['ses:SendEmail'] : ['ses:SendEmail', 'ses:SendTemplatedEmail'];
  return actions.flatMap((action) => resources.map((resource) => ({ action, resource, context })));
}

/** Names and values of message tags: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_MessageTag.html */
const tagText = /^[\w-]{1,256}$/;

function refuseUnsendable({ FromEmailAddress, Destination, ConfigurationSetName, EmailTags = [] }: SendInput, call: Call): void {
  const { sending } = call.account;
  if (!sending.enabled) throw new ServiceError('SendingPausedException', `Email sending is disabled for account ${call.account.id}.`);
  const recipients = recipientsOf(Destination);
  // In SES's sandbox the recipients, too: https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html
  const needed = [FromEmailAddress ?? '(none)', ...(sending.production ? [] : recipients)];
  const failing = needed.filter((address) => verifiedIdentity(addressOf(address), call) === undefined);
  if (failing.length > 0) {
    const which = `The following identities failed the check in region ${call.region.toUpperCase()}: ${failing.join(', ')}`;
    throw new ServiceError('MessageRejected', `Email address is not verified. ${which}`);
  }
  const wrong = EmailTags.flatMap(({ Name = '', Value = '' }) => [Name, Value]).find((text) => !tagText.test(text));
  if (wrong !== undefined) throw new ServiceError('BadRequestException', `Invalid message tag: "${wrong}"`);
  if (recipients.length === 0 || recipients.length > maxRecipients) {
    throw new ServiceError('BadRequestException', `a mail needs 1 to ${maxRecipients} recipients, got ${recipients.length}`);
  }
  const invalid = recipients.find((recipient) => !deliverable.test(addressOf(recipient)));
  if (invalid !== undefined) throw new ServiceError('BadRequestException', `Illegal address: ${invalid}`);
  if (ConfigurationSetName !== undefined && !call.account.configurationSets.has(`${call.region}/${ConfigurationSetName}`)) {
    throw new ServiceError('NotFoundException', `Configuration set <${ConfigurationSetName}> does not exist.`);
  }
}

function contentOf(content: sdk.EmailContent, call: Call): Pick<SentMail, 'subject'> & Partial<SentMail> {
  const { Simple, Template } = content;
  if (Template) return templatedContent(Template, call.account, call.region);
  if (!Simple) throw new ServiceError('NotImplemented', 'the sandbox does not emulate raw mail', 501);
  const { Subject, Body } = Simple;
  return {
    subject: Subject?.Data ?? '',
    ...(Body?.Html?.Data !== undefined && { html: Body.Html.Data }),
    ...(Body?.Text?.Data !== undefined && { text: Body.Text.Data }),
  };
}

function templatedContent(
  { TemplateName = '', TemplateData = '{}', Attachments = [] }: sdk.Template,
  account: AccountState,
  region: string,
) {
  const template = account.templates.get(`${region}/${TemplateName}`);
  if (!template) throw new ServiceError('NotFoundException', `Template ${TemplateName} does not exist.`);
  const attachments = Attachments.map(({ FileName = '', ContentType, RawContent = new Uint8Array() }) => {
    if (!/\.\w+$/.test(FileName))
      throw new ServiceError('BadRequestException', `the file name of an attachment needs an ending: "${FileName}"`);
    return { name: FileName, type: ContentType ?? '', content: Buffer.from(RawContent).toString('utf8') };
  });
  return {
    template: TemplateName,
    templateData: TemplateData,
    ...renderTemplate(template, TemplateData),
    ...(attachments.length > 0 && { attachments }),
  };
}
