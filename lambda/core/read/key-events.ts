import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Trail } from '../../shared/cloudtrail';
import { RotationError } from '../../shared/errors';

/** One call that was made with an access key. */
export interface KeyEvent {
  at: Date;
  /** `sts GetCallerIdentity`. */
  name: string;
  /** The address that it came from, or the service of AWS that made it; empty when CloudTrail does not say. */
  source: string;
  /** What the program calls itself; anything may stand there. */
  agent: string;
}

/** The newest calls of a key in one region. */
export interface KeyEvents {
  events: KeyEvent[];
  /** There are older ones. */
  more: boolean;
}

/** Pages of one key and region, of 50 events each: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const MAX_PAGES = 4;

/**
 * Reads the newest calls that were made with a key in the trail's region, of those that CloudTrail keeps for 90 days: management events,
 * made with the key itself. `turn` resolves when the next look-up may be made.
 */
export async function readKeyEvents(trail: Trail, keyId: string, turn: () => Promise<void>): Promise<KeyEvents> {
  const events: KeyEvent[] = [];
  let NextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    await turn();
    const LookupAttributes = [{ AttributeKey: 'AccessKeyId' as const, AttributeValue: keyId }];
    const answer = await trail.lookUp({ LookupAttributes, ...(NextToken !== undefined && { NextToken }) });
    if (!answer.Events) throw new RotationError('CloudTrail answered LookupEvents without the list that was asked for');
    events.push(...answer.Events.flatMap((event) => read(event) ?? []));
    ({ NextToken } = answer);
    if (!NextToken) return { events, more: false };
  }
  return { events, more: true };
}

/** What says nothing of when or what is no call that people could look for. */
function read({ EventTime, EventName, EventSource = '', CloudTrailEvent }: Event): KeyEvent | undefined {
  if (!EventTime || EventName === undefined) return undefined;
  const record = parsed(CloudTrailEvent);
  const text = (name: string): string => (typeof record[name] === 'string' ? record[name] : '');
  const service = EventSource.replace(/\.amazonaws\.com$/, '');
  return { at: EventTime, name: `${service} ${EventName}`.trim(), source: text('sourceIPAddress'), agent: text('userAgent') };
}

/** Only what is asked for is ever taken from it: what a call was answered can hold a session token. */
function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
