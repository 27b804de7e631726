import type { AccountState, MailTrouble, SentMail } from '../../kernel/world';
import { publish } from '../events/publish';
import type { Call } from '../service';

/** What SES calls a trouble: in a configuration set's destinations, in an event, and on the event bus. */
interface Names {
  matching: string;
  eventType: string;
  detailType: string;
}

const BOUNCE: Names = { matching: 'bounce', eventType: 'Bounce', detailType: 'Email Bounced' };
/** https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html */
const names: Record<MailTrouble, Names> = {
  'rendering failure': { matching: 'renderingFailure', eventType: 'Rendering Failure', detailType: 'Email Rendering Failed' },
  reject: { matching: 'reject', eventType: 'Reject', detailType: 'Email Rejected' },
  'transient bounce': BOUNCE,
  suppressed: BOUNCE,
};

/** What becomes of a mail to an address that SES has accepted; undefined when it arrives. */
export function troubleOf(address: string, account: AccountState, region: string): MailTrouble | undefined {
  const key = `${region}/${address.toLowerCase()}`;
  return account.suppressed.has(key) ? 'suppressed' : account.mailTroubles.get(key);
}

/** Tells the destinations of the mail's configuration set that it was not delivered. */
export async function reportTrouble(mail: SentMail & { trouble: MailTrouble }, call: Call): Promise<void> {
  const set = call.account.configurationSets.get(`${mail.region}/${mail.configurationSet ?? ''}`);
  const { matching, eventType, detailType } = names[mail.trouble];
  const detail = { eventType, mail: headOf(mail, call), ...particulars(mail) };
  for (const { events, target } of set?.destinations ?? []) {
    if (!events.includes(matching)) continue;
    const resources = [arnOf(call, `configuration-set/${mail.configurationSet ?? ''}`)];
    if (/:event-bus\/default$/.test(target)) await publish({ source: 'aws.ses', detailType, resources, detail }, call);
    const topic = [...call.account.topics.values()].find(({ arn }) => arn === target);
    topic?.published.push({ at: call.now, message: JSON.stringify(detail) });
  }
}

const arnOf = ({ world, region, account }: Call, resource: string): string =>
  `arn:${world.partition}:ses:${region}:${account.id}:${resource}`;

/** https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-contents-mail-object */
function headOf({ id, at, from, to, tags = {}, configurationSet = '' }: SentMail, call: Call): Record<string, unknown> {
  return {
    timestamp: at.toISOString(),
    source: from,
    sendingAccountId: call.account.id,
    messageId: id,
    destination: to,
    headersTruncated: false,
    headers: [],
    commonHeaders: {},
    tags: {
      'ses:configuration-set': [configurationSet],
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
    },
  };
}

function particulars({ trouble, to, at, template, renderingFailure }: SentMail): Record<string, unknown> {
  if (trouble === 'reject') return { reject: { reason: 'Bad content' } };
  if (trouble === 'rendering failure') {
    const errorMessage = renderingFailure ?? "Attribute 'headline' is not present in the rendering data.";
    return { failure: { templateName: template, errorMessage } };
  }
  const [bounceType, bounceSubType] = trouble === 'suppressed' ? ['Permanent', 'OnAccountSuppressionList'] : ['Transient', 'General'];
  const bouncedRecipients = to.map((emailAddress) => ({ emailAddress }));
  return { bounce: { bounceType, bounceSubType, bouncedRecipients, timestamp: at.toISOString(), feedbackId: 'sandbox' } };
}
