import { PutEventsCommand, type EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { ACTIONS } from '../shared/actions';
import { RotationError } from '../shared/errors';
import { EVENT_SOURCE } from '../shared/names';
import type { AccountResult } from '../runs/schemas';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const EVENTS_PER_CALL = 10;

/** Puts one event per action on the default event bus; throws when EventBridge refuses any of them. */
export async function publishEvents(events: EventBridgeClient, result: AccountResult): Promise<void> {
  const entries = result.users.flatMap((user) =>
    user.actions
      .filter(({ action }) => ACTIONS[action].event)
      .map((action) => ({
        Source: EVENT_SOURCE,
        DetailType: `access key ${action.action}`,
        Detail: JSON.stringify({ runId: result.runId, account: result.account.id, dryRun: result.dryRun, user: user.user, ...action }),
      })),
  );
  for (let at = 0; at < entries.length; at += EVENTS_PER_CALL) {
    const { FailedEntryCount, Entries } = await events.send(new PutEventsCommand({ Entries: entries.slice(at, at + EVENTS_PER_CALL) }));
    if (FailedEntryCount) {
      const refused = Entries?.find((entry) => entry.ErrorCode);
      throw new RotationError(`EventBridge refused ${FailedEntryCount} events: ${refused?.ErrorCode ?? ''} ${refused?.ErrorMessage ?? ''}`);
    }
  }
}
