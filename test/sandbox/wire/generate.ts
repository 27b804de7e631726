import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';

/** Random values for schemas; the same seed gives the same values. */
export function generator(seed: number) {
  const characters = ['a', 'Z', '9', '<', '&', '"', "'", ' b', '=', '+', '/', 'é', '☃', '%', ':', '.', '#'];
  const random = (): number => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  const below = (limit: number): number => Math.floor(random() * limit);
  const text = (plain: boolean): string =>
    `x${Array.from({ length: 3 + below(8) }, () => (plain ? 'abc'[below(3)] : characters[below(characters.length)])).join('')}y`;

  function structure(schema: NormalizedSchema, depth: number): unknown {
    if (depth > 4) return schema.isUnionSchema() ? undefined : {};
    const members = [...schema.structIterator()];
    const used = schema.isUnionSchema() ? members.slice(0, 1) : members;
    const values = used.map(([name, member]) => [name, value(member, depth + 1)] as const).filter(([, made]) => made !== undefined);
    return Object.fromEntries(values);
  }

  function value(ref: $SchemaRef, depth = 0, plain = false): unknown {
    const schema = NormalizedSchema.of(ref);
    const traits = schema.getMergedTraits();
    const header = traits.httpHeader !== undefined;
    if (schema.isUnitSchema()) return {};
    if (schema.isStructSchema()) return structure(schema, depth);
    if (schema.isListSchema()) {
      const items = [0, 1, 2].map(() => value(schema.getValueSchema(), depth + 1, header || traits.httpQuery !== undefined));
      return items.includes(undefined) ? undefined : items;
    }
    if (schema.isMapSchema()) {
      const prefixed = traits.httpPrefixHeaders !== undefined;
      const entries = [0, 1].map(
        (index) => [prefixed ? `k${index}` : `k${index}${text(false)}`, value(schema.getValueSchema(), depth + 1, prefixed)] as const,
      );
      return entries.some(([, made]) => made === undefined) ? undefined : Object.fromEntries(entries);
    }
    if (schema.isBlobSchema()) return new Uint8Array([1, 2, 3, 255, below(255)]);
    if (schema.isTimestampSchema()) return new Date(1.7e12 + below(1e9) * 1000);
    if (schema.isBooleanSchema()) return random() < 0.5;
    if (schema.isNumericSchema()) return traits.httpResponseCode ? 200 : 1 + below(1000);
    if (schema.isDocumentSchema()) return { a: 1 };
    return text(plain || header);
  }
  return value;
}

/** Values as they compare: bytes as hex, no undefined, no metadata. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key, member]) => key !== '$metadata' && member !== undefined);
  return Object.fromEntries(entries.map(([key, member]) => [key, comparable(member)]));
}
