import { paginateGetGroup, type IAMClient } from '@aws-sdk/client-iam';
import { AccountFailedError, errorFacts, isNoSuchEntity, RotationError } from '../../shared/errors';
import { pageItems } from './page-items';

/**
 * Reads who is in the exemption group, all pages of it. Only "no such group" means nobody, and that only of a group that the deployment
 * makes itself: one that `exists` by settings may be misspelled. Any other error is an AccountFailedError, because acting on an exempt user
 * is worse than not acting at all.
 */
export async function readExemptUsers(iam: IAMClient, group: string, { exists }: { exists: boolean }): Promise<ReadonlySet<string>> {
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
    if (isNoSuchEntity(cause) && !exists) return new Set();
    const { error, message } = errorFacts(cause);
    const hint = isNoSuchEntity(cause) ? ' (exemptionGroupExists says that it is there: is its name spelled right?)' : '';
    throw new AccountFailedError(`cannot read the exemption group ${group}, so nothing was changed: ${error}: ${message}${hint}`, {
      cause,
    });
  }
}
