import type { Credentials } from '../kernel/contracts';
import type { LambdaFunction } from '../kernel/world';

/** What a process needs to know beyond its function. */
export interface ProcessSurroundings {
  /** Of the sandbox's server. */
  endpoint: string;
  credentials: Credentials;
  logStream: string;
  /** An empty directory: the SDK finds no configuration files there. */
  home: string;
}

/**
 * The whole environment of a function's process: the template's variables, those Lambda defines, and the sandbox's endpoint; nothing of the
 * host but PATH.
 */
export function processVariables(
  fn: LambdaFunction,
  { endpoint, credentials, logStream, home }: ProcessSurroundings,
): Record<string, string> {
  return {
    ...fn.environment,
    AWS_REGION: fn.region,
    AWS_DEFAULT_REGION: fn.region,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: fn.logGroup ?? `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_ENDPOINT_URL: endpoint,
    _HANDLER: fn.handler,
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    // The host's Node.js stands in for the function's runtime: the SDK's advice to upgrade it is not the function's.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    HOME: home,
    PATH: process.env['PATH'] ?? '',
  };
}
