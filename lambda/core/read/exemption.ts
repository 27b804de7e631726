import { paginateGetGroup, type IAMClient } from '@aws-sdk/client-iam';
import { AccountFailedError, errorFacts, RotationError } from '../../shared/errors';
import { DAY_MS } from '../../shared/period';
import { EXEMPT_UNTIL } from '../plan/key-state';
import { pageItems } from './page-items';

/**
 * Reads who is exempt, all pages of it. Only "no such group" means nobody; any other error is an AccountFailedError, because acting
 * on an exempt user is worse than not acting at all.
 */
export async function readExemptUsers(iam: IAMClient, group: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  try {
    for await (const page of paginateGetGroup({ client: iam }, { GroupName: group })) {
      for (const { UserName } of pageItems('GetGroup', page, page.Users)) {
        if (!UserName) throw new RotationError('IAM listed a member without a name');
        names.add(UserName);
      }
    }
    return names;
  } catch (cause) {
    const { error, message } = errorFacts(cause);
    if (error === 'NoSuchEntityException' || error === 'NoSuchEntity') return new Set();
    throw new AccountFailedError(`cannot read the exemption group ${group}, so nothing was changed: ${error}: ${message}`, { cause });
  }
}

const DATE = /^\d{4}-\d\d-\d\d$/;

/** Whether a member's exemption has lapsed: the day in `key-rotation:exempt-until` is over. A value that is not a date never lapses. */
export function exemptionLapsed(tags: ReadonlyMap<string, string>, now: Date): boolean {
  const until = tags.get(EXEMPT_UNTIL);
  if (until === undefined || !DATE.test(until)) return false;
  const last = new Date(`${until}T00:00:00Z`);
  // JavaScript reads 30 February as 1 March.
  if (Number.isNaN(last.getTime()) || last.toISOString().slice(0, 10) !== until) return false;
  return now.getTime() >= last.getTime() + DAY_MS;
}
