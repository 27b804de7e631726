import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Kernel } from '../kernel/kernel';
import type { ApiAnswer, Place } from './exchange';
import { handle, LARGEST_BODY_BYTES } from './handle';
import { queryList } from './request';

/** Below it are the stages of all REST APIs: `/_aws/execute-api/<API id>/<stage>/<path>`, or `<API id>-<VPC endpoint>` for a private API. */
export const EXECUTE_API = '/_aws/execute-api/';

/** Answers a request to a stage of a REST API, whatever account it is in. */
export async function serveStage(kernel: Kernel, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = incoming.url ?? '/';
  const [whole = '', search = ''] = target.slice(EXECUTE_API.length).split(/\?(.*)/s);
  const [, host = '', stageName = '', path = ''] = /^([^/]*)\/?([^/]*)(.*)$/s.exec(whole) ?? [];
  const body = await bodyOf(incoming);
  const place = placeOf(kernel, host, stageName);
  if (!place) {
    send(response, forbidden(randomUUID()), incoming.method, body.cut);
    return;
  }
  const { rawHeaders, socket } = incoming;
  const request = {
    method: incoming.method ?? 'GET',
    path: path === '' ? '/' : path,
    headers: Array.from({ length: rawHeaders.length / 2 }, (_, at): [string, string] => [
      rawHeaders[2 * at] ?? '',
      rawHeaders[2 * at + 1] ?? '',
    ]),
    query: queryList(search),
    body: body.content,
    address: socket.remoteAddress ?? '127.0.0.1',
  };
  const answer = await handle({ kernel, place, request, id: randomUUID(), began: kernel.clock.now() }, target);
  send(response, answer, incoming.method, body.cut);
}

/** What is not there, and a private API from outside, look the same. */
function placeOf(kernel: Kernel, host: string, stageName: string): Place | undefined {
  const [, id = '', vpcEndpoint] = /^([a-z0-9]{10})(?:-(vpce-[0-9a-f]+))?$/.exec(host) ?? [];
  for (const { id: account, apiGateways } of kernel.world.accounts.values()) {
    for (const [region, gateway] of apiGateways) {
      const api = gateway.apis.get(id);
      const stage = api?.stages.get(stageName);
      const definition = api?.deployments.get(stage?.deploymentId ?? '');
      const open = api?.reachable && (api.endpoint === 'PRIVATE') === (vpcEndpoint !== undefined);
      if (api && stage && definition && open)
        return { account, region, gateway, api, stage, definition, ...(vpcEndpoint !== undefined && { vpcEndpoint }) };
    }
  }
  return undefined;
}

const forbidden = (id: string): ApiAnswer => ({
  status: 403,
  headers: [
    ['x-amzn-RequestId', id],
    ['x-amzn-ErrorType', 'ForbiddenException'],
    ['Content-Type', 'application/json'],
  ],
  body: Buffer.from('{"message":"Forbidden"}'),
});

/** Reads as much as it takes to know that a body is too large. */
async function bodyOf(incoming: IncomingMessage): Promise<{ content: Buffer; cut: boolean }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) return { content: Buffer.concat(chunks), cut: !incoming.readableEnded };
  }
  return { content: Buffer.concat(chunks), cut: false };
}

function send(response: ServerResponse, { status, headers, body }: ApiAnswer, method: string | undefined, close: boolean): void {
  const framing = ['Content-Length', String(body.length), ...(close ? ['Connection', 'close'] : [])];
  response.writeHead(status, [...headers.flat(), ...framing]);
  response.end(method === 'HEAD' ? undefined : body);
}
