import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { StackResource } from '../../kernel/world';
import { provider, uuidOf, type Made, type Provider, type Target } from '../provider';

const prefix = '/_sandbox/cloudformation/';

const answer = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().min(1),
  Data: z.record(z.string(), z.unknown()).optional(),
});
type Answer = z.output<typeof answer>;

/** CloudFormation hands numbers and booleans to custom resources as strings. */
function stringified(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(stringified);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, stringified(member)]));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

async function receive(request: IncomingMessage, response: ServerResponse): Promise<string> {
  const body = await text(request);
  response.writeHead(200).end();
  return body;
}

async function request(
  target: Target,
  type: 'Create' | 'Update' | 'Delete',
  properties: Record<string, unknown>,
  before?: StackResource,
): Promise<Answer> {
  const { kernel } = target;
  const serviceToken = String(properties['ServiceToken']);
  const [, , , region = '', account = '', , name = ''] = serviceToken.split(':');
  const fn = kernel.world.accounts.get(account)?.functions.get(`${region}/${name}`);
  if (!fn) throw new Error(`ServiceToken ${serviceToken}: there is no such function`);
  if (!kernel.lambda) throw new Error('no Lambda platform is attached to the sandbox');
  const requestId = uuidOf(target.stackId, target.logicalId, String(kernel.next()));
  const path = `${prefix}${requestId}`;
  const received: string[] = [];
  kernel.routes.set(path, async (incoming, response) => {
    received.push(await receive(incoming, response));
  });
  const event = {
    RequestType: type,
    RequestId: requestId,
    ResponseURL: `${target.url}${path}`,
    ResourceType: target.type,
    LogicalResourceId: target.logicalId,
    StackId: target.stackId,
    ServiceToken: serviceToken,
    ResourceProperties: stringified(properties),
    ...(type !== 'Create' && before ? { PhysicalResourceId: before.ref } : {}),
    ...(type === 'Update' && before ? { OldResourceProperties: stringified(before.properties) } : {}),
  };
  try {
    // The function has answered by the time its invocation ends, so nothing needs to be waited for by the clock.
    const { functionError, payload } = await kernel.lambda.invoke(fn, JSON.stringify(event), 'RequestResponse');
    const [body] = received;
    if (body === undefined) {
      throw new Error(
        `the function ${name} ended without answering CloudFormation${functionError === undefined ? '' : `: ${String(payload)}`}`,
      );
    }
    return answer.parse(JSON.parse(body));
  } finally {
    kernel.routes.delete(path);
  }
}

/** Custom::* and AWS::CloudFormation::CustomResource: asks the function behind ServiceToken, and fails with the reason it gives. */
export const customResource: Provider = provider(
  z.looseObject({ ServiceToken: z.string().regex(/^arn:[\w-]+:lambda:/, 'must be the ARN of a Lambda function') }),
  {
    async apply(target, properties, before): Promise<Made> {
      const result = await request(target, before ? 'Update' : 'Create', properties, before);
      if (result.Status === 'FAILED') throw new Error(result.Reason ?? 'the function answered FAILED without a reason');
      const attributes = Object.entries(result.Data ?? {}).map(([key, value]) => [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      return { ref: result.PhysicalResourceId, attributes: Object.fromEntries(attributes) as Record<string, string> };
    },
    async remove(target, before) {
      const result = await request(target, 'Delete', before.properties, before);
      if (result.Status === 'FAILED') throw new Error(result.Reason ?? 'the function answered FAILED without a reason');
    },
  },
);
