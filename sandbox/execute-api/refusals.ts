/** What the gateway itself says: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const REFUSALS = {
  ACCESS_DENIED: [403, 'User is not authorized to access this resource', 'AccessDeniedException'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error', 'InternalServerErrorException'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, null, 'AuthorizerConfigurationException'],
  BAD_REQUEST_BODY: [400, 'Invalid request body', 'BadRequestException'],
  BAD_REQUEST_PARAMETERS: [400, 'Missing required request parameters', 'BadRequestException'],
  EXPIRED_TOKEN: [403, 'The security token included in the request is expired', 'ExpiredTokenException'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out', 'InternalServerErrorException'],
  INVALID_API_KEY: [403, 'Forbidden', 'ForbiddenException'],
  INVALID_SIGNATURE: [403, 'The request signature we calculated does not match the signature you provided', 'InvalidSignatureException'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token', 'MissingAuthenticationTokenException'],
  QUOTA_EXCEEDED: [429, 'Limit Exceeded', 'LimitExceededException'],
  REQUEST_TOO_LARGE: [413, 'Request Entity Too Large', 'RequestEntityTooLargeException'],
  THROTTLED: [429, 'Too Many Requests', 'TooManyRequestsException'],
  UNAUTHORIZED: [401, 'Unauthorized', 'UnauthorizedException'],
} as const satisfies Record<string, readonly [status: number, message: string | null, name: string]>;

/** A type of gateway response that the sandbox gives. */
export type RefusalType = keyof typeof REFUSALS;

/** Ends a request with an answer of the gateway's own. */
export class GatewayError extends Error {
  readonly status: number;
  /** What `$context.error.message` says. */
  readonly says: string | null;
  /** In `x-amzn-errortype`. */
  readonly errorType: string;

  constructor(
    readonly type: RefusalType,
    { says, status }: { says?: string; status?: number } = {},
  ) {
    const [usual, message, name] = REFUSALS[type];
    super(says ?? message ?? type);
    this.status = status ?? usual;
    this.says = says ?? message;
    this.errorType = name;
  }
}
