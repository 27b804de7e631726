import { calendar, utcOf } from '../../lambda/shared/calendar';
import type { ForecastEntry } from './operations/forecast';
import { haveSeveralRuns } from './several-runs';

/** A forecast as a calendar: what a run will do as all-day events, or, where one day has several runs, at their times. */
export function calendarOf(entries: readonly ForecastEntry[], stamp: string): string {
  const byTime = haveSeveralRuns(entries);
  const events = entries.map(({ at, account, user, keyId, action, label, owner, why }) => ({
    at,
    byTime,
    uid: `${utcOf(at)}-${account}-${user}-${keyId ?? 'user'}-${action}@iam-keys`,
    summary: `${label}: ${keyId ?? 'user'} of ${user}`,
    description: `Account ${account}${owner === null ? '' : `, owner ${owner}`}: ${why}`,
  }));
  return calendar(events, { stamp, by: 'iam-keys' });
}
