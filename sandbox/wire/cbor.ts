import { cbor, CborCodec } from '@smithy/core/cbor';
import { NormalizedSchema } from '@smithy/core/schema';
import { ServiceError } from '../kernel/service-error';
import type { Output, WireCall, WireRequest, WireResponse } from './message';
import type { OperationModel, ServiceModel } from './schema';

/** https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html: what the `aws` command line speaks to CloudWatch. */
const codec = new CborCodec();
const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };

/** Reads an RPC v2 CBOR request; undefined when the service has no such operation. */
export async function decodeCbor(service: ServiceModel, request: WireRequest): Promise<WireCall | undefined> {
  const operation = service.operations.get(/\/operation\/(\w+)$/.exec(request.path)?.[1] ?? '');
  if (!operation) return undefined;
  if (request.body.length === 0) return { operation, input: {} };
  try {
    const input: unknown = await codec.createDeserializer().read(NormalizedSchema.of(operation.schema[4]), new Uint8Array(request.body));
    return { operation, input: (input ?? {}) as Record<string, unknown> };
  } catch (error) {
    throw new ServiceError('SerializationException', `the body is not what ${operation.name} takes: ${String(error)}`, 400);
  }
}

/** The RPC v2 CBOR response with an operation's output. */
export function encodeCbor(operation: OperationModel, output: Output, requestId: string): WireResponse {
  const serializer = codec.createSerializer();
  serializer.write(NormalizedSchema.of(operation.schema[5]), output);
  return { status: 200, headers: { ...headers, 'x-amzn-requestid': requestId }, body: serializer.flush() };
}

/** The RPC v2 CBOR response for an error. */
export function encodeCborError(name: string, message: string, status: number, requestId: string): WireResponse {
  return { status, headers: { ...headers, 'x-amzn-requestid': requestId }, body: cbor.serialize({ __type: name, message }) };
}
