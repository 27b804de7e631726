import { uuid } from './identifiers';
import type { AccountState, Principal, TrailEvent } from './world';

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html */
const KEPT_MS = 90 * 86_400_000;
/** Services whose events are in one region, wherever they were called from, by partition. */
const GLOBAL_SERVICES: ReadonlySet<string> = new Set(['iam', 'organizations']);
const GLOBAL_REGIONS: Readonly<Record<string, string>> = { aws: 'us-east-1', 'aws-us-gov': 'us-gov-west-1', 'aws-cn': 'cn-north-1' };
/**
 * Calls that move data, which a trail has only where it was told to, and the event history never:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
 */
const MOVES_DATA = /^(?:s3:.*|lambda:Invoke|sqs:(?:Send|Receive|Delete)Message|ses:SendEmail|events:PutEvents|monitoring:GetMetricData)$/;

/** One call as it is noted. */
export interface NotedCall {
  at: Date;
  service: string;
  operation: string;
  region: string;
  reads: boolean;
  address: string;
  agent: string;
  /** The code of the answer, when it was an error. */
  error?: string | undefined;
}

/** Keeps a call that was signed with a user's key, as CloudTrail's event history does; those that move data are not kept. */
export function noteCall(account: AccountState, principal: Principal, keyId: string, call: NotedCall): void {
  const { at, service, operation, region, error, ...facts } = call;
  if (MOVES_DATA.test(`${service}:${operation}`)) return;
  const trail = (account.trail ??= { events: [], lookUps: new Map() });
  const oldest = at.getTime() - KEPT_MS;
  while (trail.events[0] && trail.events[0].at.getTime() < oldest) trail.events.shift();
  const partition = principal.arn.split(':')[1] ?? '';
  const event: TrailEvent = {
    id: uuid(`trail/${account.id}/${keyId}/${at.toISOString()}/${trail.events.length}`),
    at,
    region: (GLOBAL_SERVICES.has(service) ? GLOBAL_REGIONS[partition] : undefined) ?? region,
    keyId,
    user: principal.name,
    arn: principal.arn,
    source: `${service}.amazonaws.com`,
    name: operation,
    ...facts,
    ...(error !== undefined && { error }),
  };
  trail.events.push(event);
}
