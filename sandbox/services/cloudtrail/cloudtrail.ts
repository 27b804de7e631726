import type * as sdk from '@aws-sdk/client-cloudtrail';
import { ServiceError } from '../../kernel/service-error';
import type { TrailEvent } from '../../kernel/world';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html */
const limits = { page: 50, lookUps: 2, perMs: 1_000, days: 90 };

/** What events can be looked up by; the sandbox keeps no resources of them. */
const attributes: Readonly<Record<string, (event: TrailEvent) => string>> = {
  AccessKeyId: ({ keyId }) => keyId,
  EventId: ({ id }) => id,
  EventName: ({ name }) => name,
  EventSource: ({ source }) => source,
  ReadOnly: ({ reads }) => String(reads),
  Username: ({ user }) => user,
};

/** CloudTrail: the event history of calls that users' keys have signed. */
export const cloudtrail = handlersOf<SdkShapes<typeof sdk>>({
  LookupEvents: {
    reads: true,
    checks: () => [{ action: 'cloudtrail:LookupEvents', resource: '*' }],
    handle({ LookupAttributes = [], StartTime, EndTime, MaxResults = limits.page, NextToken }, call) {
      throttle(call);
      const refuse = (code: string, message: string): never => {
        throw new ServiceError(code, message, 400);
      };
      if (LookupAttributes.length > 1) refuse('InvalidLookupAttributesException', 'Only one lookup attribute may be given.');
      if (MaxResults < 1 || MaxResults > limits.page) refuse('InvalidMaxResultsException', `MaxResults must be 1 to ${limits.page}.`);
      if (StartTime && EndTime && StartTime > EndTime) refuse('InvalidTimeRangeException', 'The start time is after the end time.');
      const [asked] = LookupAttributes;
      const valueOf = asked?.AttributeKey === undefined ? undefined : attributes[asked.AttributeKey];
      if (asked && !valueOf) refuse('InvalidLookupAttributesException', `The sandbox cannot look up ${String(asked.AttributeKey)}.`);
      const begin = NextToken === undefined ? 0 : Number(NextToken);
      if (!Number.isInteger(begin) || begin < 0) refuse('InvalidNextTokenException', 'The token is not one that an answer held.');
      const oldest = call.now.getTime() - limits.days * 86_400_000;
      const found = (call.account.trail?.events ?? []).filter(
        (event) =>
          event.region === call.region &&
          event.at.getTime() >= Math.max(oldest, StartTime?.getTime() ?? 0) &&
          (!EndTime || event.at <= EndTime) &&
          (!asked || valueOf?.(event) === asked.AttributeValue),
      );
      const newestFirst = found.toReversed().toSorted((a, b) => b.at.getTime() - a.at.getTime());
      const end = begin + MaxResults;
      return {
        Events: newestFirst.slice(begin, end).map((event) => shown(event, call)),
        ...(end < newestFirst.length && { NextToken: String(end) }),
      };
    },
  },
});

/** Two look-ups a second, per account and region. */
function throttle({ account, region, now }: Call): void {
  const trail = (account.trail ??= { events: [], lookUps: new Map() });
  const recent = (trail.lookUps.get(region) ?? []).filter((at) => now.getTime() - at < limits.perMs);
  if (recent.length >= limits.lookUps) throw new ServiceError('ThrottlingException', 'Rate exceeded', 400);
  trail.lookUps.set(region, [...recent, now.getTime()]);
}

function shown(event: TrailEvent, { account }: Call): sdk.Event {
  const { id, at, region, keyId, user, arn, source, name, reads, address, agent, error } = event;
  const record = {
    eventVersion: '1.11',
    userIdentity: { type: 'IAMUser', arn, accountId: account.id, accessKeyId: keyId, userName: user },
    eventTime: at.toISOString(),
    eventSource: source,
    eventName: name,
    awsRegion: region,
    sourceIPAddress: address,
    userAgent: agent,
    ...(error !== undefined && { errorCode: error }),
    readOnly: reads,
    eventID: id,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account.id,
    eventCategory: 'Management',
  };
  return {
    EventId: id,
    EventName: name,
    ReadOnly: String(reads),
    AccessKeyId: keyId,
    EventTime: at,
    EventSource: source,
    Username: user,
    Resources: [],
    CloudTrailEvent: JSON.stringify(record),
  };
}
