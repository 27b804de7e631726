import type { ForecastEntry } from './operations/forecast';
import { haveSeveralRuns } from './several-runs';

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

/** What a run will do as an all-day event, or, where one day has several runs, at its time. */
function event(entry: ForecastEntry, stamp: string, byTime: boolean): string[] {
  const { at, account, user, keyId, action, label, owner, why } = entry;
  return [
    'BEGIN:VEVENT',
    `UID:${escaped(`${utc(at)}-${account}-${user}-${keyId ?? 'user'}-${action}@iam-keys`)}`,
    `DTSTAMP:${utc(stamp)}`,
    byTime ? `DTSTART:${utc(at)}` : `DTSTART;VALUE=DATE:${day(at)}`,
    `SUMMARY:${escaped(`${label}: ${keyId ?? 'user'} of ${user}`)}`,
    `DESCRIPTION:${escaped(`Account ${account}${owner === null ? '' : `, owner ${owner}`}: ${why}`)}`,
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ];
}

/** A forecast as a calendar that calendar programs import (RFC 5545), without a line end at its end. */
export function calendarOf(entries: readonly ForecastEntry[], stamp: string): string {
  const byTime = haveSeveralRuns(entries);
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//iam-key-rotation//iam-keys//EN',
    ...entries.flatMap((entry) => event(entry, stamp, byTime)),
    'END:VCALENDAR',
  ]
    .map(folded)
    .join('\r\n');
}
