import { isDeepStrictEqual } from 'node:util';
import { DETAIL_TYPES, detailTypeOf } from '../../lambda/bus/detail-types';
import { EVENT_ACTIONS, EVENT_SCHEMAS, type EventKind } from '../../lambda/bus/event-schemas';

/** An event as the sandbox keeps it. */
interface KeptEvent {
  source: string;
  detailType: string;
  detail: string;
}

/** The kind of an event by its `detail-type`. */
export function kindOf(detailType: string): EventKind | undefined {
  const [kind] = (Object.keys(DETAIL_TYPES) as (keyof typeof DETAIL_TYPES)[]).filter((one) => DETAIL_TYPES[one] === detailType);
  return kind ?? (EVENT_ACTIONS.some((one) => detailTypeOf(one) === detailType) ? 'action' : undefined);
}

/** What is wrong with an event by its own schema, fields that the schema does not have included; undefined when nothing is. */
export function wrongWith({ source, detailType, detail }: KeptEvent): string | undefined {
  const kind = kindOf(detailType);
  if (source !== 'iam-key-rotation' || kind === undefined) return `${source} has no event "${detailType}"`;
  const given: unknown = JSON.parse(detail);
  const { success, data, error } = EVENT_SCHEMAS[kind].safeParse(given);
  if (!success) return `${detailType}: ${error.message} in ${detail}`;
  return isDeepStrictEqual(data, given) ? undefined : `${detailType} has fields that its schema does not have: ${detail}`;
}
