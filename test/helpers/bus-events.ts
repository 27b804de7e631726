import { isDeepStrictEqual } from 'node:util';
import { kindOf, EVENT_SCHEMAS } from '../../lambda/bus/event-schemas';

/** An event as the sandbox keeps it. */
interface KeptEvent {
  source: string;
  detailType: string;
  detail: string;
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
