import type { PolicyDocument, Statement } from './policy';

export type { CallRecord, Principal } from './call-record';
export type { PolicyDocument, Statement } from './policy';

/** The whole state of the sandbox: plain data that `copy` copies, so that a run can be snapshotted and replayed. */
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
  /** Accounts that may read the organization besides the management account. */
  delegatedAdministrators: Set<string>;
  /** The delegation policy on the organization. */
  policy?: PolicyDocument;
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
  /** Verified SES identities, `region/address` or `region/domain`. */
  identities: Set<string>;
  /** Customer managed keys by ARN. */
  keys: Map<string, KmsKey>;
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
  created?: Date;
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

export interface Secret {
  name: string;
  region: string;
  arn: string;
  description?: string;
  kmsKeyId?: string;
  created: Date;
  changed: Date;
  accessed?: Date;
  /** When its deletion was asked for; it is gone at `purge`. */
  deleted?: Date;
  purge?: Date;
  /** Regions it is replicated to; its home is `region`. The account holds it under each of them. */
  replicas?: Set<string>;
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
  messages: QueueMessage[];
}

export interface QueueMessage {
  at: Date;
  body: string;
  /** Given when the message is first received. */
  id?: string;
  /** Hidden from receivers until then. */
  visibleAt?: Date;
}

export interface KmsKey {
  arn: string;
  region: string;
  policy: PolicyDocument;
  /** With their `alias/` prefix. */
  aliases: Set<string>;
}

export interface Bucket {
  name: string;
  region: string;
  arn: string;
  policy?: PolicyDocument;
  objects: Map<string, { body: Uint8Array; contentType?: string; modified: Date; metadata: Record<string, string> }>;
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
  /** Where `rate(…)` counts from. */
  created: Date;
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
  /** The data as it was sent, for templates. */
  templateData?: string;
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
  /** Logical id → what was made, in order of creation. */
  resources: Map<string, StackResource>;
}

export interface StackResource {
  type: string;
  /** What CloudFormation's Ref answers. */
  ref: string;
  /** What Fn::GetAtt answers. */
  attributes: Record<string, string>;
  /** As the template gave them, functions resolved. */
  properties: Record<string, unknown>;
  /** Kept when it leaves the template. */
  retain: boolean;
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
  /** Keys in `World.stacks` of the stacks it made. */
  instances: Set<string>;
  /** How many accounts may fail before the whole operation has failed: a number, or a share of the accounts. */
  tolerance: { count: number } | { share: number };
  /** Stacks of accounts that left the targets stay. */
  retainOnRemoval: boolean;
  /** Set while its stacks are being removed. */
  deleted?: true;
}
