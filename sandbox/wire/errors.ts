import { NormalizedSchema } from '@smithy/core/schema';
import { encodeCborError } from './cbor';
import type { WireResponse } from './message';
import type { ServiceModel } from './schema';
import { structure, toXml } from './xml';

const queryError = structure('', 'ErrorResponse', { Error: structure('', 'Error', { Type: 0, Code: 0, Message: 0 }), RequestId: 0 });
const s3Error = structure('', 'Error', { Code: 0, Message: 0, RequestId: 0 });

/** The response for an error; code and status come from the service's model where it knows the error, else 400. */
export function encodeError(service: ServiceModel, error: Error & { status?: number | undefined }, requestId: string): WireResponse {
  const schema = service.errors.get(error.name) ?? service.errors.get(`${error.name}Exception`);
  const traits = schema === undefined ? {} : NormalizedSchema.of(schema).getMergedTraits();
  const [queryCode, queryStatus] = (traits['awsQueryError'] ?? []) as [string?, number?];
  const status = error.status ?? queryStatus ?? (traits['httpError'] as number | undefined) ?? (traits.error === 'server' ? 500 : 400);
  const headers = { 'x-amzn-requestid': requestId };
  switch (service.protocol) {
    case 'query': {
      const fields = { Type: status < 500 ? 'Sender' : 'Receiver', Code: queryCode ?? error.name, Message: error.message };
      return {
        status,
        headers: { ...headers, 'content-type': 'text/xml' },
        body: toXml(queryError, { Error: fields, RequestId: requestId }),
      };
    }
    case 'restXml': {
      const body = toXml(s3Error, { Code: error.name, Message: error.message, RequestId: requestId });
      return { status, headers: { ...headers, 'x-amz-request-id': requestId, 'content-type': 'application/xml' }, body };
    }
    case 'cbor':
      return encodeCborError(error.name, error.message, status, requestId);
    case 'json':
    case 'restJson':
      return {
        status,
        headers: { ...headers, 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': error.name },
        body: JSON.stringify({ __type: error.name, message: error.message, Message: error.message }),
      };
  }
}
