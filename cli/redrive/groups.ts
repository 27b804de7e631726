import type { FailedEvent } from './failed-events';

/** Events that failed in the same way. */
export interface Group {
  functionName: string;
  /** With `…` for what differs: accounts and the ids of requests. */
  reason: string;
  events: FailedEvent[];
}

const MOST_NAMED = 5;

const alike = (reason: string): string => reason.replaceAll(/\b(\d{12}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b/g, '…');

/** Joins events whose function and failure are the same but for accounts and the ids of requests; the largest group first. */
export function groupFailures(events: readonly FailedEvent[]): Group[] {
  const groups = new Map<string, Group>();
  for (const event of events) {
    const { functionName, reason } = event;
    const key = `${functionName}\n${alike(reason)}`;
    const group = groups.get(key);
    if (!group) groups.set(key, { functionName, reason, events: [event] });
    else {
      group.events.push(event);
      if (group.reason !== reason) group.reason = alike(reason);
    }
  }
  return [...groups.values()].sort((a, b) => b.events.length - a.events.length);
}

/** A group in two lines: how often, where, when and why; and what it concerned. */
export function showGroup({ functionName, reason, events }: Group): string[] {
  const named = [...new Set(events.map(subjectOf))];
  const more = named.length > MOST_NAMED ? ` and ${named.length - MOST_NAMED} more` : '';
  return [
    `${events.length} × ${functionName || 'a message'}, ${span(events)}: ${reason}`,
    `    ${named.slice(0, MOST_NAMED).join(', ')}${more}`,
  ];
}

/** The account and user that an event is about, where it is about one. */
function subjectOf({ payload }: FailedEvent): string {
  const { account, ForceRotate } = (typeof payload === 'object' && payload !== null ? payload : {}) as Record<string, unknown>;
  const parts = [account, ForceRotate].filter((part) => typeof part === 'string');
  if (parts.length > 0) return parts.join(' ');
  return payload === undefined ? 'no event of a function' : JSON.stringify(payload).slice(0, 100);
}

function span(events: readonly FailedEvent[]): string {
  const times = events.flatMap(({ at }) => at ?? []).sort();
  const [first = '', last = ''] = [times.at(0), times.at(-1)].map((at) => at?.slice(0, 16).replace('T', ' '));
  if (first === '') return 'at an unknown time';
  return first === last ? `${first} UTC` : `${first} to ${last} UTC`;
}
