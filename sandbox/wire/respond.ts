import { DroppedConnection } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import { ServiceError } from '../kernel/service-error';
import { services, type ServiceDefinition } from '../services/registry';
import { authenticate } from './authenticate';
import { encodeError } from './errors';
import type { WireRequest, WireResponse } from './message';
import { decode, encode } from './protocol';
import { spoken } from './schema';
import { parseAuthorization, signingClock, type Authorization } from './signature';

/**
 * Answers one request to the AWS API as it goes over the wire; throws DroppedConnection by a fault. SDK clients correct their clocks by the
 * date of responses: it is that of the clock they sign by, so that they keep to it.
 */
export async function respond(kernel: Kernel, request: WireRequest, id: string): Promise<WireResponse> {
  try {
    return dated(await answer(kernel, request, id), signingClock(request, kernel.clock.now()) ?? kernel.clock.now());
  } catch (error) {
    if (error instanceof DroppedConnection) throw error;
    return refusal(error, id, kernel.clock.now());
  }
}

const dated = (response: WireResponse, date: Date): WireResponse => ({
  ...response,
  headers: {
    ...response.headers,
    date: date.toUTCString(),
    'content-length': response.headers['content-length'] ?? String(Buffer.byteLength(response.body)),
  },
});

async function answer(kernel: Kernel, request: WireRequest, id: string): Promise<WireResponse> {
  if (kernel.latencyMs > 0) await kernel.pass(kernel.latencyMs);
  kernel.clock.tick();
  const authorization = parseAuthorization(request.headers['authorization']);
  if (!authorization) throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  const service = services.get(authorization.service);
  if (!service) throw new ServiceError('NotImplemented', `the sandbox does not emulate the service ${authorization.service}`, 501);
  return call(kernel, service, authorization, request, id);
}

async function call(
  kernel: Kernel,
  service: ServiceDefinition,
  authorization: Authorization,
  received: WireRequest,
  id: string,
): Promise<WireResponse> {
  const model = spoken(service.model, received.headers);
  try {
    const known = kernel.caller(authorization.accessKeyId);
    const { holder, request } = authenticate(received, authorization, known, model.protocol, kernel.clock.now());
    const decoded = await decode(model, request);
    if (!decoded) throw new ServiceError('UnknownOperationException', `${authorization.service} has no such operation`, 404);
    const { accessKeyId, region } = authorization;
    kernel.noteUse(accessKeyId, authorization.service, region);
    const { principal, invocation } = holder;
    const from = { address: received.address ?? 'AWS Internal', agent: received.headers['user-agent'] ?? '' };
    const caller = { principal, region, accessKeyId, from, requestId: id, ...(invocation !== undefined && { invocation }) };
    const output = await kernel.dispatch(authorization.service, decoded.operation.name, decoded.input, caller);
    return encode(model, decoded.operation, output, id);
  } catch (error) {
    if (error instanceof DroppedConnection) throw error;
    return encodeError(model, asServiceError(error), id);
  }
}

/** A mistake of the sandbox itself: 501, because clients repeat a 500 before they show it. */
function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError(
    'InternalFailure',
    `the sandbox failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    501,
  );
}

/** What is answered when it is not even known which service was called. */
export function refusal(error: unknown, id: string, now: Date): WireResponse {
  const { name, message, status = 400 } = asServiceError(error);
  const response = {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': id, 'x-amzn-errortype': name },
    body: JSON.stringify({ __type: name, message }),
  };
  return dated(response, now);
}
