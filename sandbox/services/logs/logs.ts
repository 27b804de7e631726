import type * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { ServiceError } from '../../kernel/service-error';
import type { LogGroup } from '../../kernel/world';
import type { LogLine } from '../../kernel/contracts';
import { pageAfter } from '../paging';
import { handlersOf, type Call, type SdkShapes } from '../service';
import { filterOf } from './filter';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ */
const limits = { groups: 50, streams: 50, events: 10_000 };

/** CloudWatch Logs: what functions wrote, for operators. */
export const logs = handlersOf<SdkShapes<typeof sdk>>({
  DescribeLogGroups: {
    reads: true,
    checks: () => [{ action: 'logs:DescribeLogGroups', resource: '*' }],
    handle({ logGroupNamePrefix = '', logGroupNamePattern = '', limit = limits.groups, nextToken }, call) {
      const groups = groupsOf(call).filter(({ name }) => name.startsWith(logGroupNamePrefix) && name.includes(logGroupNamePattern));
      const { items, next } = pageAfter(groups, ({ name }) => name, nextToken, limit);
      return {
        logGroups: items.map(({ name, arn, retentionDays }) => ({ logGroupName: name, arn, retentionInDays: retentionDays })),
        nextToken: next,
      };
    },
  },
  DescribeLogStreams: {
    reads: true,
    checks: (input, call) => groupChecks('DescribeLogStreams', nameOf(input), call),
    handle(input, call) {
      const { logStreamNamePrefix = '', orderBy, descending, limit = limits.streams, nextToken } = input;
      const streams = streamsOf(linesOf(nameOf(input), call)).filter(({ name }) => name.startsWith(logStreamNamePrefix));
      const byTime = orderBy === 'LastEventTime';
      streams.sort((a, b) => (byTime ? lastOf(a) - lastOf(b) : a.name < b.name ? -1 : 1));
      if (descending === true) streams.reverse();
      const begin = Number(nextToken ?? 0);
      const shown = streams.slice(begin, begin + limit);
      return {
        logStreams: shown.map((stream) => ({
          logStreamName: stream.name,
          firstEventTimestamp: stream.lines[0]?.at.getTime(),
          lastEventTimestamp: lastOf(stream),
        })),
        nextToken: begin + shown.length < streams.length ? String(begin + shown.length) : undefined,
      };
    },
  },
  GetLogEvents: {
    reads: true,
    checks: (input, call) =>
      groupChecks('GetLogEvents', nameOf(input), call).map((check) => ({
        ...check,
        resource: check.resource.replace(/\*$/, `log-stream:${input.logStreamName}`),
      })),
    handle(input, call) {
      const { logStreamName, startTime = 0, endTime = Infinity, limit = limits.events, startFromHead, nextToken } = input;
      const stream = streamsOf(linesOf(nameOf(input), call)).find(({ name }) => name === logStreamName);
      if (!stream) throw new ServiceError('ResourceNotFoundException', 'The specified log stream does not exist.');
      const lines = stream.lines.filter(({ at }) => at.getTime() >= startTime && at.getTime() < endTime);
      const [direction, place] = (nextToken ?? '').split('/');
      const end = direction === 'b' ? Number(place) : lines.length;
      const begin = direction === 'f' ? Number(place) : startFromHead === true ? 0 : Math.max(0, end - limit);
      const shown = lines.slice(begin, Math.min(begin + limit, end));
      return {
        events: shown.map(eventOf),
        nextForwardToken: `f/${begin + shown.length}`,
        nextBackwardToken: `b/${begin}`,
      };
    },
  },
  FilterLogEvents: {
    reads: true,
    checks: (input, call) => groupChecks('FilterLogEvents', nameOf(input), call),
    handle(input, call) {
      const { logStreamNames, logStreamNamePrefix = '', startTime = 0, endTime = Infinity } = input;
      const { filterPattern = '', limit = limits.events, nextToken } = input;
      const matches = filterOf(filterPattern);
      const lines = linesOf(nameOf(input), call).filter(
        (line) =>
          line.at.getTime() >= startTime &&
          line.at.getTime() <= endTime &&
          (logStreamNames?.includes(streamOf(line)) ?? true) &&
          streamOf(line).startsWith(logStreamNamePrefix) &&
          matches(line.line),
      );
      const begin = Number(nextToken ?? 0);
      const shown = lines.slice(begin, begin + limit);
      return {
        events: shown.map((line, index) => ({
          ...eventOf(line),
          logStreamName: streamOf(line),
          eventId: `${streamOf(line)}/${begin + index}`,
        })),
        nextToken: begin + shown.length < lines.length ? String(begin + shown.length) : undefined,
      };
    },
  },
});

interface Stream {
  name: string;
  lines: LogLine[];
}

const lastOf = ({ lines }: Stream): number => lines.at(-1)?.at.getTime() ?? 0;

const groupsOf = ({ account, region }: Call): LogGroup[] =>
  [...account.logGroups].flatMap(([key, group]) => (key === `${region}/${group.name}` ? group : []));

/** A log group is named, or given by its ARN. */
function nameOf({ logGroupName, logGroupIdentifier }: { logGroupName?: string; logGroupIdentifier?: string }): string {
  const name = logGroupName ?? logGroupIdentifier?.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '');
  if (name !== undefined) return name;
  throw new ServiceError('InvalidParameterException', 'Either logGroupName or logGroupIdentifier must be given.');
}

const groupChecks = (action: string, name: string, { account, region, world }: Call) => [
  { action: `logs:${action}`, resource: `arn:${world.partition}:logs:${region}:${account.id}:log-group:${name}:*` },
];

/** What was written to a group, oldest first; throws ResourceNotFoundException. */
function linesOf(group: string, call: Call): LogLine[] {
  if (!groupsOf(call).some(({ name }) => name === group)) {
    throw new ServiceError('ResourceNotFoundException', 'The specified log group does not exist.');
  }
  const { account, region, platform, now } = call;
  const lines = (platform.lambda?.logs ?? []).filter(
    (line) => line.logGroup === group && line.account === account.id && line.region === region && line.at <= now,
  );
  return lines.sort((a, b) => a.at.getTime() - b.at.getTime());
}

/** A stream per invocation. */
const streamOf = ({ at, requestId }: LogLine): string =>
  `${at.toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${requestId.replaceAll('-', '')}`;

function streamsOf(lines: readonly LogLine[]): Stream[] {
  const streams = new Map<string, LogLine[]>();
  for (const line of lines) {
    const name = streamOf(line);
    const known = streams.get(name);
    if (known) known.push(line);
    else streams.set(name, [line]);
  }
  return [...streams].map(([name, held]) => ({ name, lines: held }));
}

const eventOf = ({ at, line }: LogLine) => ({ timestamp: at.getTime(), ingestionTime: at.getTime(), message: line });
