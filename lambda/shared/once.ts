import type * as z from 'zod';

/**
 * Gives what `make` makes: it is made when it is first asked for, and once. Schemas are made so, because making all those that a function
 * may ever need takes a good part of its cold start.
 */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What a schema that is made by `once` gives. */
export type Parsed<Schema extends () => z.ZodType> = z.output<ReturnType<Schema>>;
