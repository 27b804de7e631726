import { calendar, type CalendarEvent } from '../shared/calendar';
import { DAY_MS } from '../shared/period';
import type { Entry } from './items';

/** Events in one mail, which is more than anybody enters into a calendar. */
const MAX_EVENTS = 200;

/** What happens to a key at the date of such an item; other dates are of no key, or have been told by these. */
const HAPPENS: Partial<Readonly<Record<Entry['kind'], string>>> = {
  rotate: 'is disabled',
  notify: 'is disabled',
  announce: 'is disabled',
  hold: 'is disabled',
  'note-reenabled': 'is disabled',
  'follow-rename': 'is disabled',
  'warn-disable': 'is disabled',
  disable: 'is deleted',
  'note-inactive': 'is deleted',
  'warn-delete': 'is deleted',
  'warn-rotate': 'gets a successor',
};

/** The dates to come that entries of one account name, as a calendar; undefined when there is none. */
export function calendarOf(entries: readonly Entry[], { account, now }: { account: string; now: Date }): string | undefined {
  const events = entries.flatMap(({ kind, user = '', keyId, on, item }): CalendarEvent[] => {
    const happens = HAPPENS[kind];
    if (happens === undefined || keyId === undefined || on === undefined || Date.parse(on) <= now.getTime()) return [];
    const [first] = item.steps;
    return [
      {
        at: on,
        byTime: Date.parse(on) % DAY_MS !== 0,
        // One step of one key is one event, whenever its date is told again.
        uid: `${account}-${keyId}-${happens.replaceAll(' ', '-')}@iam-key-rotation`,
        summary: `The access key ${keyId} of ${user} ${happens}`,
        description: [item.what, item.newKey, ...(first ? [`${first.hint} ${first.command}`] : [])].filter((text) => text !== '').join(' '),
      },
    ];
  });
  return events.length === 0 ? undefined : calendar(events.slice(0, MAX_EVENTS), { stamp: now.toISOString(), by: 'mails' });
}
