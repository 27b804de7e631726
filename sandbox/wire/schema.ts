import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef, SchemaTraitsObject, StaticErrorSchema, StaticOperationSchema } from '@smithy/types';

/** How a service speaks: https://smithy.io/2.0/aws/protocols/index.html */
export type Protocol = 'query' | 'json' | 'restJson' | 'restXml' | 'cbor';

/** One member of an operation's input or output. */
export interface Member {
  name: string;
  schema: NormalizedSchema;
  traits: SchemaTraitsObject;
}

/** An operation as the SDK's model describes it, with what the wire needs looked up once. */
export interface OperationModel {
  name: string;
  schema: StaticOperationSchema;
  input: Member[];
  /** Names of the members that every request must carry. */
  required: string[];
  output: Member[];
}

/** A service as the SDK's model describes it. */
export interface ServiceModel {
  protocol: Protocol;
  operations: ReadonlyMap<string, OperationModel>;
  errors: ReadonlyMap<string, StaticErrorSchema>;
}

const kind = { operation: 9, error: -3, struct: 3 } as const;
const ofKind = (schema: unknown, wanted: number): boolean => Array.isArray(schema) && schema[0] === wanted;
const isOperation = (schema: unknown): schema is StaticOperationSchema => ofKind(schema, kind.operation);
const isError = (schema: unknown): schema is StaticErrorSchema => ofKind(schema, kind.error);

/** The members of a structure; none for `unit`. */
export function membersOf(ref: $SchemaRef): Member[] {
  const schema = NormalizedSchema.of(ref);
  if (!schema.isStructSchema()) return [];
  return [...schema.structIterator()].map(([name, member]) => ({ name, schema: member, traits: member.getMergedTraits() }));
}

function requiredOf(ref: $SchemaRef): string[] {
  const schema = NormalizedSchema.of(ref).getSchema();
  if (!Array.isArray(schema) || schema[0] !== kind.struct) return [];
  const [, , , , names, , count] = schema;
  return names.slice(0, count ?? 0);
}

function operationModel(schema: StaticOperationSchema): OperationModel {
  let found: { input: Member[]; required: string[]; output: Member[] } | undefined;
  const lookedUp = () => (found ??= { input: membersOf(schema[4]), required: requiredOf(schema[4]), output: membersOf(schema[5]) });
  return {
    name: schema[2],
    schema,
    get input() {
      return lookedUp().input;
    },
    get required() {
      return lookedUp().required;
    },
    get output() {
      return lookedUp().output;
    },
  };
}

/** Reads a service's model from the schemas that its SDK client exports. */
export function serviceModel(protocol: Protocol, sdk: Readonly<Record<string, unknown>>): ServiceModel {
  const schemas = Object.values(sdk);
  return {
    protocol,
    operations: new Map(schemas.filter(isOperation).map((schema) => [schema[2], operationModel(schema)])),
    errors: new Map(schemas.filter(isError).map((schema) => [schema[2], schema])),
  };
}

/** The model in the protocol of a request: services of the JSON protocol are spoken to in CBOR or by query too, by other clients. */
export function spoken(model: ServiceModel, headers: Readonly<Record<string, string | undefined>>): ServiceModel {
  if (model.protocol !== 'json' || headers['x-amz-target'] !== undefined) return model;
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return { ...model, protocol: 'cbor' };
  return headers['content-type']?.startsWith('application/x-www-form-urlencoded') ? { ...model, protocol: 'query' } : model;
}

/** The HTTP method, URI template and status of a REST operation; throws when it has none. */
export function httpTrait(operation: OperationModel): [method: string, uri: string, status: number] {
  const { http } = NormalizedSchema.of(operation.schema).getMergedTraits();
  if (http === undefined) throw new Error(`${operation.name} has no HTTP binding`);
  return http;
}
