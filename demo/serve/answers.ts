import type { IncomingMessage, ServerResponse } from 'node:http';
import { stripVTControlCharacters } from 'node:util';
import type { z } from 'zod';
import { ControlError } from './control-error';

/** What a control answers with. */
export interface Answer {
  status?: number;
  type: 'application/json' | 'text/html; charset=utf-8' | 'text/plain; charset=utf-8';
  body: string;
  /** Where a browser goes on. */
  location?: string;
  /** What a page may load and run; pages that say so themselves have none here. */
  policy?: string;
}

/** The most that a control reads. */
const MAX_BODY_BYTES = 64 * 1024;

/** JSON, indented because people read it, too. */
export const json = (value: unknown, status = 200): Answer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value, undefined, 2)}\n`,
});

/** A page for a browser, which says itself what it may load and run. */
export const html = (body: string): Answer => ({ type: 'text/html; charset=utf-8', body, policy: "frame-ancestors 'none'" });

/** A mail as it was sent: it has styles of its own, and loads and runs nothing. */
export const letter = (body: string): Answer => ({
  type: 'text/html; charset=utf-8',
  body,
  policy: "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-popups",
});

/** Sends a browser on to a page: what was posted is not posted again when that is loaded anew. */
export const seeOther = (location: string): Answer => ({ status: 303, type: 'text/plain; charset=utf-8', body: '', location });

/** Text without a terminal's colours. */
export const text = (body: string, status = 200): Answer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: stripVTControlCharacters(body),
});

/** What fits the client: a page for a browser, JSON when it is asked for (`Accept: application/json`), else text for a terminal. */
export function fitting(
  { headers: { accept = '' } }: IncomingMessage,
  value: unknown,
  asText: () => string,
  asPage?: () => string,
): Answer {
  if (asPage && accept.includes('text/html')) return html(asPage());
  return accept.includes('application/json') ? json(value) : text(`${asText()}\n`);
}

/**
 * Reads a JSON body whatever its declared type (`curl -d` declares a form), an empty one as `{}`, else a form as its fields; throws a ControlError that names every
 * mistake.
 */
export async function readBody<S extends z.ZodType>(request: IncomingMessage, schema: S): Promise<z.output<S>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ControlError(`the body has more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return checked(schema, parse(Buffer.concat(chunks).toString('utf8').trim(), request.headers['content-type'] ?? ''));
}

function parse(body: string, type: string): unknown {
  try {
    return body === '' ? {} : JSON.parse(body);
  } catch {
    if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(body));
    throw new ControlError(`the body must be JSON, such as {"advance":"10d"}; got ${body.slice(0, 80)}`);
  }
}

/** A value that a schema accepts; throws a ControlError that names every mistake with its key. */
export function checked<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ControlError(parsed.error.issues.map(({ path, message }) => [...path, message].join(': ')).join('; '));
}

/** Sends an answer. */
export function send(response: ServerResponse, { status = 200, type, body, location, policy = "default-src 'none'" }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    ...(location !== undefined && { location }),
  });
  response.end(body);
}
