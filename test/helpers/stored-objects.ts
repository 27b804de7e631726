import { isDeepStrictEqual } from 'node:util';
import { STORED_SCHEMAS } from '../../lambda/runs/stored-schemas';
import type { Sandbox } from '../../sandbox/sandbox';

type Kind = keyof typeof STORED_SCHEMAS;

const PLACES: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:runs|policies)\/.*\/\d{12}\.json$/, 'result'],
  [/^runs\/[^/]+\/summary\.json$/, 'summary'],
];

/** What a run's object is; undefined for those without a schema. */
const kindOfObject = (key: string): Kind | undefined => PLACES.find(([place]) => place.test(key))?.[1];

/** What is wrong with a result or a summary by its schema, fields that the schema does not have included; undefined when nothing is. */
export function wrongWithObject(kind: Kind, text: string): string | undefined {
  const given: unknown = JSON.parse(text);
  const { success, data, error } = STORED_SCHEMAS[kind].safeParse(given);
  if (!success) return `${kind}: ${error.message} in ${text}`;
  return isDeepStrictEqual(data, given) ? undefined : `a ${kind} has fields that its schema does not have: ${text}`;
}

/** What is wrong with the results and summaries that functions have stored after a moment. */
export function wrongInBucket({ world }: Sandbox, since: Date): string[] {
  const buckets = [...world.accounts.values()].flatMap((account) => [...account.buckets.values()]);
  return buckets.flatMap(({ objects }) =>
    [...objects].flatMap(([key, { body, modified }]) => {
      const kind = kindOfObject(key);
      if (kind === undefined || modified <= since) return [];
      const wrong = wrongWithObject(kind, Buffer.from(body).toString('utf8'));
      return wrong === undefined ? [] : [`${key}: ${wrong}`];
    }),
  );
}
