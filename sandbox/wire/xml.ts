import { XmlShapeDeserializer, XmlShapeSerializer } from '@aws-sdk/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef, StaticStructureSchema } from '@smithy/types';

const settings = { timestampFormat: { useTrait: true, default: 5 as const }, xmlNamespace: '', serviceNamespace: '' };
const deserializer = new XmlShapeDeserializer(settings);

/** A structure schema made on the spot, for the envelopes that no model describes. */
export const structure = (namespace: string, name: string, members: Record<string, $SchemaRef>): StaticStructureSchema => [
  3,
  namespace,
  name,
  0,
  Object.keys(members),
  Object.values(members),
];

/** A value as an XML document. */
export function toXml(schema: $SchemaRef, value: unknown): string {
  const serializer = new XmlShapeSerializer(settings);
  serializer.write(NormalizedSchema.of(schema), value);
  return String(serializer.flush());
}

/** Reads a tree of objects, lists and strings by a schema. */
export function fromTree(schema: $SchemaRef, tree: unknown): Record<string, unknown> {
  return (deserializer.readSchema(NormalizedSchema.of(schema), tree) ?? {}) as Record<string, unknown>;
}
