import { escape } from 'html-escaper';

/** Template data in both forms: HTML parts use `html.…`, text parts and subjects `text.…`. */
export interface TemplateData<T> {
  html: T;
  text: T;
}

/** Line breaks would end a subject line; bidirectional controls would make a name read as another. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** The text in one line: control characters, line breaks and writing-direction controls become one space. */
export function clean(text: string): string {
  return text.replace(UNSAFE, ' ').trim();
}

/** The text safe to stand in HTML content and in quoted attributes, in one line. */
export function escapeHtml(text: string): string {
  return escape(clean(text));
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((element) => mapStrings(element, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, mapStrings(element, change)]));
}

/**
 * The value twice, every string cleaned and in `html` also escaped, since SES renders without escaping:
 * https://docs.aws.amazon.com/ses/latest/dg/send-personalized-email-advanced.html
 */
export function templateData<T extends object>(value: T): TemplateData<T> {
  return { html: mapStrings(value, escapeHtml) as T, text: mapStrings(value, clean) as T };
}
