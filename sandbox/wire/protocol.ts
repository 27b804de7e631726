import { decodeCbor, encodeCbor } from './cbor';
import { decodeJson, encodeJson } from './json';
import type { Output, WireCall, WireRequest, WireResponse } from './message';
import { decodeQuery, encodeQuery } from './query';
import { decodeRest, encodeRest } from './rest';
import type { OperationModel, ServiceModel } from './schema';

/** Which operation a request names, with its input; undefined when the service has no such operation. */
export async function decode(service: ServiceModel, request: WireRequest): Promise<WireCall | undefined> {
  switch (service.protocol) {
    case 'query':
      return decodeQuery(service, request);
    case 'json':
      return decodeJson(service, request);
    case 'cbor':
      return decodeCbor(service, request);
    case 'restJson':
    case 'restXml':
      return decodeRest(service, request);
  }
}

/** The response that carries an operation's output. */
export function encode(service: ServiceModel, operation: OperationModel, output: Output, requestId: string): WireResponse {
  switch (service.protocol) {
    case 'query':
      return encodeQuery(operation, output, requestId);
    case 'json':
      return encodeJson(operation, output, requestId);
    case 'cbor':
      return encodeCbor(operation, output, requestId);
    case 'restJson':
    case 'restXml':
      return encodeRest(service, operation, output, requestId);
  }
}
