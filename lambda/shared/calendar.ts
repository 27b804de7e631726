/** Something that happens on a day, or at a moment of it. */
export interface CalendarEvent {
  /** ISO 8601. */
  at: string;
  /** At its time, not all day. */
  byTime: boolean;
  /** The same in every calendar that names the event, so that programs replace it. */
  uid: string;
  summary: string;
  description: string;
}

/** https://www.rfc-editor.org/rfc/rfc5545#section-3.1: octets of a line without its end. */
const MAX_LINE_BYTES = 75;

/** https://www.rfc-editor.org/rfc/rfc5545#section-3.3.11 */
const escaped = (text: string): string => text.replace(/[\\;,]/g, '\\$&').replaceAll(/\r?\n/g, '\\n');

const utc = (moment: string): string => `${moment.slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
const day = (moment: string): string => moment.slice(0, 10).replaceAll('-', '');

/** A line, folded where it is too long; no character is cut in two. */
function folded(line: string): string {
  const lines: string[] = [];
  let current = '';
  for (const character of line) {
    if (Buffer.byteLength(current + character) > MAX_LINE_BYTES) {
      lines.push(current);
      current = ' ';
    }
    current += character;
  }
  return [...lines, current].join('\r\n');
}

const linesOf = ({ at, byTime, uid, summary, description }: CalendarEvent, stamp: string): string[] => [
  'BEGIN:VEVENT',
  `UID:${escaped(uid)}`,
  `DTSTAMP:${utc(stamp)}`,
  byTime ? `DTSTART:${utc(at)}` : `DTSTART;VALUE=DATE:${day(at)}`,
  `SUMMARY:${escaped(summary)}`,
  `DESCRIPTION:${escaped(description)}`,
  'TRANSP:TRANSPARENT',
  'END:VEVENT',
];

/** The part of a UID that a moment gives. */
export const utcOf = utc;

/** A calendar that calendar programs import (RFC 5545), made at `stamp` by a program of ours, without a line end at its end. */
export function calendar(events: readonly CalendarEvent[], { stamp, by }: { stamp: string; by: string }): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:-//iam-key-rotation//${by}//EN`,
    ...events.flatMap((event) => linesOf(event, stamp)),
    'END:VCALENDAR',
  ]
    .map(folded)
    .join('\r\n');
}
