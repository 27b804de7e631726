import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EXECUTE_API, serveStage } from '../execute-api/serve';
import { DroppedConnection } from '../kernel/faults';
import type { Kernel } from '../kernel/kernel';
import type { WireRequest, WireResponse } from './message';
import { refusal, respond } from './respond';

/** An HTTP server that answers the AWS API for a kernel, stages of its REST APIs and the kernel's own routes; call `listen(port, '127.0.0.1')`. */
export function createSandboxServer(kernel: Kernel): Server {
  kernel.routes.set(EXECUTE_API, (incoming, response) => serveStage(kernel, incoming, response));
  const server = createServer((incoming, response) => {
    answer(kernel, incoming, response).catch((error: unknown) => {
      if (error instanceof DroppedConnection || response.headersSent) incoming.socket.destroy();
      else send(response, refusal(error, randomUUID(), kernel.clock.now()), incoming.method);
    });
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function answer(kernel: Kernel, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const route = [...kernel.routes].find(([prefix]) => incoming.url?.startsWith(prefix));
  if (route) {
    await route[1](incoming, response);
    return;
  }
  const request = await readRequest(incoming);
  send(response, await respond(kernel, request, randomUUID()), request.method);
}

function send(response: ServerResponse, { status, headers, body }: WireResponse, method: string | undefined): void {
  response.writeHead(status, headers);
  response.end(method === 'HEAD' ? undefined : body);
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const body = await readBody(incoming);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : value] as const);
  const { remoteAddress: address } = incoming.socket;
  return {
    method: incoming.method ?? 'GET',
    path: incoming.url ?? '/',
    headers: Object.fromEntries(headers),
    body,
    ...(address !== undefined && { address }),
  };
}

/** By events: iterating over a stream costs more than reading it. */
async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((done, failed) => {
    incoming.once('end', done).once('error', failed);
  });
  return Buffer.concat(chunks);
}
