import { DAY_MS } from '../shared/period';

const DATE: Intl.DateTimeFormatOptions = { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' };
const day = new Intl.DateTimeFormat('en-GB', DATE);
const time = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** `1 Dec 2026` (UTC); empty when there is none, the text itself when it is not a date. */
export function showDay(iso: string | undefined): string {
  if (iso === undefined) return '';
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : day.format(at);
}

/** Like `showDay`, with the time unless it is midnight UTC, where calendar-day policies act. */
export function showMoment(iso: string | undefined): string {
  const shown = showDay(iso);
  const at = new Date(iso ?? '');
  const midnight = Number.isNaN(at.getTime()) || at.getTime() % DAY_MS === 0;
  return midnight ? shown : `${shown}, ${time.format(at)} UTC`;
}

const brief = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' });

/** Like `showMoment` without the year, which a subject has no room for: `1 Dec`. */
export function showBriefly(iso: string): string {
  const at = new Date(iso);
  const shown = brief.format(at);
  return at.getTime() % DAY_MS === 0 ? shown : `${shown}, ${time.format(at)} UTC`;
}

/** Dates and moments as reasons write them, which are parts of no name and of no example of how to write them. */
const ISO = /(?<![\w"'=+,.@/-]|such as )\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)?(?![\w"'=+@/-])/g;

/** A reason with its dates as a mail shows all dates. */
export const withShownDates = (text: string): string => text.replaceAll(ISO, (found) => showMoment(found));

/** `1 key`, `2 keys`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;
}

/** The text, at most `length` characters long; a cut one ends in an ellipsis. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A word as a shell takes it: as it is when nothing in it is special, else in single quotes. */
export function shellWord(text: string): string {
  return /^[\w+=,.@/:-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
