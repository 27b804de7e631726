import { ACTIONS } from '../shared/actions';
import type { AccountResult, Failure, KeyFacts, UserResult } from '../runs/schemas';
import { DETAIL_TYPES, detailTypeOf, EVENT_VERSION } from './detail-types';
import type { EventDetail } from './event-schemas';
import { shortened, type BusEvent } from './put-events';

/** An active key that is past the age of its disabling and stays active. */
export interface OverdueKey {
  user: string;
  keyId: string;
  /** Why, in one sentence for people. */
  reason: string;
}

type Common = Pick<EventDetail<'overdue'>, 'version' | 'runId' | 'at' | 'account' | 'accountName' | 'dryRun'>;

/** Events of one account's result: what was decided, which keys are overdue, and what failed. */
export function accountEvents(result: AccountResult, overdue: readonly OverdueKey[]): BusEvent[] {
  const { runId, account, dryRun, finishedAt } = result;
  const common: Common = { version: EVENT_VERSION, runId, at: finishedAt, account: account.id, accountName: account.name, dryRun };
  const users = new Map(result.users.map((user) => [user.user, user]));
  const idOf = ids(`${runId}/${account.id}`);
  return [
    ...result.users.flatMap((user) => actionEvents(common, user, idOf)),
    ...overdue.flatMap((key) => overdueEvent(common, users.get(key.user), key, idOf)),
    ...result.failures.map((failure) => failureEvent(common, failure, idOf)),
  ];
}

/** The event of something that did not work. */
export function failureEvent(
  common: Omit<Common, 'account' | 'dryRun'> & Partial<Common>,
  { user, keyId, step, error, message }: Failure,
  idOf: (...parts: (string | undefined)[]) => string,
): BusEvent {
  const detail: EventDetail<'failure'> = {
    id: idOf('failed', user, keyId, step, error),
    ...common,
    ...(user !== undefined && { user }),
    ...(keyId !== undefined && { keyId }),
    step,
    error,
    message: shortened(message),
  };
  return { detailType: DETAIL_TYPES.failure, detail };
}

/** Names events below a place: the same ones when the same is told again, and no two alike. */
export function ids(place: string): (...parts: (string | undefined)[]) => string {
  const given = new Map<string, number>();
  return (...parts) => {
    const id = [place, ...parts.filter((part) => part !== undefined)].join('/');
    const before = given.get(id) ?? 0;
    given.set(id, before + 1);
    return before === 0 ? id : `${id}/${before + 1}`;
  };
}

function actionEvents(common: Common, { user, arn, owner, keys, actions }: UserResult, idOf: ReturnType<typeof ids>): BusEvent[] {
  return actions.flatMap((action) => {
    if (!ACTIONS[action.action].event) return [];
    const key = keys.find(({ keyId }) => keyId === action.keyId);
    const told = { ...action };
    // Who looks for calls reads the result.
    delete told.requests;
    delete told.quiet;
    const detail: EventDetail<'action'> = {
      id: idOf(user, action.keyId, action.action, action.outcome),
      ...common,
      user,
      userArn: arn,
      ...(owner !== undefined && { owner }),
      ...told,
      action: action.action,
      reason: shortened(action.reason),
      ...(key && { key: seen(key) }),
    };
    return [{ detailType: detailTypeOf(action.action), detail }];
  });
}

function overdueEvent(
  common: Common,
  user: UserResult | undefined,
  { keyId, reason }: OverdueKey,
  idOf: ReturnType<typeof ids>,
): BusEvent[] {
  const key = user?.keys.find((one) => one.keyId === keyId);
  if (!user || !key) return [];
  const detail: EventDetail<'overdue'> = {
    id: idOf(user.user, keyId, 'overdue'),
    ...common,
    user: user.user,
    userArn: user.arn,
    keyId,
    key: seen(key),
    reason: shortened(reason),
  };
  return [{ detailType: DETAIL_TYPES.overdue, detail }];
}

function seen({ status, created, ageDays, lastUsed, lastUsedService, lastUsedRegion }: KeyFacts): EventDetail<'overdue'>['key'] {
  return {
    status,
    created,
    ageDays,
    ...(lastUsed !== undefined && { lastUsed }),
    ...(lastUsedService !== undefined && { lastUsedService }),
    ...(lastUsedRegion !== undefined && { lastUsedRegion }),
  };
}
