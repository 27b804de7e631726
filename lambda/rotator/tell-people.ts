import type { UserWorked } from '../core/rotate-user';
import { sendDigests, type MailSettings } from '../mail/send';
import type { AccountResult, UserResult } from '../runs/schemas';
import { addressList, addressOf } from '../shared/address';
import type { Account } from './account';
import { stopsMailingAt, stopsRecordingAt } from './deadlines';
import { putOffsToTell } from './memory/put-off';
import type { RunFacts } from './memory/remember-run';
import { knownUnclear } from './memory/remember-users';
import { recordNotices } from './record-notices';

/** The mails that SES accepted, and the keys that they name. */
type Accepted = Pick<RunFacts, 'told' | 'mails' | 'unclearTold'>;

/** Sends the digests of an account's run and starts the graces that were announced; gives the mails that SES accepted, and the keys that they name. */
export async function tellPeople(account: Account, result: AccountResult, worked: readonly UserWorked[]): Promise<Accepted> {
  const { services, invocation, deadline } = account;
  const stopsMailing = stopsMailingAt(invocation);
  deadline.moveTo(stopsMailing);
  deadline.watch(services.ses);
  const known = knownUnclear(account.read.memory, worked, services.clock());
  const putOff = account.dryRun ? [] : putOffsToTell(account.read.memory, worked, services.clock());
  const { mails, failures, accepted, by } = await sendDigests(
    {
      ses: services.ses,
      mail: { ...mailSettings(account), knownUnclear: known },
      sleep: services.sleep,
      mayWait: (wait) => services.clock().getTime() + wait < stopsMailing.getTime(),
    },
    { ...result, failures: [...result.failures, ...putOff] },
    invocation.region,
  );
  result.mails.push(...mails);
  result.failures.push(...failures);
  deadline.moveTo(stopsRecordingAt(invocation));
  if (!account.dryRun) await recordNotices(account, result, worked, new Set(by.keys()));
  return { told: by, mails: accepted, unclearTold: unclearTold(result, known, accepted) };
}

/** Whoever is told of a user: the account's address, and their owners. */
function unclearTold({ account, users }: AccountResult, known: ReadonlySet<string>, accepted: Accepted['mails']): ReadonlySet<string> {
  const reached = new Set(accepted.map(({ to }) => to));
  const isReached = ({ owner = '' }: UserResult): boolean =>
    [account.email, ...addressList(owner)].some((address) => reached.has(addressOf(address)?.toLowerCase() ?? ''));
  const isUnclear = ({ actions }: UserResult): boolean => actions.some(({ action }) => action === 'unclear-exemption');
  return new Set(users.filter((user) => !known.has(user.user) && isUnclear(user) && isReached(user)).map(({ user }) => user));
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
