import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as apigateway from '@aws-sdk/client-api-gateway';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as organizations from '@aws-sdk/client-organizations';
import * as s3 from '@aws-sdk/client-s3';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as ses from '@aws-sdk/client-sesv2';
import * as sts from '@aws-sdk/client-sts';
import { NormalizedSchema } from '@smithy/core/schema';
import { services } from '../../../sandbox/services/registry';
import { decode, encode } from '../../../sandbox/wire/protocol';
import { membersOf, type OperationModel, type ServiceModel } from '../../../sandbox/wire/schema';
import { comparable, generator } from './generate';

const clients = {
  iam: [iam, iam.IAMClient],
  sts: [sts, sts.STSClient],
  organizations: [organizations, organizations.OrganizationsClient],
  secretsmanager: [secretsmanager, secretsmanager.SecretsManagerClient],
  logs: [logs, logs.CloudWatchLogsClient],
  monitoring: [cloudwatch, cloudwatch.CloudWatchClient],
  events: [events, events.EventBridgeClient],
  ses: [ses, ses.SESv2Client],
  lambda: [lambda, lambda.LambdaClient],
  s3: [s3, s3.S3Client],
  apigateway: [apigateway, apigateway.APIGatewayClient],
} as const;

interface Client {
  send(command: object): Promise<unknown>;
}
let server: Server;
let endpoint: string;
let model: ServiceModel;
let expected: Record<string, unknown>;
let received: { name: string; input: unknown } | { error: unknown } | undefined;

beforeAll(async () => {
  server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const headers = request.headers as Record<string, string>;
      try {
        const call = await decode(model, { method: request.method!, path: request.url!, headers, body: Buffer.concat(chunks) });
        received = call && { name: call.operation.name, input: call.input };
        const encoded = encode(model, call!.operation, expected, 'id');
        response.writeHead(encoded.status, encoded.headers).end(encoded.body);
      } catch (error) {
        received ??= { error };
        response.writeHead(501).end();
      }
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const isStreaming = ({ schema }: OperationModel): boolean =>
  [schema[4], schema[5]].some((ref) => membersOf(ref).some((one) => one.schema.isStreaming()));
/** A map of any query parameters, which nothing that is served has. */
const hasQueryMap = ({ input }: OperationModel): boolean => input.some(({ traits }) => traits.httpQueryParams);
const hostPrefixed = ({ schema }: OperationModel): boolean => NormalizedSchema.of(schema).getMergedTraits().endpoint !== undefined;

describe.each(Object.keys(clients) as (keyof typeof clients)[])('%s', (name) => {
  const definition = services.get(name)!;
  const all = [...definition.model.operations.values()];
  const simple = all.filter(
    (operation) =>
      definition.handlers.has(operation.name) ||
      (name !== 's3' && !isStreaming(operation) && !hasQueryMap(operation) && !hostPrefixed(operation)),
  );
  const [sdk, Client] = clients[name] as unknown as [Record<string, new (input: object) => object>, new (configuration: object) => Client];

  it('serves operations that the SDK has', () => {
    expect([...definition.handlers.keys()].filter((operation) => !definition.model.operations.has(operation))).toEqual([]);
  });

  it('exchanges every operation with the unmodified SDK client, exact both ways', async () => {
    const client = new Client({
      endpoint,
      region: 'eu-west-1',
      maxAttempts: 1,
      disableHostPrefix: true,
      credentials: { accessKeyId: 'AKIA1', secretAccessKey: 's' },
    });
    const random = generator(42);
    const wrong: unknown[] = [];
    model = definition.model;
    for (const operation of simple) {
      const adapted = name === 's3' ? adaptedToS3 : (shape: Record<string, unknown>) => shape;
      const input = adapted(random(operation.schema[4]) as Record<string, unknown>);
      // Goes into the host name, not into the message.
      delete input['EndpointId'];
      expected = adapted(random(operation.schema[5]) as Record<string, unknown>);
      received = undefined;
      try {
        const output = (await client.send(new sdk[`${operation.name}Command`]!(input))) as Record<string, unknown>;
        if (isStreaming(operation) && output['Body'])
          output['Body'] = await (output['Body'] as { transformToByteArray(): Promise<Uint8Array> }).transformToByteArray();
        const got = received as { name: string; input: Record<string, unknown> } | undefined;
        const sent = comparable(input);
        const arrived = comparable(name === 's3' ? pick(got?.input, Object.keys(input)) : got?.input);
        if (got?.name !== operation.name || !same(arrived, sent) || !same(comparable(output), comparable(expected))) {
          wrong.push({ operation: operation.name, sent, arrived, output: comparable(output), expected: comparable(expected) });
        }
      } catch (error) {
        wrong.push({ operation: operation.name, error: String(error), received });
      }
    }
    expect(wrong).toEqual([]);
    expect(simple.length).toBeGreaterThan(name === 's3' ? 4 : 5);
  });
});

/** The client checks these against the body or another member, so that random ones cannot be exchanged. */
function adaptedToS3(shape: Record<string, unknown>): Record<string, unknown> {
  const checked = /Checksum|MD5|ContentLength|ContentEncoding|^SSECustomer|EncodingType|^Expires|Range|PartNumber/;
  return {
    ...Object.fromEntries(Object.entries(shape).filter(([key]) => !checked.test(key))),
    ...('Bucket' in shape && { Bucket: 'bucket' }),
    ...('Body' in shape && { ContentLength: (shape['Body'] as Uint8Array).length }),
  };
}
const pick = (value: Record<string, unknown> | undefined, keys: string[]) => Object.fromEntries(keys.map((key) => [key, value?.[key]]));
const same = (a: unknown, b: unknown): boolean => {
  try {
    expect(a).toEqual(b);
    return true;
  } catch {
    return false;
  }
};
