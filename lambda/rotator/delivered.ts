import type { SESv2Client } from '@aws-sdk/client-sesv2';
import { undeliverableAmong, type Undeliverable } from '../mail/delivery';
import type { Failure } from '../runs/schemas';
import { errorFacts } from '../shared/errors';
import type { AccountMemory } from './memory/account-memory';
import { addressesInDoubt, mailsInDoubt, withDelivery, type LostMail, type LostPromise } from './memory/delivery';
import type { MemoryStore } from './memory/memory-store';
import { NOBODY_TOLD_ERROR } from './nobody-told';

/** The memory without what was told in mails that were not delivered, and what is to be said of them. */
export interface Delivered {
  memory: AccountMemory;
  failures: Failure[];
}

/** What asking needs. */
interface Asking {
  ses: SESv2Client;
  clock: () => Date;
  memory: MemoryStore;
  environment: { POLICY: { untold: 'wait' | 'proceed' } };
}

/**
 * Asks what became of the mails of the last days: nothing on a day without such mails. That SES does not say who gets no mail is a failure,
 * and what people were told then stands; that the records of single mails cannot be read is an AccountFailedError.
 */
export async function delivered(
  { ses, clock, memory: store, environment }: Asking,
  account: string,
  memory: AccountMemory,
): Promise<Delivered> {
  const now = clock();
  const [addresses, mails] = [addressesInDoubt(memory, now), mailsInDoubt(memory)];
  const undelivered = mails.length === 0 ? [] : await store.undelivered(account, mails);
  const failures: Failure[] = [];
  let undeliverable = new Map<string, Undeliverable>();
  try {
    if (addresses.length > 0) undeliverable = await undeliverableAmong(ses, addresses);
  } catch (cause) {
    failures.push({ step: 'ask who gets no mail', ...errorFacts(cause) });
    undeliverable = knownBefore(memory);
  }
  if (addresses.length + mails.length === 0) return { memory, failures };
  const after = withDelivery(memory, { undeliverable, undelivered }, now);
  const single = after.mails.filter(({ to }) => !to.some((address) => undeliverable.has(address.toLowerCase())));
  const { untold } = environment.POLICY;
  const untoldSteps = single.length === 0 ? [] : after.promises.flatMap((promise) => untoldFailure(promise, untold));
  return { memory: after.memory, failures: [...failures, ...single.map(mailFailure), ...untoldSteps] };
}

const knownBefore = ({ undeliverable = {} }: AccountMemory): Map<string, Undeliverable> =>
  new Map(Object.entries(undeliverable).map(([address, { reason, since }]) => [address, { reason, since: new Date(since) }]));

/** The name of the failure that says that SES accepted a mail and did not deliver it. */
const UNDELIVERED_ERROR = 'UndeliveredMailError';

/** Users that a failure names; a mail may be about many. */
const MAX_USERS = 3;

const HAPPENED: Readonly<Record<string, string>> = {
  Reject: 'SES rejected it',
  'Rendering Failure': 'SES could not render it',
  Bounce: 'it came back',
};

function mailFailure({ id, kind, reason, to, sent, users }: LostMail): Failure {
  const [user] = users;
  const about = users.length === 0 ? '' : ` about ${users.slice(0, MAX_USERS).join(', ')}${users.length > MAX_USERS ? ' and others' : ''}`;
  const of = sent === '' ? id : `of ${sent.slice(0, 10)} to ${to.join(', ')}`;
  const why = `${HAPPENED[kind] ?? 'see its record'}${reason === '' ? '' : ` (${reason.replace(/\s+/g, ' ')})`}`;
  return {
    ...(users.length === 1 && user !== undefined && { user }),
    step: 'send mail',
    error: UNDELIVERED_ERROR,
    message: `the mail ${of}${about} was not delivered: ${why}`,
  };
}

function untoldFailure({ user, keyId, step, on }: LostPromise, untold: 'wait' | 'proceed'): Failure[] {
  if (step === 'hold') return [];
  const then =
    untold === 'wait' ? 'so it is announced anew, and waits until somebody was told' : 'and it goes on all the same (untold=proceed)';
  const message = `nobody was told that ${keyId} will be ${step}d on ${on.slice(0, 10)}, because no mail about it was delivered, ${then}`;
  return [{ user, keyId, step: 'tell', error: NOBODY_TOLD_ERROR, message }];
}
