import { FromStringShapeDeserializer, ToStringShapeSerializer } from '@smithy/core/protocols';
import { readJson, writeJson } from './json';
import type { Output, WireCall, WireRequest, WireResponse } from './message';
import { RouteTable } from './routes';
import { httpTrait, type Member, type OperationModel, type ServiceModel } from './schema';
import { toXml } from './xml';

const bindings = { timestampFormat: { useTrait: true, default: 7 as const }, httpBindings: true };
const strings = new FromStringShapeDeserializer(bindings);
const tables = new WeakMap<ServiceModel, RouteTable>();

/** Reads a restJson or restXml request; undefined when the service has no such operation. S3 buckets are the first path segment. */
export async function decodeRest(service: ServiceModel, request: WireRequest): Promise<WireCall | undefined> {
  const [path = '/', search = ''] = splitOnce(request.path, '?');
  const query = new URLSearchParams(search);
  const [bucket, rest] = service.protocol === 'restXml' ? pathStyle(path) : [undefined, path];
  const match = tableOf(service).find(request.method, rest, query, request.headers);
  if (!match) return undefined;
  const { operation, labels } = match;
  const payload = operation.input.find((member) => member.traits.httpPayload);
  const structured = payload === undefined || payload.schema.isStructSchema();
  const body =
    request.body.length > 0 && structured ? await readBody(service, payload?.schema.getSchema() ?? operation.schema[4], request.body) : {};
  const input: Record<string, unknown> = payload && structured ? (request.body.length > 0 ? { [payload.name]: body } : {}) : body;
  if (payload && !structured && request.body.length > 0) {
    input[payload.name] = payload.schema.isStringSchema() ? request.body.toString('utf8') : new Uint8Array(request.body);
  }
  if (bucket !== undefined) labels['Bucket'] = decodeURIComponent(bucket);
  for (const member of operation.input) {
    const value = bound(member, labels, query, request.headers);
    if (value !== undefined) input[member.name] = value;
  }
  return { operation, input };
}

/** The restJson or restXml response with an operation's output. */
export function encodeRest(service: ServiceModel, operation: OperationModel, output: Output, requestId: string): WireResponse {
  const headers: Record<string, string> = { 'x-amzn-requestid': requestId };
  if (service.protocol === 'restXml') headers['x-amz-request-id'] = requestId;
  let status = httpTrait(operation)[2];
  let payload: string | Uint8Array | undefined;
  const rest: Output = {};
  let body = false;
  for (const { name, schema, traits } of operation.output) {
    const isBound = traits.httpHeader ?? traits.httpPrefixHeaders ?? traits.httpResponseCode ?? traits.httpPayload;
    if (isBound === undefined) {
      body = true;
      rest[name] = output[name];
      continue;
    }
    const value = output[name];
    if (traits.httpPayload) payload = '';
    if (value === undefined || value === null) continue;
    if (traits.httpHeader) headers[traits.httpHeader.toLowerCase()] = toHeader(schema, value);
    else if (traits.httpPrefixHeaders) {
      for (const [key, text] of Object.entries(value)) headers[`${traits.httpPrefixHeaders}${key}`.toLowerCase()] = String(text);
    } else if (traits.httpResponseCode) status = Number(value);
    else payload = schema.isStructSchema() ? writeBody(service, schema, value) : (value as string | Uint8Array);
  }
  const contentType = service.protocol === 'restXml' ? 'application/xml' : 'application/json';
  const text = payload ?? (body ? writeBody(service, operation.schema[5], rest) : service.protocol === 'restXml' ? '' : '{}');
  return { status, headers: status === 204 ? headers : { 'content-type': contentType, ...headers }, body: status === 204 ? '' : text };
}

function tableOf(service: ServiceModel): RouteTable {
  const table = tables.get(service) ?? new RouteTable(service);
  tables.set(service, table);
  return table;
}

function bound(member: Member, labels: Record<string, string>, query: URLSearchParams, headers: WireRequest['headers']): unknown {
  const { name, schema, traits } = member;
  if (traits.httpQuery !== undefined && schema.isListSchema()) {
    if (!query.has(traits.httpQuery)) return undefined;
    return query.getAll(traits.httpQuery).map((value): unknown => strings.read(schema.getValueSchema(), value));
  }
  if (traits.httpPrefixHeaders !== undefined) {
    const prefix = traits.httpPrefixHeaders.toLowerCase();
    const found = Object.entries(headers).filter(([header]) => header.startsWith(prefix));
    return found.length > 0 ? Object.fromEntries(found.map(([header, value]) => [header.slice(prefix.length), value])) : undefined;
  }
  const raw = traits.httpLabel
    ? labels[name]
    : traits.httpQuery !== undefined
      ? query.get(traits.httpQuery)
      : headers[traits.httpHeader?.toLowerCase() ?? ''];
  return raw === undefined || raw === null ? undefined : (strings.read(schema, raw) as unknown);
}

function toHeader(schema: Member['schema'], value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => toHeader(schema.getValueSchema(), item)).join(', ');
  const serializer = new ToStringShapeSerializer(bindings);
  serializer.write(schema, value);
  return serializer.flush();
}

async function readBody(service: ServiceModel, schema: Parameters<typeof readJson>[0], body: Buffer): Promise<Record<string, unknown>> {
  // The S3 operations that the sandbox serves have no XML body; the others are refused as not emulated.
  return service.protocol === 'restXml' ? {} : readJson(schema, body);
}

function writeBody(service: ServiceModel, schema: Parameters<typeof toXml>[0], value: unknown): string | Uint8Array {
  return service.protocol === 'restXml' ? toXml(schema, value) : writeJson(schema, value);
}

function pathStyle(path: string): [bucket: string | undefined, rest: string] {
  const [, bucket = '', key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
  return [bucket === '' ? undefined : bucket, `/${key}`];
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
