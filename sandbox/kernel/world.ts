import type { PolicyDocument } from './policy';
import type { ApiGateway } from './rest-apis';
import type {
  Alarm,
  Bucket,
  ConfigurationSet,
  EventRule,
  Group,
  KmsKey,
  LambdaFunction,
  LogGroup,
  MailTemplate,
  Queue,
  Role,
  Schedule,
  Secret,
  TrailEvent,
  User,
} from './resources';

export type { CallRecord, Principal } from './call-record';
export type { PolicyDocument, Statement } from './policy';
export type * from './resources';

/** The whole state of the sandbox: plain data that `copy` copies, so that a run can be snapshotted and replayed. */
export interface World {
  /** `aws`, `aws-us-gov` or `aws-cn`: what every ARN begins with. */
  partition: string;
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
  /** By `account/region/stackName/name`, from when they are made until they are executed. */
  changeSets?: Map<string, ChangeSet>;
  /** How things were before their latest changes, oldest first, for reads that may be late; empty unless some may. */
  past: Before[];
  /** How many reads could have been late: what their lateness is drawn from. */
  reads: number;
  /** Sequence for generated identifiers: the same run makes the same ids. */
  sequence: number;
}

/** The organization, its units and its members. */
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
  /** Without all features: accounts share one bill and nothing else; then, until people have agreed to the rest. */
  billingOnly?: 'consolidated' | 'enabling';
  /** Set when StackSets may not work in the organization: trusted access was never given, or was taken away. */
  stackSetsDistrusted?: boolean;
  /** The delegation policy on the organization. */
  policy?: PolicyDocument;
  /** Attached to the root beside FullAWSAccess: what it denies, it denies in every account but the management account. */
  serviceControlPolicy?: PolicyDocument;
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html */
export type AccountLifecycle = 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED';

/** One account as the organization sees it. */
export interface Member {
  id: string;
  name: string;
  email: string;
  state: AccountLifecycle;
  /** The root's or a unit's id. */
  parent: string;
  joined: Date;
}

/** What can be read as it was: users, groups and secrets of accounts by their key there, and members of the organization. */
export type Thing =
  { kind: 'users' | 'groups' | 'secrets'; account: string; key: string } | { kind: 'members'; account?: undefined; key: string };

/** How one thing was just before a change; without value it did not exist. */
export interface Before {
  at: Date;
  thing: Thing;
  value: User | Group | Secret | Member | undefined;
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
  /** Identities that SES knows and has not verified. */
  pendingIdentities: Set<string>;
  /** `region/address` in lower case → why SES delivers nothing to it. */
  suppressed: Map<string, { reason: 'BOUNCE' | 'COMPLAINT'; at: Date }>;
  /** `region/address` in lower case → what becomes of mails to it, once SES has accepted them. */
  mailTroubles: Map<string, MailTrouble>;
  /** SES outside or inside its sandbox; the quota is mails a day. */
  sending: Sending;
  /** Lambda functions that may run at the same time. */
  concurrency: number;
  /** Higher quotas that were asked for, until people at AWS have answered. */
  quotaRequests?: QuotaRequest[];
  /** Regions that are not enabled for this account. */
  regionsOff?: Set<string>;
  /** Customer managed keys by ARN. */
  keys: Map<string, KmsKey>;
  schedules: Map<string, Schedule>;
  /** Rules of the default event bus, `region/name`. */
  eventRules: Map<string, EventRule>;
  logGroups: Map<string, LogGroup>;
  topics: Map<string, { arn: string; published: { at: Date; message: string }[]; subscriptions?: Subscription[] }>;
  alarms: Map<string, Alarm>;
  /** CloudTrail's event history, oldest first, and by region when it was asked lately; absent until there is any. */
  trail?: { events: TrailEvent[]; lookUps: Map<string, number[]> };
  dashboards: Map<string, { body: string }>;
  /** By region, from the first thing that is made there. */
  apiGateways: Map<string, ApiGateway>;
}

/** What SES lets an account send. */
interface Sending {
  production: boolean;
  enabled: boolean;
  quota: number;
  /** What people at AWS were told, who decide on production access. */
  details?: { mailType: 'MARKETING' | 'TRANSACTIONAL'; website: string; review: 'PENDING' | 'GRANTED' };
}

/** A higher quota that somebody asks for. */
interface QuotaRequest {
  id: string;
  service: string;
  quota: string;
  wanted: number;
  at: Date;
}

/** Who hears of what is published to a topic, once they have confirmed it. */
interface Subscription {
  arn: string;
  protocol: string;
  endpoint: string;
  confirmed: boolean;
  /** What the mail of AWS Notifications holds, by which its reader confirms. */
  token?: string;
}

/**
 * Why SES did not deliver a mail that it had accepted: it could not be rendered, held a virus, or came back. A bounce that passes
 * (`transient`) puts nobody on the suppression list: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export type MailTrouble = 'rendering failure' | 'reject' | 'transient bounce' | 'suppressed';

/** A mail that SES accepted. */
export interface SentMail {
  /** SES's id of it; absent of mails that others send. */
  id?: string;
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
  attachments?: { name: string; type: string; content: string }[];
  /** Message tags. */
  tags?: Record<string, string>;
  /** Set when the template could not be rendered: SES accepted the call and nothing was delivered. */
  renderingFailure?: string;
  /** Set when SES accepted the call and nothing was delivered. */
  trouble?: MailTrouble;
}

/** An event that EventBridge accepted. */
interface PutEvent {
  at: Date;
  account: string;
  bus: string;
  source: string;
  detailType: string;
  detail: string;
}

/** A CloudFormation stack in one account and region. */
export interface StackState {
  name: string;
  account: string;
  region: string;
  outputs: Record<string, string>;
  /** Absent until it is changed. */
  status?: 'UPDATE_COMPLETE' | 'UPDATE_ROLLBACK_COMPLETE' | 'ROLLBACK_COMPLETE';
  /** What became of the changes that failed, oldest first. */
  failures?: { at: Date; reason: string }[];
  /** What it was deployed with. */
  parameters?: Record<string, string>;
  /** The template's own, as JSON says it. */
  metadata?: Record<string, unknown>;
  created?: Date;
  /** Logical id → what was made, in order of creation. */
  resources: Map<string, StackResource>;
}

/** A change that was described and not yet made. */
export interface ChangeSet {
  /** The new template; the previous one when absent. */
  template?: unknown;
  parameters: Record<string, string>;
  /** Everything is made again, whatever people did to it. */
  revertsDrift: boolean;
}

/** What one logical id of a stack stands for. */
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

/** A service-managed stack set. */
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
  /** Why the last deployment failed, by the key that the stack has or would have. */
  failed?: Map<string, string>;
  /** How many accounts may fail before the whole operation has failed: a number, or a share of the accounts. */
  tolerance: { count: number } | { share: number };
  /** Stacks of accounts that left the targets stay. */
  retainOnRemoval: boolean;
  /** Set while its stacks are being removed. */
  deleted?: true;
}
