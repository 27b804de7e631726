import { CreateEmailIdentityCommand, GetAccountCommand, GetEmailIdentityCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import { errorFacts } from '../../lambda/shared/errors';
import { fine, problem, type Finding, type Repair } from './finding';

/** Whether mails can be sent as the sender, to anybody, one to each account and the summary within a day. */
export async function checkMail(ses: SESv2Client, sender: string, accounts: number): Promise<Finding[]> {
  return [await checkSender(ses, sender), ...(await checkSending(ses, accounts))];
}

/** The identities that SES sends an address as: itself, its domain, and the domains above it. */
function identitiesOf(sender: string): string[] {
  const labels = sender.slice(sender.lastIndexOf('@') + 1).split('.');
  return [sender, ...labels.slice(0, Math.max(1, labels.length - 1)).map((_, place) => labels.slice(place).join('.'))];
}

async function checkSender(ses: SESv2Client, sender: string): Promise<Finding> {
  const pending: string[] = [];
  for (const identity of identitiesOf(sender)) {
    const verified = await isVerified(ses, identity);
    if (verified) return fine('sender', `${identity} is verified in SES`);
    if (verified === false) pending.push(identity);
  }
  const [known] = pending;
  if (known === undefined) {
    const domain = sender.slice(sender.lastIndexOf('@') + 1);
    return {
      ...problem('sender', `SES knows neither ${sender} nor its domain`, `aws sesv2 create-email-identity --email-identity ${domain}`),
      repairs: [
        request(
          ses,
          sender,
          domain,
          `SES waits for three records in the DNS of ${domain}, and names them; then any address there may send`,
        ),
        request(ses, sender, sender, `AWS sends a mail to ${sender}; once somebody has followed its link, this one address may send`),
      ],
    };
  }
  const next = known.includes('@')
    ? `open the mail that AWS has sent to ${known} and follow its link`
    : `publish the records that this names in the DNS of ${known}: aws sesv2 get-email-identity --email-identity ${known} --query DkimAttributes`;
  return problem('sender', `${known} is not verified in SES yet`, next);
}

/** Asks SES to verify an identity, which changes nothing for others. */
const request = (ses: SESv2Client, sender: string, identity: string, changes: string): Repair => ({
  action: 'ses:CreateEmailIdentity',
  input: { EmailIdentity: identity },
  changes,
  async make() {
    try {
      await ses.send(new CreateEmailIdentityCommand({ EmailIdentity: identity }));
    } catch (error) {
      if (errorFacts(error).error !== 'AlreadyExistsException') throw error;
    }
  },
  again: () => checkSender(ses, sender),
});

/** Undefined when SES has no such identity. */
async function isVerified(ses: SESv2Client, identity: string): Promise<boolean | undefined> {
  try {
    return (await ses.send(new GetEmailIdentityCommand({ EmailIdentity: identity }))).VerifiedForSendingStatus === true;
  } catch (error) {
    if (errorFacts(error).error === 'NotFoundException') return undefined;
    throw error;
  }
}

async function checkSending(ses: SESv2Client, accounts: number): Promise<Finding[]> {
  const { ProductionAccessEnabled, SendingEnabled, SendQuota } = await ses.send(new GetAccountCommand({}));
  if (SendingEnabled === false) {
    return [problem('sending', 'sending is switched off in SES', 'aws sesv2 put-account-sending-attributes --sending-enabled')];
  }
  if (ProductionAccessEnabled !== true) {
    const next =
      'aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url https://your-company.example';
    return [problem('sending', 'SES is in its sandbox: mails reach verified addresses only', next)];
  }
  const quota = SendQuota?.Max24HourSend ?? 0;
  const needed = accounts + 1;
  // -1 stands for no limit: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendQuota.html
  if (quota >= 0 && quota < needed) {
    const next = `aws service-quotas request-service-quota-increase --service-code ses --quota-code L-804C8AE8 --desired-value ${needed * 2}`;
    return [problem('sending', `SES sends ${quota} mails a day, a run needs ${needed}, and one for each owner`, next)];
  }
  return [
    fine(
      'sending',
      quota < 0 ? 'SES sends without a limit' : `SES sends ${quota} mails a day; a run needs ${needed}, and one for each owner`,
    ),
  ];
}
