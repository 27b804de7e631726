import { DETAIL_TYPES, EVENT_VERSION } from './detail-types';
import type { EventDetail } from './event-schemas';
import type { BusEvent } from './put-events';

/** The event that says who was handed whose key; it holds no secret. */
export function handOutEvent(told: Omit<EventDetail<'handout'>, 'version'>): BusEvent {
  const detail: EventDetail<'handout'> = { version: EVENT_VERSION, ...told };
  return { detailType: DETAIL_TYPES.handout, detail };
}
