import { z } from 'zod';
import { emptyDefinition } from '../../../kernel/rest-apis';
import { copy } from '../../../kernel/copy';
import { apiId } from '../../../kernel/identifiers';
import type { PolicyDocument } from '../../../kernel/world';
import { checkPolicy } from '../../policy-checks';
import { arn, provider, type Provider } from '../../provider';
import { accepted, flag, integer, policyDocument, tags, text } from '../../shapes';
import { apiBefore, apiOf, functionOfUri, gatewayOf, idOf } from './lookup';

/** AWS::ApiGateway::RestApi, defined by resources and methods of its own. */
export const restApi: Provider = provider(
  z.strictObject({
    Name: z.string().min(1),
    Description: text.exactOptional(),
    ApiKeySourceType: z.enum(['HEADER', 'AUTHORIZER']).exactOptional(),
    EndpointConfiguration: z
      .strictObject({
        Types: z.tuple([z.enum(['EDGE', 'REGIONAL', 'PRIVATE'])]),
        VpcEndpointIds: z.array(z.string().regex(/^vpce-[0-9a-f]{8,17}$/, 'must be a VPC endpoint id')).exactOptional(),
        IpAddressType: accepted,
      })
      .exactOptional(),
    Policy: policyDocument.exactOptional(),
    DisableExecuteApiEndpoint: flag.exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    async apply(target, { Name, Description, ApiKeySourceType = 'HEADER', EndpointConfiguration, Policy, ...rest }, before) {
      const id = idOf(target, before);
      const { apis } = gatewayOf(target);
      const existing = apis.get(id);
      const endpoint = EndpointConfiguration?.Types[0] ?? 'EDGE';
      if (Policy) await checkPolicy(Policy, 'resource');
      // https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
      if (endpoint === 'PRIVATE' && !Policy) throw new Error('Private REST API doesn’t have a resource policy attached to it');
      const rootId = existing?.rootId ?? apiId(`${target.stackId}/${target.logicalId}/root`);
      const definition = { ...(existing?.definition ?? emptyDefinition(rootId)) };
      delete definition.policy;
      apis.set(id, {
        ...(existing ?? { created: target.kernel.clock.now(), deployments: new Map(), stages: new Map() }),
        id,
        rootId,
        name: Name,
        ...(Description !== undefined && { description: Description }),
        endpoint,
        reachable: rest.DisableExecuteApiEndpoint !== true,
        definition: {
          ...definition,
          keySource: ApiKeySourceType,
          ...(Policy && { policy: whole(Policy, arn(target, 'execute-api', id)) }),
        },
      });
      return { ref: id, attributes: { RestApiId: id, RootResourceId: rootId } };
    },
    remove(target, before) {
      gatewayOf(target).apis.delete(before.ref);
    },
  },
);

/** Writes `execute-api:/…` out: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-create-attach.html */
function whole(policy: PolicyDocument, apiArn: string): PolicyDocument {
  const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);
  const Statement = list(policy.Statement).map((statement) => {
    const { Resource } = statement;
    if (Resource === undefined) return statement;
    return { ...statement, Resource: list(Resource).map((name) => name.replace(/^execute-api:\//, `${apiArn}/`)) };
  });
  return { ...policy, Statement };
}

/** AWS::ApiGateway::Resource: one part of a path. */
export const apiResource: Provider = provider(
  z.strictObject({
    RestApiId: z.string(),
    ParentId: z.string(),
    PathPart: z.string().regex(/^([\w.:$-]+|\{[\w.-]+\+?\})$/, 'must be letters, digits and ._-:$, or a {parameter}'),
  }),
  {
    apply(target, { RestApiId, ParentId, PathPart }, before) {
      const { definition } = apiOf(target, RestApiId);
      const id = idOf(target, before);
      if (!definition.resources.has(ParentId)) throw new Error(`the resource ${ParentId} does not exist`);
      const sibling = [...definition.resources].find(
        ([other, { parent, part }]) => other !== id && parent === ParentId && part === PathPart,
      );
      if (sibling) throw new Error(`Another resource with the same parent already has this name: ${PathPart}`);
      definition.resources.set(id, { parent: ParentId, part: PathPart });
      return { ref: id, attributes: { ResourceId: id } };
    },
    remove(target, before) {
      apiBefore(target, before)?.definition.resources.delete(before.ref);
    },
  },
);

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const LONGEST_INTEGRATION_MS = 29_000;

/** AWS::ApiGateway::Method whose integration hands the whole request to a Lambda function. */
export const apiMethod: Provider = provider(
  z.strictObject({
    RestApiId: z.string(),
    ResourceId: z.string(),
    HttpMethod: z.enum(['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']),
    ApiKeyRequired: flag.exactOptional(),
    AuthorizationType: z.enum(['NONE', 'CUSTOM', 'AWS_IAM']).exactOptional(),
    AuthorizerId: z.string().exactOptional(),
    Integration: z.strictObject({
      // Its passthrough behaviour cannot be chosen: https://docs.aws.amazon.com/apigateway/latest/developerguide/integration-passthrough-behaviors.html
      Type: z.literal('AWS_PROXY'),
      IntegrationHttpMethod: z.literal('POST'),
      Uri: z.string(),
      TimeoutInMillis: integer.pipe(z.number().min(50).max(LONGEST_INTEGRATION_MS)).exactOptional(),
    }),
    MethodResponses: accepted,
    OperationName: accepted,
    RequestModels: z.record(z.string(), z.string()).exactOptional(),
    RequestParameters: z.record(z.string().regex(/^method\.request\.(header|querystring|path)\./), flag).exactOptional(),
    RequestValidatorId: z.string().exactOptional(),
  }),
  {
    apply(target, { RestApiId, ResourceId, HttpMethod, AuthorizationType = 'NONE', ...rest }, before) {
      const { definition } = apiOf(target, RestApiId);
      if (!definition.resources.has(ResourceId)) throw new Error(`the resource ${ResourceId} does not exist`);
      const { AuthorizerId, RequestValidatorId, RequestModels = {} } = rest;
      if ((AuthorizationType === 'CUSTOM') !== (AuthorizerId !== undefined))
        throw new Error('an AuthorizerId goes with the AuthorizationType CUSTOM');
      if (AuthorizerId !== undefined && !definition.authorizers.has(AuthorizerId)) throw new Error('Invalid authorizer ID specified');
      if (RequestValidatorId !== undefined && !definition.validators.has(RequestValidatorId))
        throw new Error('Invalid Request Validator identifier specified');
      const model = Object.values(RequestModels).find((name) => !definition.models.has(name));
      if (model !== undefined) throw new Error(`Invalid model name specified: ${model}`);
      const key = `${ResourceId} ${HttpMethod}`;
      const ref = before?.ref ?? `${target.logicalId}-${key.replace(' ', '-')}`;
      definition.methods.set(key, {
        needsKey: rest.ApiKeyRequired ?? false,
        authorization: AuthorizationType,
        ...(AuthorizerId !== undefined && { authorizerId: AuthorizerId }),
        ...(RequestValidatorId !== undefined && { validatorId: RequestValidatorId }),
        parameters: rest.RequestParameters ?? {},
        models: RequestModels,
        functionArn: functionOfUri(target, rest.Integration.Uri),
        timeoutMs: rest.Integration.TimeoutInMillis ?? LONGEST_INTEGRATION_MS,
      });
      return { ref, attributes: {} };
    },
    remove(target, before) {
      const { ResourceId, HttpMethod } = before.properties;
      apiBefore(target, before)?.definition.methods.delete(`${String(ResourceId)} ${String(HttpMethod)}`);
    },
  },
);

/** AWS::ApiGateway::Deployment: keeps the definition as it is now, for stages to serve. */
export const apiDeployment: Provider = provider(z.strictObject({ RestApiId: z.string(), Description: accepted }), {
  apply(target, { RestApiId }, before) {
    const api = apiOf(target, RestApiId);
    const id = idOf(target, before);
    if (api.definition.methods.size === 0) throw new Error('The REST API doesn’t contain any methods');
    if (!before) api.deployments.set(id, copy(api.definition));
    return { ref: id, attributes: { DeploymentId: id } };
  },
  remove(target, before) {
    const api = apiBefore(target, before);
    const stage = [...(api?.stages.values() ?? [])].find(({ deploymentId }) => deploymentId === before.ref);
    if (stage) throw new Error(`Active stages pointing to this deployment must be moved or deleted: ${stage.name}`);
    api?.deployments.delete(before.ref);
  },
});
