import type { Kernel } from '../kernel/kernel';
import type { ApiDefinition, ApiGateway, ApiKey, ApiStage, RestApi } from '../kernel/rest-apis';
import type { ApiRequest } from './request';
import type { Route } from './route';
import type { GatewayError } from './refusals';

/** Where a stage is. */
export interface Place {
  account: string;
  region: string;
  gateway: ApiGateway;
  api: RestApi;
  stage: ApiStage;
  definition: ApiDefinition;
  /** The VPC endpoint that a request came through. */
  vpcEndpoint?: string;
}

/** Who signed a request for IAM. */
interface Signer {
  accessKey: string;
  accountId: string;
  caller: string;
  userArn: string;
}

/** One request on its way through the gateway, with what became known of it. */
export interface Exchange {
  kernel: Kernel;
  place: Place;
  request: ApiRequest;
  id: string;
  began: Date;
  route?: Route;
  key?: ApiKey;
  signer?: Signer;
  /** What the authorizer said, `principalId` included. */
  authorizer?: Record<string, string>;
  /** Of an authorizer, which key counts. */
  usageKey?: string;
  error?: GatewayError;
  /** What was answered. */
  status?: number;
  length?: number;
  integrationStatus?: number;
}

/** An HTTP answer; names may come more than once. */
export interface ApiAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: Buffer;
}

/** The host that the API has on AWS: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-call-api.html */
export const domainOf = ({ kernel, place: { api, region } }: Exchange): string =>
  `${api.id}.execute-api.${region}.amazonaws.com${kernel.world.partition === 'aws-cn' ? '.cn' : ''}`;

/** The ARN of something in the stage's API, `prod/GET/a` or `authorizers/1` for example. */
export const apiArn = ({ kernel, place: { api, region, account } }: Exchange, rest: string): string =>
  `arn:${kernel.world.partition}:execute-api:${region}:${account}:${api.id}/${rest}`;

/** What policies call this request. */
export const methodArn = (exchange: Exchange): string =>
  apiArn(exchange, `${exchange.place.stage.name}/${exchange.request.method}${exchange.request.path}`);
