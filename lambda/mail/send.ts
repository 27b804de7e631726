import { SendEmailCommand, type SESv2Client, type Template } from '@aws-sdk/client-sesv2';
import { errorFacts, RotationError } from '../shared/errors';
import { limited } from '../shared/limited';
import type { AccountResult, Failure, MailResult } from '../runs/schemas';
import { buildDigests, type DigestSettings } from './digest';
import { templateData } from './escape';
import { isThrottled, whileThrottled, type Patience } from '../shared/while-throttled';
import { MAX_TEMPLATE_DATA_CHARACTERS } from './pages';

/** Where digests come from and how they look. */
export interface MailSettings extends DigestSettings {
  /** The verified address that mails come from. */
  sender: string;
  replyTo?: string;
  /** The SES configuration set that reports rendering failures. */
  configurationSet: string;
  /** The SES template of an enforcing run's digest. */
  digestTemplate: string;
  /** The SES template of a DryRun digest. */
  auditDigestTemplate: string;
}

/** One mail by template. */
export interface Mail {
  from: string;
  replyTo?: string;
  configurationSet: string;
  template: string;
  /** One bare address. */
  to: string;
  /** The account that it is about, by which events of SES tell it; absent when it is about the whole organization. */
  account?: string;
  /** Plain values; they are escaped on the way out. */
  data: object;
  /** Dates to come, which the mail carries as a file. */
  calendar?: string;
}

/** A mail that SES accepted. */
interface AcceptedMail {
  /** SES's id of it. */
  id?: string;
  /** The address, in lower case. */
  to: string;
}

/** A mail's data exceeds what SES takes; nothing was sent. */
class TemplateDataTooLargeError extends RotationError {
  override readonly name = 'TemplateDataTooLargeError';
}

/** Mails in flight at once; more would only wait for SES's sending rate. */
const MAILS_AT_ONCE = 5;

/** In milliseconds, after the SDK has repeated the call for half a minute. */
const FIRST_WAIT_MS = 10_000;

/**
 * Whether SES takes no mail just now because the account sends too many a second, which all rotators share. A day's quota that is used
 * up does not come back in time: https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
 */
function isTooFast(error: unknown): boolean {
  const { error: name, message } = errorFacts(error);
  return (isThrottled(error) || name === 'LimitExceededException') && !/daily|quota/i.test(message);
}

/**
 * Hands one mail to SES, its values escaped for the HTML part, and gives SES's id of it; throws when SES refuses it or the data is too
 * large.
 */
export async function sendMail(ses: SESv2Client, mail: Mail): Promise<string | undefined> {
  const data = JSON.stringify(templateData(mail.data));
  if (data.length > MAX_TEMPLATE_DATA_CHARACTERS) {
    throw new TemplateDataTooLargeError(
      `mail to ${mail.to}: the template data has ${data.length} characters, more than the ${MAX_TEMPLATE_DATA_CHARACTERS} that SES takes`,
    );
  }
  const send = async (calendar: string | undefined): Promise<string | undefined> => {
    const { MessageId } = await ses.send(
      new SendEmailCommand({
        FromEmailAddress: mail.from,
        ...(mail.replyTo === undefined ? {} : { ReplyToAddresses: [mail.replyTo] }),
        Destination: { ToAddresses: [mail.to] },
        ConfigurationSetName: mail.configurationSet,
        ...(mail.account === undefined ? {} : { EmailTags: [{ Name: 'account', Value: mail.account }] }),
        Content: { Template: { TemplateName: mail.template, TemplateData: data, ...attached(calendar) } },
      }),
    );
    return MessageId;
  };
  try {
    return await send(mail.calendar);
  } catch (error) {
    if (mail.calendar === undefined || !isRefused(error)) throw error;
    // Whatever SES has against the file: people hear of their keys without it.
    return send(undefined);
  }
}

const attached = (calendar: string | undefined): Pick<Template, 'Attachments'> =>
  calendar === undefined
    ? {}
    : {
        Attachments: [
          {
            FileName: 'access-keys.ics',
            ContentType: 'text/calendar',
            RawContent: Buffer.from(calendar),
            ContentTransferEncoding: 'BASE64',
          },
        ],
      };

/** SES has not sent the mail, and would not send it later either. */
const isRefused = (error: unknown): boolean => REFUSALS.has(errorFacts(error).error);
const REFUSALS: ReadonlySet<string> = new Set(['AccessDeniedException', 'BadRequestException']);

/**
 * Sends every digest of an account's run, slowed down while SES takes no more; one that fails is in `failures` and stops no other. `by`
 * holds the keys that at least one accepted mail names, in the items it really shows, with these mails.
 */
export async function sendDigests(
  deps: { ses: SESv2Client; mail: MailSettings } & Pick<Patience, 'sleep' | 'mayWait'>,
  result: AccountResult,
  region: string,
): Promise<{ mails: MailResult[]; failures: Failure[]; accepted: AcceptedMail[]; by: Map<string, AcceptedMail[]> }> {
  const { ses, mail, sleep, mayWait } = deps;
  const template = result.dryRun ? mail.auditDigestTemplate : mail.digestTemplate;
  const { digests, failures } = buildDigests(result, region, mail);
  const accepted: AcceptedMail[] = [];
  const by = new Map<string, AcceptedMail[]>();
  const mails = await limited(MAILS_AT_ONCE, digests, async (digest): Promise<MailResult> => {
    const outcome = { recipient: digest.recipient, template, items: digest.keyIds.length };
    try {
      if (!mayWait(0)) throw new RotationError('no time was left to send it; what it announces is announced again by the next run');
      const { sender: from, replyTo, configurationSet } = mail;
      const letter = {
        from,
        ...(replyTo === undefined ? {} : { replyTo }),
        configurationSet,
        template,
        to: digest.recipient,
        account: result.account.id,
        data: digest.data,
        ...(digest.calendar === undefined ? {} : { calendar: digest.calendar }),
      };
      const id = await whileThrottled(() => sendMail(ses, letter), { sleep, firstWait: FIRST_WAIT_MS, mayWait, repeats: isTooFast });
      const one = { to: digest.recipient.toLowerCase(), ...(id !== undefined && { id }) };
      accepted.push(one);
      for (const keyId of digest.keyIds) by.set(keyId, [...(by.get(keyId) ?? []), one]);
    } catch (cause) {
      const { error, message } = errorFacts(cause);
      failures.push({ step: 'send mail', error, message: `mail to ${digest.recipient}: ${message}` });
      return { ...outcome, outcome: 'failed' };
    }
    return { ...outcome, outcome: 'sent' };
  });
  return { mails, failures, accepted, by };
}
