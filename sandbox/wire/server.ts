import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
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

/** An HTTP server that answers the AWS API for a kernel, and the kernel's own routes; call `listen(port, '127.0.0.1')`. */
export function createSandboxServer(kernel: Kernel): Server {
  const server = createServer((incoming, response) => {
    const id = randomUUID();
    answer(kernel, incoming, response, id).catch((error: unknown) => {
      if (error instanceof DroppedConnection || response.headersSent) incoming.socket.destroy();
      else send(response, plainError(error, id), incoming.method, kernel.clock.now());
    });
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function answer(kernel: Kernel, incoming: IncomingMessage, response: ServerResponse, id: string): Promise<void> {
  const route = [...kernel.routes].find(([prefix]) => incoming.url?.startsWith(prefix));
  if (route) {
    await route[1](incoming, response);
    return;
  }
  const request = await readRequest(incoming);
  if (kernel.latencyMs > 0) await wait(kernel.latencyMs);
  const authorization = parseAuthorization(request.headers['authorization']);
  if (!authorization) throw new ServiceError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403);
  const service = services.get(authorization.service);
  if (!service) throw new ServiceError('NotImplemented', `the sandbox does not emulate the service ${authorization.service}`, 501);
  const reply = await call(kernel, service, authorization, request, id);
  const now = kernel.clock.now();
  send(response, reply, request.method, signingClock(request, now) ?? now);
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
    const caller = { principal, region, accessKeyId, ...(invocation !== undefined && { invocation }) };
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

function plainError(error: unknown, id: string): WireResponse {
  const { name, message, status = 400 } = asServiceError(error);
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-requestid': id, 'x-amzn-errortype': name },
    body: JSON.stringify({ __type: name, message }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value] as const);
  return { method: incoming.method ?? 'GET', path: incoming.url ?? '/', headers: Object.fromEntries(headers), body: Buffer.concat(chunks) };
}

/** SDK clients correct their clocks by the date of responses: it is that of the clock they sign by, so that they keep to it. */
function send(response: ServerResponse, { status, headers, body }: WireResponse, method: string | undefined, date: Date): void {
  const length = headers['content-length'] ?? String(Buffer.byteLength(body));
  response.writeHead(status, { ...headers, date: date.toUTCString(), 'content-length': length });
  response.end(method === 'HEAD' ? undefined : body);
}
