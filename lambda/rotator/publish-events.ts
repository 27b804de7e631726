import { accountEvents } from '../bus/account-events';
import { putEvents, type Bus } from '../bus/put-events';
import type { AccountResult } from '../runs/schemas';
import type { Period } from '../shared/period';
import { overdueKeys } from './overdue';

/** Puts an account's result on the default event bus, one event for each action, overdue key and failure; throws when any was refused. */
export function publishEvents(bus: Bus, result: AccountResult, disable: Period): Promise<void> {
  return putEvents(bus, accountEvents(result, overdueKeys(result, disable)));
}
