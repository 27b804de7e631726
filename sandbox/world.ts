/** The whole state of the sandbox: plain data that `structuredClone` copies, so that a run can be snapshotted and replayed. */
export interface World {
  /** The management account's id. */
  managementAccount: string;
  organization: Organization;
  accounts: Map<string, AccountState>;
  mails: SentMail[];
  /** Events put on EventBridge, in order. */
  events: PutEvent[];
  /** CloudFormation stacks by `account/region/stackName`. */
  stacks: Map<string, StackState>;
  stackSets: Map<string, StackSetState>;
  /** Sequence for generated identifiers: the same run makes the same ids. */
  sequence: number;
}

export interface Organization {
  /** `o-` + 10 characters. */
  id: string;
  /** `r-` + 4 characters. */
  rootId: string;
  /** Organizational units: id → name and parent id (the root or another unit). */
  units: Map<string, { name: string; parent: string }>;
  members: Map<string, Member>;
}

export type AccountLifecycle = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

export interface Member {
  id: string;
  name: string;
  email: string;
  state: AccountLifecycle;
  /** The root's or a unit's id. */
  parent: string;
  joined: Date;
}

/** What one account holds. Regional things carry their region in the key: `region/name`. */
export interface AccountState {
  id: string;
  users: Map<string, User>;
  groups: Map<string, Group>;
  roles: Map<string, Role>;
  /** ARN → document. */
  managedPolicies: Map<string, { arn: string; name: string; document: PolicyDocument }>;
  credentialReport?: { generated: Date; content: string; readyAt: Date };
  secrets: Map<string, Secret>;
  functions: Map<string, LambdaFunction>;
  queues: Map<string, Queue>;
  buckets: Map<string, Bucket>;
  templates: Map<string, MailTemplate>;
  configurationSets: Map<string, ConfigurationSet>;
  schedules: Map<string, Schedule>;
  logGroups: Map<string, LogGroup>;
  topics: Map<string, { arn: string; published: { at: Date; message: string }[] }>;
  alarms: Map<string, { arn: string; properties: Record<string, unknown> }>;
  dashboards: Map<string, { body: string }>;
}

export interface User {
  name: string;
  path: string;
  id: string;
  arn: string;
  created: Date;
  tags: Map<string, string>;
  keys: AccessKey[];
  groups: Set<string>;
  inlinePolicies: Map<string, PolicyDocument>;
  attachedPolicies: Set<string>;
  passwordEnabled: boolean;
}

export interface AccessKey {
  id: string;
  secret: string;
  status: 'Active' | 'Inactive';
  created: Date;
  lastUsed?: { at: Date; service: string; region: string };
}

export interface Group {
  name: string;
  path: string;
  arn: string;
  inlinePolicies: Map<string, PolicyDocument>;
  attachedPolicies: Set<string>;
}

export interface Role {
  name: string;
  path: string;
  id: string;
  arn: string;
  trust: PolicyDocument;
  inlinePolicies: Map<string, PolicyDocument>;
  attachedPolicies: Set<string>;
  boundary?: string;
  maxSessionSeconds: number;
  tags: Map<string, string>;
}

export interface PolicyDocument {
  Version?: string;
  Statement: Statement | Statement[];
}

export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Principal?: '*' | Record<string, string | string[]>;
  NotPrincipal?: Record<string, string | string[]>;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[] | boolean>>;
}

export interface Secret {
  name: string;
  region: string;
  arn: string;
  description?: string;
  kmsKeyId?: string;
  created: Date;
  changed: Date;
  accessed?: Date;
  deleted?: Date;
  tags: Map<string, string>;
  policy?: string;
  versions: Map<string, SecretVersion>;
}

export interface SecretVersion {
  id: string;
  value: string;
  created: Date;
  stages: Set<string>;
}

export interface LambdaFunction {
  name: string;
  region: string;
  arn: string;
  /** ARN of the execution role. */
  role: string;
  handler: string;
  runtime: string;
  timeoutSeconds: number;
  memoryMb: number;
  environment: Record<string, string>;
  /** Directory that holds the unpacked bundle. */
  codeDirectory: string;
  logGroup?: string;
  /** Resource policy statements added by AWS::Lambda::Permission. */
  permissions: Statement[];
  asyncConfig: { maxRetries: number; maxAgeSeconds: number; onFailure?: string };
}

export interface Queue {
  name: string;
  region: string;
  arn: string;
  url: string;
  policy?: PolicyDocument;
  messages: { at: Date; body: string }[];
}

export interface Bucket {
  name: string;
  region: string;
  arn: string;
  policy?: PolicyDocument;
  objects: Map<string, { body: Buffer; contentType?: string; modified: Date; metadata: Record<string, string> }>;
}

export interface MailTemplate {
  name: string;
  region: string;
  subject: string;
  html?: string;
  text?: string;
}

export interface ConfigurationSet {
  name: string;
  region: string;
  destinations: { name: string; events: string[]; target: string }[];
}

export interface Schedule {
  name: string;
  group: string;
  region: string;
  arn: string;
  expression: string;
  timezone: string;
  state: 'ENABLED' | 'DISABLED';
  target: { arn: string; role: string; input?: string; deadLetter?: string; maxRetries: number };
  lastFired?: Date;
}

export interface LogGroup {
  name: string;
  arn: string;
  retentionDays?: number;
}

export interface SentMail {
  at: Date;
  account: string;
  region: string;
  from: string;
  to: string[];
  replyTo: string[];
  template?: string;
  configurationSet?: string;
  subject: string;
  html?: string;
  text?: string;
  /** Set when the template could not be rendered: SES accepted the call and nothing was delivered. */
  renderingFailure?: string;
}

export interface PutEvent {
  at: Date;
  account: string;
  bus: string;
  source: string;
  detailType: string;
  detail: string;
}

export interface StackState {
  name: string;
  account: string;
  region: string;
  outputs: Record<string, string>;
  /** Logical id → what was made, with what CloudFormation's Ref and GetAtt answer. */
  resources: Map<string, { type: string; ref: string; attributes: Record<string, string>; properties: Record<string, unknown> }>;
}

export interface StackSetState {
  name: string;
  administrator: string;
  region: string;
  template: Record<string, unknown>;
  parameters: Record<string, string>;
  autoDeployment: boolean;
  /** Root or unit ids. */
  targets: string[];
  regions: string[];
}

/** Who signed a request. */
export interface Principal {
  kind: 'user' | 'role' | 'service' | 'root';
  account: string;
  /** The caller's ARN as GetCallerIdentity shows it; a service's principal name for `service`. */
  arn: string;
  /** User or role name. */
  name: string;
  userId: string;
  session?: { name: string; policy?: PolicyDocument; tags: Record<string, string> };
}

/** One API call as the sandbox saw it: the evidence for "nothing else was called". */
export interface CallRecord {
  at: Date;
  /** Position in the log, from 1. */
  number: number;
  service: string;
  operation: string;
  principal: string;
  principalAccount: string;
  /** The account that holds what was called. */
  account: string;
  /** What policies had to allow, `action on resource` each. */
  authorized: { action: string; resource: string; allowed: boolean }[];
  /** The request without secret values. */
  input: Record<string, unknown>;
  /** `ok`, or the error's code. */
  outcome: string;
  /** True when the call may change something. */
  mutating: boolean;
  /** The Lambda invocation that made the call, from its session. */
  invocation?: string;
}
