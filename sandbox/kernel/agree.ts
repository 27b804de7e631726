import { quotas } from './quotas';
import type { AccountState, World } from './world';

/**
 * What waits for people and not for a call is done as when they say yes: SES identities are verified and production access is granted,
 * subscriptions are confirmed, quotas raised, and members agree to all features of the organization. Gives what was done, one line each.
 */
export function agree(world: World, account: AccountState): string[] {
  const done: string[] = [];
  for (const key of account.pendingIdentities) {
    account.identities.add(key);
    done.push(`SES identity ${key.slice(key.indexOf('/') + 1)} is verified`);
  }
  account.pendingIdentities.clear();
  const { sending } = account;
  if (sending.details?.review === 'PENDING') {
    sending.details.review = 'GRANTED';
    sending.production = true;
    done.push('SES may send to everybody');
  }
  for (const subscription of [...account.topics.values()].flatMap(({ subscriptions = [] }) => subscriptions)) {
    if (subscription.confirmed) continue;
    subscription.confirmed = true;
    done.push(`${subscription.endpoint} has confirmed the subscription`);
  }
  for (const { service, quota, wanted } of account.quotaRequests ?? []) {
    quotas.get(`${service}/${quota}`)?.raise(account, wanted);
    done.push(`quota ${quota} of ${service} is ${wanted}`);
  }
  delete account.quotaRequests;
  if (account.id === world.managementAccount && world.organization.billingOnly === 'enabling') {
    delete world.organization.billingOnly;
    done.push('the organization has all features');
  }
  return done;
}
