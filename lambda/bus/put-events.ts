import { PutEventsCommand, type EventBridgeClient, type PutEventsResultEntry } from '@aws-sdk/client-eventbridge';
import { RotationError } from '../shared/errors';
import { EVENT_SOURCE } from '../shared/names';

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const EVENTS_PER_CALL = 10;
/** An event that EventBridge does not take is put so often. */
const ATTEMPTS = 3;
const FIRST_WAIT_MS = 200;
/** Events that an error names. */
const NAMED = 3;
/**
 * Characters of a sentence in an event. With it ten events are smaller than the 256 KB that a call may have where the limit was not raised,
 * whatever their sentences hold: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
 */
const MAX_TEXT_CHARACTERS = 2_000;

/** One event as it is put on the bus. */
export interface BusEvent {
  detailType: string;
  detail: { id: string };
}

/** Where events are put, and how to wait. */
export interface Bus {
  events: EventBridgeClient;
  sleep: (milliseconds: number) => Promise<void>;
}

/** EventBridge did not take some events, though they were put several times. */
class EventsRefusedError extends RotationError {
  override readonly name = 'EventsRefusedError';
}

interface Refused {
  event: BusEvent;
  why: PutEventsResultEntry;
}

/** A sentence as an event carries it. */
export const shortened = (text: string): string =>
  text.length <= MAX_TEXT_CHARACTERS ? text : `${text.slice(0, MAX_TEXT_CHARACTERS - 1)}…`;

/**
 * Puts events on the default event bus. Those that EventBridge refuses are put again; whatever it refuses in the end keeps no other event
 * back, and is named by the error that is thrown.
 */
export async function putEvents(bus: Bus, all: readonly BusEvent[]): Promise<void> {
  const refused: Refused[] = [];
  for (let at = 0; at < all.length; at += EVENTS_PER_CALL) {
    refused.push(...(await putPatiently(bus, all.slice(at, at + EVENTS_PER_CALL))));
  }
  const [first] = refused;
  if (!first) return;
  const named = refused.slice(0, NAMED).map(({ event }) => event.detail.id);
  const more = refused.length > NAMED ? ` and ${refused.length - NAMED} more` : '';
  const { ErrorCode = 'no reason', ErrorMessage = '' } = first.why;
  throw new EventsRefusedError(
    `EventBridge refused ${refused.length} of ${all.length} events: ${ErrorCode}: ${ErrorMessage} (${named.join(', ')}${more})`,
  );
}

async function putPatiently({ events, sleep }: Bus, batch: readonly BusEvent[]): Promise<Refused[]> {
  let refused = await put(events, batch);
  for (let attempt = 1; attempt < ATTEMPTS && refused.length > 0; attempt += 1) {
    await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
    refused = await put(
      events,
      refused.map(({ event }) => event),
    );
  }
  return refused;
}

async function put(events: EventBridgeClient, batch: readonly BusEvent[]): Promise<Refused[]> {
  const { FailedEntryCount = 0, Entries = [] } = await events.send(
    new PutEventsCommand({
      Entries: batch.map(({ detailType, detail }) => ({ Source: EVENT_SOURCE, DetailType: detailType, Detail: JSON.stringify(detail) })),
    }),
  );
  if (FailedEntryCount === 0) return [];
  // One answer for each event, in the same order.
  return batch.flatMap((event, index) => {
    const why = Entries[index] ?? {};
    return why.EventId === undefined ? [{ event, why }] : [];
  });
}
