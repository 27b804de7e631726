import type { PolicyDocument } from './policy';

/** API Gateway in one account and region. */
export interface ApiGateway {
  apis: Map<string, RestApi>;
  keys: Map<string, ApiKey>;
  plans: Map<string, UsagePlan>;
  /** The role that writes logs: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html */
  logRole?: string;
}

/** A REST API. What is changed in its definition is served once it is deployed. */
export interface RestApi {
  id: string;
  name: string;
  description?: string;
  created: Date;
  rootId: string;
  endpoint: 'EDGE' | 'REGIONAL' | 'PRIVATE';
  /** False: answers under custom domains alone. */
  reachable: boolean;
  definition: ApiDefinition;
  deployments: Map<string, ApiDefinition>;
  stages: Map<string, ApiStage>;
}

/** What a deployment keeps: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html */
export interface ApiDefinition {
  keySource: 'HEADER' | 'AUTHORIZER';
  policy?: PolicyDocument;
  /** By id; the root has no parent. */
  resources: Map<string, { parent?: string; part: string }>;
  /** By `<resource id> <HTTP method>`. */
  methods: Map<string, ApiMethod>;
  authorizers: Map<string, ApiAuthorizer>;
  validators: Map<string, { body: boolean; parameters: boolean }>;
  /** JSON schemas by the model's name. */
  models: Map<string, object>;
  /** By type, `DEFAULT_4XX` for example. */
  responses: Map<string, GatewayResponse>;
}

/** A method of a resource, with its integration. */
export interface ApiMethod {
  needsKey: boolean;
  authorization: 'NONE' | 'CUSTOM' | 'AWS_IAM';
  authorizerId?: string;
  validatorId?: string;
  /** `method.request.header.X` → whether it must be there. */
  parameters: Record<string, boolean>;
  /** Content type → name of the model. */
  models: Record<string, string>;
  /** ARN of the Lambda function that gets the whole request. */
  functionArn: string;
  timeoutMs: number;
}

/** A Lambda function that is asked before a method is. */
export interface ApiAuthorizer {
  name: string;
  type: 'TOKEN' | 'REQUEST';
  functionArn: string;
  /** `method.request.header.Authorization` for example. */
  identitySources: string[];
  /** Which tokens are worth asking about. */
  pattern?: string;
  ttlSeconds: number;
}

/** How the gateway itself answers. */
export interface GatewayResponse {
  status?: number;
  /** `gatewayresponse.header.X` → value, as the template has it. */
  parameters: Record<string, string>;
  /** Content type → body. */
  templates: Record<string, string>;
}

/** How often something may happen: a bucket of `burst` that fills again by `rate` a second. */
export interface Throttle {
  rate: number;
  burst: number;
}

/** What is left of a throttle. */
export interface Allowance {
  left: number;
  at: number;
}

/** A stage serves one deployment. */
export interface ApiStage {
  name: string;
  deploymentId: string;
  variables: Record<string, string>;
  /** By `<resource path>/<HTTP method>`, or `/*` with `*`, each written as API Gateway writes it. */
  throttles: Map<string, Throttle>;
  allowances: Map<string, Allowance>;
  accessLog?: { group: string; format: string };
  /** Authorizers' answers that are still good, by authorizer and identity sources. */
  authorized: Map<string, { until: number; answer: string }>;
}

/** A key that a client sends as `x-api-key`. */
export interface ApiKey {
  id: string;
  name: string;
  description?: string;
  value: string;
  enabled: boolean;
  created: Date;
  updated: Date;
  tags: Map<string, string>;
}

/** Which keys may call which stages, and how often. */
export interface UsagePlan {
  id: string;
  name: string;
  description?: string;
  stages: { api: string; stage: string; throttles: Map<string, Throttle> }[];
  throttle?: Throttle;
  quota?: { limit: number; offset: number; period: 'DAY' | 'WEEK' | 'MONTH' };
  keys: Set<string>;
  allowances: Map<string, Allowance>;
  /** By key id: when the period began that is counted, and how many requests there were. */
  used: Map<string, { since: number; requests: number }>;
}

/** A definition that a new API begins with: its root alone. */
export const emptyDefinition = (rootId: string): ApiDefinition => ({
  keySource: 'HEADER',
  resources: new Map([[rootId, { part: '' }]]),
  methods: new Map(),
  authorizers: new Map(),
  validators: new Map(),
  models: new Map(),
  responses: new Map(),
});

/** API Gateway of a region, as it is before anything is made there. */
export const emptyGateway = (): ApiGateway => ({ apis: new Map(), keys: new Map(), plans: new Map() });

/** A resource's path, `/a/{b}` for example. */
export function pathOf({ resources }: ApiDefinition, id: string): string {
  const parts: string[] = [];
  for (let at = resources.get(id); at?.parent !== undefined; at = resources.get(at.parent)) parts.unshift(at.part);
  return `/${parts.join('/')}`;
}
