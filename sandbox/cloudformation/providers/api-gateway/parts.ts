import Ajv from 'ajv';
import { z } from 'zod';
import { provider, type Provider } from '../../provider';
import { accepted, flag, integer, text } from '../../shapes';
import { apiBefore, apiOf, functionOfUri, idOf } from './lookup';

/** AWS::ApiGateway::Authorizer that is a Lambda function. */
export const apiAuthorizer: Provider = provider(
  z.strictObject({
    RestApiId: z.string(),
    Name: z.string().min(1),
    Type: z.enum(['TOKEN', 'REQUEST']),
    AuthorizerUri: z.string(),
    AuthorizerResultTtlInSeconds: integer.pipe(z.number().min(0).max(3600)).exactOptional(),
    IdentitySource: z.string().exactOptional(),
    IdentityValidationExpression: z.string().exactOptional(),
    AuthType: accepted,
  }),
  {
    // https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
    apply(target, { RestApiId, Name, Type, AuthorizerUri, AuthorizerResultTtlInSeconds = 300, ...rest }, before) {
      const { definition } = apiOf(target, RestApiId);
      const id = idOf(target, before);
      const identitySources = (rest.IdentitySource ?? '').split(',').flatMap((source) => source.trim() || []);
      const odd = identitySources.find(
        (source) => !/^(method\.request\.(header|querystring)|stageVariables|context)\.[\w.-]+$/.test(source),
      );
      if (odd !== undefined) throw new Error(`IdentitySource: ${odd} is no header, query string, stage variable or context value`);
      if (Type === 'TOKEN' && !/^method\.request\.header\.[\w-]+$/.test(identitySources.join()))
        throw new Error('IdentitySource: a TOKEN authorizer needs one header');
      if (Type === 'REQUEST' && rest.IdentityValidationExpression !== undefined)
        throw new Error('IdentityValidationExpression is for TOKEN authorizers');
      if (AuthorizerResultTtlInSeconds > 0 && identitySources.length === 0)
        throw new Error('IdentitySource: an authorizer whose answers are kept needs one');
      definition.authorizers.set(id, {
        name: Name,
        type: Type,
        functionArn: functionOfUri(target, AuthorizerUri),
        identitySources,
        ...(rest.IdentityValidationExpression !== undefined && { pattern: rest.IdentityValidationExpression }),
        ttlSeconds: AuthorizerResultTtlInSeconds,
      });
      return { ref: id, attributes: { AuthorizerId: id } };
    },
    remove(target, before) {
      apiBefore(target, before)?.definition.authorizers.delete(before.ref);
    },
  },
);

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const RESPONSE_TYPES = [
  ...['ACCESS_DENIED', 'API_CONFIGURATION_ERROR', 'AUTHORIZER_CONFIGURATION_ERROR', 'AUTHORIZER_FAILURE', 'BAD_REQUEST_BODY'],
  ...['BAD_REQUEST_PARAMETERS', 'DEFAULT_4XX', 'DEFAULT_5XX', 'EXPIRED_TOKEN', 'INTEGRATION_FAILURE', 'INTEGRATION_TIMEOUT'],
  ...['INVALID_API_KEY', 'INVALID_SIGNATURE', 'MISSING_AUTHENTICATION_TOKEN', 'QUOTA_EXCEEDED', 'REQUEST_TOO_LARGE', 'RESOURCE_NOT_FOUND'],
  ...['THROTTLED', 'UNAUTHORIZED', 'UNSUPPORTED_MEDIA_TYPE', 'WAF_FILTERED'],
];

/** AWS::ApiGateway::GatewayResponse. */
export const gatewayResponse: Provider = provider(
  z.strictObject({
    RestApiId: z.string(),
    ResponseType: z.enum(RESPONSE_TYPES),
    StatusCode: text.pipe(z.string().regex(/^[1-5]\d\d$/, 'must be an HTTP status')).exactOptional(),
    ResponseParameters: z
      .record(
        z.string().regex(/^gatewayresponse\.header\.[\w-]+$/, 'must be gatewayresponse.header.<name>'),
        z.string().regex(/^('[^']*'|(method\.request|context|stageVariables)\.[\w.-]+)$/, 'must be ‘text’ in quotes, or a parameter'),
      )
      .exactOptional(),
    ResponseTemplates: z.record(z.string(), z.string()).exactOptional(),
  }),
  {
    apply(target, { RestApiId, ResponseType, StatusCode, ResponseParameters = {}, ResponseTemplates = {} }, before) {
      const { responses } = apiOf(target, RestApiId).definition;
      const status = StatusCode === undefined ? {} : { status: Number(StatusCode) };
      responses.set(ResponseType, { ...status, parameters: ResponseParameters, templates: ResponseTemplates });
      return { ref: before?.ref ?? `${RestApiId}-${ResponseType}`, attributes: { Id: `${RestApiId}-${ResponseType}` } };
    },
    remove(target, before) {
      apiBefore(target, before)?.definition.responses.delete(String(before.properties['ResponseType']));
    },
  },
);

/** AWS::ApiGateway::RequestValidator. */
export const requestValidator: Provider = provider(
  z.strictObject({
    RestApiId: z.string(),
    Name: accepted,
    ValidateRequestBody: flag.exactOptional(),
    ValidateRequestParameters: flag.exactOptional(),
  }),
  {
    apply(target, { RestApiId, ValidateRequestBody: body = false, ValidateRequestParameters: parameters = false }, before) {
      const id = idOf(target, before);
      apiOf(target, RestApiId).definition.validators.set(id, { body, parameters });
      return { ref: id, attributes: { RequestValidatorId: id } };
    },
    remove(target, before) {
      apiBefore(target, before)?.definition.validators.delete(before.ref);
    },
  },
);

/** AWS::ApiGateway::Model: a JSON schema. */
export const apiModel: Provider = provider(
  z.strictObject({
    RestApiId: z.string(),
    Name: z.string().regex(/^[A-Za-z0-9]+$/, 'must be letters and digits'),
    ContentType: z.string(),
    Schema: z.record(z.string(), z.unknown()),
    Description: accepted,
  }),
  {
    apply(target, { RestApiId, Name, Schema }) {
      new Ajv({ strict: false, validateSchema: false }).compile(Schema);
      apiOf(target, RestApiId).definition.models.set(Name, Schema);
      return { ref: Name, attributes: {} };
    },
    remove(target, before) {
      apiBefore(target, before)?.definition.models.delete(before.ref);
    },
  },
);
