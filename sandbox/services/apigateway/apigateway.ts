import { handlersOf } from '../service';
import { apiKeys } from './api-keys';
import { restApis } from './rest-apis';
import { usagePlans } from './usage-plans';

/** API Gateway's control plane: what there is, and the keys that clients send. Stages are served by `sandbox/execute-api`. */
export const apigateway = handlersOf(restApis, apiKeys, usagePlans);
