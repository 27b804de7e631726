import { resultKey } from '../runs/run-keys';
import type { AccountResult, Failure } from '../runs/schemas';
import { addressList, addressOf, isPlausibleAddress } from '../shared/address';
import { calendarOf } from './dates';
import { headlineOf } from './headline';
import { failureEntries, leftEntries, NO_STEPS, userEntries, type Entry, type ItemFacts } from './items';
import type { DigestData } from './model';
import { inOrder, paginate, sectionsOf } from './pages';
import { policyEntries, policyUserEntries } from './policy-entries';
import { wording, type Wording } from './sections';
import { LEVEL_WORDS, mostUrgent } from './urgency';
import { USAGE_NOTE } from './usage';
import { count, shellWord, showDay, showMoment } from './words';

/** One mail of the digest for one recipient, ready to be sent. */
interface Digest {
  recipient: string;
  data: DigestData;
  /** The keys that this mail names. */
  keyIds: string[];
  /** Its dates to come, for calendar programs. */
  calendar?: string;
}

/** What the settings say of digests. */
export interface DigestSettings {
  /** The user tag that names owners, for messages about wrong addresses. */
  ownerTag?: string;
  /** Whom to ask. */
  contact?: string;
  /** Users of whose unclear exemption people were told lately. */
  knownUnclear?: ReadonlySet<string>;
  /** Addresses, in lower case, to which SES delivers nothing; none is written to. */
  undeliverable?: Readonly<Record<string, { reason: string; since: string }>>;
}

/** Every digest of an account's run, and the addresses that no mail can be sent to. */
export interface Digests {
  digests: Digest[];
  failures: Failure[];
}

/** Kinds of items that a subject line has room for. */
const MAX_SUBJECT_COUNTS = 3;

function countsOf(ordered: readonly Entry[], dryRun: boolean): string[] {
  const counts = new Map<Wording, number>();
  for (const { kind, level } of ordered) {
    const words = wording(kind, dryRun, level === 'outage' || kind === 'attention' ? level : 'info');
    counts.set(words, (counts.get(words) ?? 0) + 1);
  }
  return [...counts].map(([{ counted }, items]) => counted(items));
}

function firstDate(entries: readonly Entry[], startedAt: string): string {
  const dates = entries.flatMap((entry) => (!NO_STEPS.has(entry.kind) && entry.on ? [Date.parse(entry.on)] : []));
  const ahead = dates.filter((at) => at >= Date.parse(startedAt));
  return ahead.length > 0 ? showMoment(new Date(Math.min(...ahead)).toISOString()) : '';
}

/** Whose mail it is, and what stands in each of one deployment. */
interface Addressed {
  recipient: string;
  because: string;
  contact: string;
}

const calendarPart = (calendar: string | undefined): Pick<Digest, 'calendar'> => (calendar === undefined ? {} : { calendar });

/** New keys in one mail for which it is said how they come by themselves. */
const MAX_STANZAS = 3;

function digestsFor({ recipient, because, contact }: Addressed, entries: readonly Entry[], result: AccountResult): Digest[] {
  const ordered = inOrder(entries);
  const { pages, left } = paginate(ordered, result.dryRun);
  const counts = countsOf(ordered, result.dryRun);
  const level = mostUrgent(ordered.map((entry) => entry.level));
  const about = { account: result.account.id, now: new Date(result.startedAt) };
  return pages.map((page, index) => ({
    recipient,
    keyIds: page.flatMap((entry) => entry.keyId ?? []),
    ...calendarPart(result.dryRun ? undefined : calendarOf(page, about)),
    data: {
      accountName: result.account.name,
      accountId: result.account.id,
      runId: result.runId,
      date: showDay(result.startedAt),
      counts: counts.join(', '),
      subjectCounts: counts.slice(0, MAX_SUBJECT_COUNTS).join(', ') + (counts.length > MAX_SUBJECT_COUNTS ? ' and more' : ''),
      firstDate: firstDate(ordered, result.startedAt),
      level,
      urgency: LEVEL_WORDS[level],
      headline: headlineOf(ordered),
      accountLabel: result.account.name || result.account.id,
      part: pages.length > 1 ? `part ${index + 1} of ${pages.length}` : '',
      sections: sectionsOf(page, result.dryRun),
      more:
        left.length > 0 && index === pages.length - 1
          ? `${count(left.length, 'more item is', 'more items are')} not listed here; all are in the result file ${resultKey(result.runId, result.account.id)}`
          : '',
      stanzas: page.flatMap(({ stanza }) => stanza ?? []).slice(0, MAX_STANZAS),
      usageNote: page.some(({ item }) => item.usage !== '') ? USAGE_NOTE : '',
      contact,
      because,
    },
  }));
}

/** What is known of one user, and where their owner can be reached. */
interface UserEntries {
  user: string;
  owners: string[];
  entries: Entry[];
}

function entriesByUser(
  result: AccountResult,
  run: ItemFacts,
  knownUnclear: ReadonlySet<string>,
): { users: UserEntries[]; others: Entry[] } {
  const failures = new Map<string, Failure[]>();
  for (const failure of result.failures) failures.set(failure.user ?? '', [...(failures.get(failure.user ?? '') ?? []), failure]);
  const users = result.users.map((user) => {
    const own = failures.get(user.user) ?? [];
    failures.delete(user.user);
    const entries = userEntries(user, own, run).filter(({ kind }) => kind !== 'unclear-exemption' || !knownUnclear.has(user.user));
    return { user: user.user, owners: addressList(user.owner ?? ''), entries };
  });
  const days = policyEntries(result.policies ?? [], run);
  return { users, others: [...failureEntries([...failures.values()].flat(), run), ...leftEntries(result.left), ...days] };
}

const isWorthAMail = (entries: readonly Entry[]): boolean => entries.some(({ kind }) => kind !== 'attention');

function invalidOwners(users: readonly UserEntries[], ownerTag: string | undefined): Failure[] {
  const tag = ownerTag === undefined ? 'the owner tag' : `the tag ${ownerTag}`;
  return users
    .flatMap(({ user, owners, entries }) => {
      const wrong = entries.length > 0 ? owners.filter((owner) => !isPlausibleAddress(owner)) : [];
      // A text without any address is one mistake, however many words it has.
      return (wrong.length === owners.length && wrong.length > 0 ? [wrong.join(' ')] : wrong).map((owner) => ({ user, owner }));
    })
    .map(({ user, owner }) => ({
      user,
      step: 'send mail',
      error: 'InvalidAddress',
      message: `${tag} of user ${user} holds "${owner}", which is not an e-mail address; the owner was not told`,
    }));
}

/** The name of the failure that says that an address gets no mail. */
const UNDELIVERABLE_ERROR = 'UndeliverableError';

const whyUndeliverable = (address: string, { reason, since }: { reason: string; since: string }, region: string): string =>
  `SES delivers nothing to ${address} since ${since.slice(0, 10)} (${reason}); name another address, or, once it takes mails again, in the account of the rotation: aws sesv2 delete-suppressed-destination --region ${region} --email-address ${shellWord(address)}`;

function unreachedOwners(
  users: readonly UserEntries[],
  undeliverable: NonNullable<DigestSettings['undeliverable']>,
  region: string,
): Failure[] {
  return users.flatMap(({ user, owners, entries }) => {
    if (!isWorthAMail(entries)) return [];
    const addresses = new Set(owners.flatMap((owner) => addressOf(owner) ?? []));
    return [...addresses].flatMap((address): Failure[] => {
      const why = undeliverable[address.toLowerCase()];
      if (!why) return [];
      const message = `the owner of ${user} was not told: ${whyUndeliverable(address, why, region)}`;
      return [{ user, step: 'send mail', error: UNDELIVERABLE_ERROR, message }];
    });
  });
}

function ownerDigests(users: readonly UserEntries[], account: string | undefined, contact: string, result: AccountResult): Digest[] {
  const owners = new Map<string, { recipient: string; entries: Entry[] }>();
  for (const { owners: named, entries } of users) {
    const recipients = new Map(named.flatMap((owner) => addressOf(owner) ?? []).map((recipient) => [recipient.toLowerCase(), recipient]));
    for (const [address, recipient] of recipients) {
      if (address === account?.toLowerCase()) continue;
      const known = owners.get(address) ?? { recipient, entries: [] };
      known.entries.push(...entries);
      owners.set(address, known);
    }
  }
  return [...owners.values()]
    .filter(({ entries }) => isWorthAMail(entries))
    .flatMap(({ recipient, entries }) =>
      digestsFor({ recipient, because: 'a tag names your address as the owner of the users listed', contact }, entries, result),
    );
}

/**
 * The mails of one account's run: the account's address gets everything, each owner only their users' items, each address one digest
 * (in parts when it is long). Only actions that people must hear about cause a mail; what was blocked, postponed or failed is listed
 * in a mail that goes anyway, because it would repeat every day and the run summary reports it.
 */
export function buildDigests(
  result: AccountResult,
  region: string,
  { ownerTag, contact = '', undeliverable = {}, knownUnclear = new Set() }: DigestSettings = {},
): Digests {
  const account = result.account.email.trim();
  const run = { region, dryRun: result.dryRun, now: new Date(result.startedAt), ...(ownerTag !== undefined && { ownerTag }) };
  const { users, others } = entriesByUser(result, run, knownUnclear);
  const failures = [...invalidOwners(users, ownerTag), ...unreachedOwners(users, undeliverable, region)];
  const recipient = addressOf(account);
  const isReached = ({ recipient: address }: Digest): boolean => undeliverable[address.toLowerCase()] === undefined;
  const owned = policyUserEntries(result.policies ?? [], run).map(({ user, owner, entries }) => ({
    user,
    owners: addressList(owner),
    entries,
  }));
  const digests = ownerDigests([...users, ...owned], recipient, contact, result).filter(isReached);
  const everything = [...users.flatMap(({ entries }) => entries), ...others, ...failureEntries(failures, run)];
  if (!isWorthAMail(everything)) return { digests, failures };
  const lost = recipient === undefined ? undefined : undeliverable[recipient.toLowerCase()];
  if (recipient !== undefined && lost) {
    const message = `the account ${result.account.id} was not told: ${whyUndeliverable(recipient, lost, region)}`;
    return { digests, failures: [...failures, { step: 'send mail', error: UNDELIVERABLE_ERROR, message }] };
  }
  if (recipient !== undefined) {
    const because = `your address is that of the AWS account ${result.account.name} (${result.account.id})`;
    return { digests: [...digestsFor({ recipient, because, contact }, everything, result), ...digests], failures };
  }
  const message = `the address "${account}" of account ${result.account.id} is not an e-mail address; the account was not told`;
  return { digests, failures: [...failures, { step: 'send mail', error: 'InvalidAddress', message }] };
}
