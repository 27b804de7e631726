import { NormalizedSchema } from '@smithy/core/schema';
import type { Output, WireCall, WireRequest, WireResponse } from './message';
import type { OperationModel, ServiceModel } from './schema';
import { fromTree, structure, toXml } from './xml';

type Tree = string | { [step: string]: Tree } | Tree[];

/** Reads an awsQuery request; undefined when the service has no such operation. */
export function decodeQuery(service: ServiceModel, request: WireRequest): WireCall | undefined {
  const form = new URLSearchParams(request.body.toString('utf8'));
  const operation = service.operations.get(form.get('Action') ?? '');
  return operation && { operation, input: fromTree(operation.schema[4], treeOf(form)) };
}

/** The awsQuery response with an operation's output. */
export function encodeQuery(operation: OperationModel, output: Output, requestId: string): WireResponse {
  const [, namespace, name, , , result] = operation.schema;
  const hasResult = !NormalizedSchema.of(result).isUnitSchema();
  const envelope = structure(namespace, `${name}Response`, {
    ...(hasResult && { [`${name}Result`]: result }),
    ResponseMetadata: structure(namespace, 'ResponseMetadata', { RequestId: 0 }),
  });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: toXml(envelope, { [`${name}Result`]: output, ResponseMetadata: { RequestId: requestId } }),
  };
}

/** `Tags.member.1.Key=a` → `{ Tags: { member: [{ Key: 'a' }] } }`. */
function treeOf(form: URLSearchParams): Tree {
  const root = Object.create(null) as { [step: string]: Tree };
  for (const [key, value] of form) {
    const path = key.split('.');
    const last = path.pop() ?? '';
    let node = root;
    for (const step of path) {
      const next = node[step];
      node = node[step] = typeof next === 'object' && !Array.isArray(next) ? next : (Object.create(null) as { [step: string]: Tree });
    }
    node[last] = value;
  }
  return withLists(root);
}

/** Objects whose keys count from 1 are lists; integer keys iterate in ascending order. */
function withLists(node: Tree): Tree {
  if (typeof node === 'string' || Array.isArray(node)) return node;
  const entries = Object.entries(node).map(([key, value]) => [key, withLists(value)] as const);
  return '1' in node ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}
