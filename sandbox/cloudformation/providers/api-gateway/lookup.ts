import { apiId } from '../../../kernel/identifiers';
import { emptyGateway, type ApiGateway, type RestApi } from '../../../kernel/rest-apis';
import type { StackResource } from '../../../kernel/world';
import { accountOf, arn, type Target } from '../../provider';

/** API Gateway where the target is. */
export function gatewayOf(target: Target): ApiGateway {
  const { apiGateways } = accountOf(target);
  const gateway = apiGateways.get(target.region) ?? emptyGateway();
  apiGateways.set(target.region, gateway);
  return gateway;
}

/** A REST API by its id; throws when there is none. */
export function apiOf(target: Target, id: string): RestApi {
  const api = gatewayOf(target).apis.get(id);
  if (!api) throw new Error(`the REST API ${id} does not exist`);
  return api;
}

/** The REST API that an earlier deployment's resource was part of, if it is still there. */
export const apiBefore = (target: Target, { properties }: StackResource): RestApi | undefined =>
  gatewayOf(target).apis.get(String(properties['RestApiId']));

/** The id that a resource keeps, or gets. */
export const idOf = (target: Target, before: StackResource | undefined): string =>
  before?.ref ?? apiId(`${target.stackId}/${target.logicalId}`);

/** The function of an invocation URI: https://docs.aws.amazon.com/apigateway/latest/api/API_Integration.html */
export function functionOfUri(target: Target, uri: string): string {
  const service = arn({ ...target, account: 'lambda' }, 'apigateway', 'path/2015-03-31/functions/');
  const [, functionArn] = /^(arn:[\w-]+:lambda:[^/]+)\/invocations$/.exec(uri.startsWith(service) ? uri.slice(service.length) : '') ?? [];
  if (functionArn === undefined) throw new Error(`${uri} does not invoke a Lambda function of this region`);
  return functionArn;
}
