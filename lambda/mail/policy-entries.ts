import type { PolicyDay } from '../runs/schemas';
import { saysAll } from './explain';
import { entry, type Entry, type ItemFacts } from './items';
import type { DigestStep } from './model';
import { policyCounts } from './policy-words';
import { remedyForReaders } from './remedies';
import { fetches } from './steps';
import type { Level } from './urgency';
import { count, showMoment, withShownDates } from './words';

type Failed = readonly Pick<PolicyDay['failures'][number], 'user' | 'step' | 'error' | 'message' | 'times'>[];

const failedWords = (failures: Failed): string[] =>
  failures.map(({ user, step, error, message, times }) => {
    const what = `${error}: ${message}${message.endsWith('.') ? '' : '.'}`;
    return user === undefined
      ? `Failed ${count(times, 'time')}: ${step}: ${what}`
      : `${user}: ${step} failed ${count(times, 'time')}: ${what}`;
  });

/** What to do about what failed, each only once. */
const remedies = (failures: Failed, dryRun: boolean): string =>
  dryRun ? '' : [...new Set(failures.flatMap(({ error }) => (saysAll(error) ? [] : remedyForReaders(error))))].join(' ');

const since = (from: string): string => `since ${showMoment(from)}`;

const levelOf = (failed: number, blocked: number, dryRun: boolean): Level =>
  dryRun || failed + blocked === 0 ? 'info' : failed > 0 ? 'failed' : 'act';

const hasDone = ({ rotated, disabled, deleted, planned }: PolicyDay): boolean => rotated + disabled + deleted + planned > 0;

/**
 * One item per policy, with what its runs did since the last mail. A policy whose users fetch their keys gets one as soon as anything was
 * done, because no mail tells of its single keys; any other tells by itself, and is only named beside other news, where something went wrong.
 */
export function policyEntries(policies: readonly PolicyDay[], { dryRun }: Pick<ItemFacts, 'dryRun'>): Entry[] {
  return policies.flatMap((day) => {
    const { policy, fetched = false, failures, blocked } = day;
    const isWrong = failures.length + blocked.length > 0;
    if (!isWrong && !(fetched && hasDone(day))) return [];
    const kept = blocked.map(({ user, keyId, reason }) => `${user}: ${keyId} is blocked: ${reason}.`);
    const what = [
      `The policy ${policy} ${since(day.from)}: ${count(day.users, 'user')}, ${policyCounts(day)}.`,
      ...failedWords(failures),
      ...kept,
    ].join(' ');
    const item = { what: withShownDates(what), todo: remedies(failures, dryRun) };
    return [entry(fetched ? 'policy-day' : 'attention', levelOf(failures.length, blocked.length, dryRun), item, {})];
  });
}

/** The same for the owner of one user, with how the key is fetched. */
export function policyUserEntries(
  policies: readonly PolicyDay[],
  { dryRun, region }: Pick<ItemFacts, 'dryRun' | 'region'>,
): { user: string; owner: string; entries: Entry[] }[] {
  return policies.flatMap(({ policy, fetched = false, from, failures, byUser }) =>
    byUser.flatMap(({ user, owner, rotated, failed, secretName = '' }) => {
      if (owner === undefined || !fetched || rotated + failed === 0) return [];
      const own = failures.filter((failure) => failure.user === user);
      const what = [
        `The policy ${policy} has replaced the key of this user ${count(rotated, 'time')} ${since(from)}${failed > 0 ? `, with ${count(failed, 'failure')}` : ''}.`,
        ...failedWords(own.map(({ step, error, message, times }) => ({ step, error, message, times }))),
      ].join(' ');
      const steps = secretName === '' || dryRun ? [] : [fetchesNow(secretName, region)];
      const item = { user, what: withShownDates(what), todo: remedies(own, dryRun), secretName, steps };
      return [{ user, owner, entries: [entry('policy-day', levelOf(failed, 0, dryRun), item, { user })] }];
    }),
  );
}

const fetchesNow = (secretName: string, region: string): DigestStep => ({
  hint: 'Nothing is to be done where programs fetch the key whenever they need it. To see the one that works now, with credentials of the user; where the answer names another secret as AlsoIn, the key whose CreateDate is later:',
  command: fetches(secretName, region),
});
