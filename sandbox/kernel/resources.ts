import type { PolicyDocument, Statement } from './policy';

/** An IAM user. */
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
  /** What their multi-factor device shows now, `arn:…:mfa/<name>`; absent when they have none. */
  mfaCode?: string;
}

/** An access key of a user; IAM grants two, concurrent creates have made more. */
export interface AccessKey {
  id: string;
  secret: string;
  status: 'Active' | 'Inactive' | 'Expired';
  created: Date;
  /** What the credential report gives as `last_rotated`, which is documented as "created or last changed"; else the creation. */
  changed?: Date;
  lastUsed?: { at: Date; service: string; region: string };
}

/** A call that was signed with a user's key, as CloudTrail's event history keeps it. */
export interface TrailEvent {
  id: string;
  at: Date;
  region: string;
  keyId: string;
  /** Name of the user. */
  user: string;
  arn: string;
  /** `sts.amazonaws.com`. */
  source: string;
  name: string;
  reads: boolean;
  address: string;
  agent: string;
  error?: string;
}

/** An IAM group; users hold their membership. */
export interface Group {
  name: string;
  path: string;
  created?: Date;
  arn: string;
  inlinePolicies: Map<string, PolicyDocument>;
  attachedPolicies: Set<string>;
}

/** An IAM role. */
export interface Role {
  name: string;
  path: string;
  id: string;
  arn: string;
  created?: Date;
  trust: PolicyDocument;
  inlinePolicies: Map<string, PolicyDocument>;
  attachedPolicies: Set<string>;
  boundary?: string;
  maxSessionSeconds: number;
  tags: Map<string, string>;
}

/** A secret in one region: the primary, or a replica, which Secrets Manager keeps as the primary is. */
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
  /** Of a primary that was replicated: what became of it, by region. */
  replicas?: Map<string, Replication>;
  /** Of a replica: the primary's region. */
  primary?: string;
  tags: Map<string, string>;
  policy?: string;
  versions: Map<string, SecretVersion>;
}

/** What became of replicating a secret to one region. */
export interface Replication {
  status: 'InSync' | 'Failed';
  message: string;
  /** Encrypts the replica; `aws/secretsmanager` of that region when absent. */
  kmsKeyId?: string;
}

/** One version of a secret with its staging labels. */
export interface SecretVersion {
  id: string;
  value: string;
  created: Date;
  /** The day on which it was last fetched. */
  accessed?: Date;
  stages: Set<string>;
}

/** A Lambda function as its template describes it. */
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

/** An SQS queue with what waits in it. */
export interface Queue {
  name: string;
  region: string;
  arn: string;
  url: string;
  /** How long messages are kept; SQS's four days when nobody said. */
  retentionSeconds?: number;
  policy?: PolicyDocument;
  messages: QueueMessage[];
}

/** A message in a queue. */
interface QueueMessage {
  at: Date;
  body: string;
  /** Given when the message is first received. */
  id?: string;
  /** Hidden from receivers until then. */
  visibleAt?: Date;
}

/** A customer managed key. */
export interface KmsKey {
  arn: string;
  region: string;
  policy: PolicyDocument;
  /** Enabled when absent. */
  state?: 'Disabled' | 'PendingDeletion' | 'PendingReplicaDeletion';
  /** When a key that is pending deletion is gone. */
  deletion?: Date;
  /** With their `alias/` prefix. */
  aliases: Set<string>;
  /** Only a primary multi-Region key can be replicated. */
  multiRegion?: 'primary' | 'replica';
  /** Of an asymmetric key, which signs: its private part as PKCS #8 PEM. */
  signs?: { spec: 'ECC_NIST_P256'; privateKey: string };
}

/** An S3 bucket with its objects by key. */
export interface Bucket {
  name: string;
  region: string;
  arn: string;
  policy?: PolicyDocument;
  objects: Map<string, { body: Uint8Array; contentType?: string; modified: Date; metadata: Record<string, string> }>;
}

/** An SES template, in Handlebars. */
export interface MailTemplate {
  name: string;
  region: string;
  subject: string;
  html?: string;
  text?: string;
}

/** An SES configuration set with its event destinations. */
export interface ConfigurationSet {
  name: string;
  region: string;
  destinations: { name: string; events: string[]; target: string }[];
}

/** A rule of EventBridge on the default event bus. */
export interface EventRule {
  name: string;
  arn: string;
  /** Whether it is asked at all. */
  enabled: boolean;
  pattern: Record<string, unknown>;
  /** ARNs of Lambda functions. */
  targets: string[];
}

/** An EventBridge Scheduler schedule. */
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

/** A CloudWatch log group. */
export interface LogGroup {
  name: string;
  arn: string;
  retentionDays?: number;
}

/** A CloudWatch alarm with the properties that its template gave it. */
export interface Alarm {
  arn: string;
  properties: Record<string, unknown>;
  /** What people set its state to; else it follows its metric. */
  set?: { value: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'; reason: string; since: Date };
}
