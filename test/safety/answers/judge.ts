import type { AccountResult, Failure } from '../../../lambda/runs/schemas';
import type { LogLine } from '../../../sandbox/kernel/contracts';
import type { Account, TestOrganization } from '../../helpers/sandbox-organization';
import type { Combination } from './combination';
import { withoutIntents, withoutMemory } from './state';

/** What a run made of an account. */
export interface Seen {
  states: ReadonlyMap<string, string>;
  /** `rotate done, wait done` by user, as the result tells it. */
  actions: ReadonlyMap<string, string>;
  /** What the result says of each user's actions, by user. */
  reasons: ReadonlyMap<string, string>;
  failures: readonly Failure[];
  /** Absent when no result was stored. */
  status?: AccountResult['status'];
}

/** An account's run with a fault in it, and what it is compared with. */
export interface Evidence {
  account: Account;
  /** The users' states before the run. */
  before: ReadonlyMap<string, string>;
  /** The same run without the fault. */
  wanted: Seen;
  seen: Seen;
  queue: ReturnType<TestOrganization['failedEvents']>;
  /** What the rotator logged meanwhile. */
  logs: readonly LogLine[];
}

type Judged = Omit<Combination, 'operation' | 'title' | 'inject' | 'repair'>;

/** What a run with a fault in it did not do right, one sentence each. */
export function complaintsAbout(asked: Judged, evidence: Evidence): string[] {
  const complaints = [...evidence.wanted.states.keys()].flatMap((user) => bystander(asked, evidence, user) ?? []);
  const named = isNamed(asked, evidence);
  const overcome = isOvercome(asked, evidence);
  const { victim } = asked;
  const putOff = (evidence.seen.actions.get(victim ?? '') ?? '').includes('deferred');
  const noted = asked.shows.test(evidence.seen.reasons.get(victim ?? '') ?? '');
  if (!{ overcome, named, told: overcome || named || putOff || noted }[asked.expect]) {
    complaints.push(`expected to be ${asked.expect}, but ${story(asked, evidence)}`);
  }
  if (named) complaints.push(...untouched(asked, evidence));
  const { logged } = asked;
  if (logged && !evidence.logs.some(({ line }) => logged.test(line) && line.includes(evidence.account.id))) {
    complaints.push(`no log line says "${logged.source}" of account ${evidence.account.id}`);
  }
  return complaints;
}

function bystander({ concerns, retold, untold }: Judged, { account, wanted, seen }: Evidence, user: string): string | undefined {
  if (concerns === 'everyone' || concerns.includes(user)) return undefined;
  const [is, should] = [seen, wanted].map(({ states }) => {
    const state = states.get(user) ?? 'gone';
    return untold ? withoutMemory(state) : state;
  });
  if (is !== should) return `${user} of ${account.name} is not concerned, but is [${is}], wanted [${should}]`;
  if (seen.status === undefined || retold) return undefined;
  const [did, asked] = [seen.actions.get(user) ?? '', wanted.actions.get(user) ?? ''];
  return did === asked ? undefined : `${user} of ${account.name} is not concerned, but did [${did}], wanted [${asked}]`;
}

function isOvercome({ victim, slow, gone, retold, endsAs }: Judged, { wanted, seen }: Evidence): boolean {
  if (seen.failures.length > 0 || seen.status !== wanted.status) return false;
  if (gone && victim !== undefined) return !seen.states.has(victim);
  const shown = (state = 'gone'): string => (slow ? withoutIntents(state) : state);
  const users = victim === undefined ? [...wanted.states.keys()] : [victim];
  const should = (user: string): string | undefined => (endsAs && user === victim ? endsAs(wanted.states) : wanted.states.get(user));
  return users.every(
    (user) => shown(seen.states.get(user)) === shown(should(user)) && (retold || seen.actions.get(user) === wanted.actions.get(user)),
  );
}

/** In the result, with the user; or, when there is no result of the attempt that failed, in the queue of failed events with the account. */
function isNamed(asked: Judged, evidence: Evidence): boolean {
  const { seen } = evidence;
  const named = seen.failures.some(
    ({ user, error, message }) => (asked.victim === undefined || user === asked.victim) && asked.shows.test(`${error}: ${message}`),
  );
  if (seen.status === undefined || asked.retold) return isQueued(asked, evidence);
  return named && seen.status !== 'succeeded';
}

function isQueued({ shows, everywhere }: Judged, { account, queue }: Evidence): boolean {
  return queue.some(({ requestPayload, responsePayload }) => {
    const { errorType = '', errorMessage = '' } = responsePayload ?? {};
    const { account: asked } = requestPayload as { account?: string };
    // The schedule's event names no account: the message has to, unless the whole organization is hit.
    const names = asked === undefined ? everywhere || errorMessage.includes(account.id) : asked === account.id;
    return names && shows.test(`${errorType}: ${errorMessage}`);
  });
}

function untouched(asked: Judged, evidence: Evidence): string[] {
  const { before, seen, account } = evidence;
  const kept = asked.untouched === 'everyone' ? [...before.keys()] : (asked.untouched ?? []);
  const changed = kept.filter((user) => seen.states.get(user) !== before.get(user));
  const lost = asked.untouched === 'everyone' && !isQueued(asked, evidence);
  return [
    ...changed.map((user) => `${user} was changed although that failed: ${seen.states.get(user) ?? 'gone'}`),
    ...(lost ? [`the failed account ${account.id} is not in the queue of failed events`] : []),
  ];
}

function story({ victim }: Judged, { seen }: Evidence): string {
  const who = victim === undefined ? '' : `${victim} is [${seen.states.get(victim) ?? 'gone'}], did [${seen.actions.get(victim) ?? ''}]; `;
  return `${who}status ${seen.status ?? 'not stored'}, failures ${JSON.stringify(seen.failures)}`;
}
