import type { UserWorked } from '../core/rotate-user';
import { sendDigests, type MailSettings } from '../mail/send';
import type { AccountResult } from '../runs/schemas';
import type { Account } from './account';
import { stopsMailingAt, stopsRecordingAt } from './deadlines';
import { recordNotices } from './record-notices';

/** Sends the digests of an account's run and starts the graces that were announced; gives the keys that accepted mails name, and their addresses. */
export async function tellPeople(
  account: Account,
  result: AccountResult,
  worked: readonly UserWorked[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { services, invocation, deadline } = account;
  const stopsMailing = stopsMailingAt(invocation);
  deadline.moveTo(stopsMailing);
  deadline.watch(services.ses);
  const { mails, failures, by } = await sendDigests(
    {
      ses: services.ses,
      mail: mailSettings(account),
      sleep: services.sleep,
      mayWait: (wait) => services.clock().getTime() + wait < stopsMailing.getTime(),
    },
    result,
    invocation.region,
  );
  result.mails.push(...mails);
  result.failures.push(...failures);
  deadline.moveTo(stopsRecordingAt(invocation));
  if (!account.dryRun) await recordNotices(account, result, worked, new Set(by.keys()));
  return by;
}

const mailSettings = ({ services: { environment }, read }: Account): MailSettings => ({
  sender: environment.SENDER,
  ...(environment.REPLY_TO !== undefined && { replyTo: environment.REPLY_TO }),
  configurationSet: environment.CONFIGURATION_SET,
  digestTemplate: environment.DIGEST_TEMPLATE,
  auditDigestTemplate: environment.AUDIT_DIGEST_TEMPLATE,
  ownerTag: environment.OWNER_EMAIL_TAG,
  ...(environment.CONTACT !== undefined && { contact: environment.CONTACT }),
  undeliverable: read.memory.undeliverable ?? {},
});
