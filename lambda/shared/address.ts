import { domainToASCII } from 'node:url';

/** What an address may hold before the `@` without quotes: https://www.rfc-editor.org/rfc/rfc5322#section-3.2.3 */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** And what within quotes: https://www.rfc-editor.org/rfc/rfc5321#section-4.1.2 */
const QUOTED_LOCAL = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])+"$/;
const DOMAIN = /^(?=.{1,253}$)(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]$/;
const LONGEST_LOCAL = 64;

/**
 * The text as SES takes it as one recipient's bare address: its domain in ASCII, since SES takes no other. Undefined when it is none:
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html
 */
export function addressOf(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const [local, given] = [text.slice(0, at), text.slice(at + 1)];
  // Only letters beyond ASCII are translated: a translation would also accept an escaped or a numeric host.
  const domain = /[\u0080-\u{10ffff}]/u.test(given) ? domainToASCII(given) : given;
  const named = local.length <= LONGEST_LOCAL && (LOCAL.test(local) || QUOTED_LOCAL.test(local));
  return named && DOMAIN.test(domain) ? `${local}@${domain}` : undefined;
}

/** Whether SES could take the text as one recipient's bare address. */
export const isPlausibleAddress = (text: string): boolean => addressOf(text) !== undefined;

/** The members of a list of addresses, such as a tag's value, in which IAM allows spaces and colons, and neither comma nor semicolon. */
export const addressList = (text: string): string[] => text.split(/[\s,;:]+/).filter((member) => member !== '');
