import { ServiceError } from '../kernel/service-error';

/** One page of a list, with what to ask the next page with. */
export interface Page<T> {
  items: T[];
  next: string | undefined;
}

/** Tokens are opaque to callers: base64 of the last item's key. */
const encode = (key: string): string => Buffer.from(key).toString('base64url');
const decode = (token: string): string => Buffer.from(token, 'base64url').toString('utf8');

/** The page after a token, in the order of the keys, so that changes between pages neither skip nor repeat items. */
export function pageAfter<T>(items: Iterable<T>, keyOf: (item: T) => string, token: string | undefined, size: number): Page<T> {
  const after = token === undefined ? undefined : decode(token);
  const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const rest = [...items].filter((item) => after === undefined || keyOf(item) > after).sort((a, b) => compare(keyOf(a), keyOf(b)));
  const page = rest.slice(0, size);
  const last = page.at(-1);
  return { items: page, next: last !== undefined && rest.length > size ? encode(keyOf(last)) : undefined };
}

/** A page size within a service's limits; throws the service's code for an invalid request. */
export function pageSize(asked: number | undefined, limits: { standard: number; most: number; name: string; code: string }): number {
  if (asked === undefined) return limits.standard;
  if (Number.isInteger(asked) && asked >= 1 && asked <= limits.most) return asked;
  const bound = asked < 1 ? 'greater than or equal to 1' : `less than or equal to ${limits.most}`;
  throw new ServiceError(
    limits.code,
    `1 validation error detected: Value '${asked}' at '${limits.name}' failed to satisfy constraint: Member must have value ${bound}`,
    400,
  );
}
