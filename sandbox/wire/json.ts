import { JsonCodec2 } from '@smithy/core/protocols';
import { NormalizedSchema } from '@smithy/core/schema';
import type { $SchemaRef } from '@smithy/types';
import { ServiceError } from '../kernel/service-error';
import type { Output, WireCall, WireRequest, WireResponse } from './message';
import type { OperationModel, ServiceModel } from './schema';

const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: true });

/** Reads a JSON body by a schema; throws SerializationException when it is not a JSON object. */
export async function readJson(schema: $SchemaRef, body: Buffer): Promise<Record<string, unknown>> {
  try {
    const read: unknown = await codec.createDeserializer().read(NormalizedSchema.of(schema), body.toString('utf8'));
    return (read ?? {}) as Record<string, unknown>;
  } catch (error) {
    throw new ServiceError('SerializationException', `the body is not what ${nameOf(schema)} looks like: ${String(error)}`, 400);
  }
}

/** A value as JSON, written by a schema. */
export function writeJson(schema: $SchemaRef, value: unknown): Uint8Array {
  const serializer = codec.createSerializer();
  serializer.write(NormalizedSchema.of(schema), value);
  return serializer.flush();
}

/** Reads an awsJson request; undefined when the service has no such operation. */
export async function decodeJson(service: ServiceModel, request: WireRequest): Promise<WireCall | undefined> {
  const operation = service.operations.get(request.headers['x-amz-target']?.split('.').pop() ?? '');
  return operation && { operation, input: await readJson(operation.schema[4], request.body) };
}

/** The awsJson response with an operation's output. */
export function encodeJson(operation: OperationModel, output: Output, requestId: string): WireResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId },
    body: operation.output.length > 0 ? writeJson(operation.schema[5], output) : '{}',
  };
}

const nameOf = (schema: $SchemaRef): string => NormalizedSchema.of(schema).getName() ?? 'the input';
