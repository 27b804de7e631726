import type { Call } from '../service';

/** One value of a metric. */
export interface Datapoint {
  at: Date;
  value: number;
}

/** Which metric is meant. */
export interface MetricName {
  namespace: string;
  name: string;
  dimensions: ReadonlyMap<string, string>;
}

interface Embedded {
  _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  [member: string]: unknown;
}

/**
 * What is known of a metric of the caller's account and region: what functions wrote in the embedded metric format, Lambda's invocations
 * and errors, and how many messages are visible in a queue now and how old the oldest is.
 */
export function datapoints(metric: MetricName, call: Call): Datapoint[] {
  if (metric.namespace === 'AWS/Lambda') return ofFunction(metric, call);
  if (metric.namespace === 'AWS/SQS') return ofQueue(metric, call);
  return ofLogs(metric, call);
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function ofLogs({ namespace, name, dimensions }: MetricName, { account, region, platform, now }: Call): Datapoint[] {
  return (platform.lambda?.logs ?? []).flatMap(({ account: id, region: where, at, line }) => {
    if (id !== account.id || where !== region || at > now || !line.includes('"_aws"') || !line.includes(namespace)) return [];
    const embedded = JSON.parse(line) as Embedded;
    const held = embedded._aws.CloudWatchMetrics.some(
      (directive) =>
        directive.Namespace === namespace &&
        directive.Metrics.some(({ Name }) => Name === name) &&
        directive.Dimensions.some(
          (set) => set.length === dimensions.size && set.every((key) => dimensions.get(key) === String(embedded[key])),
        ),
    );
    return held ? [embedded[name]].flat().map((value) => ({ at, value: Number(value) })) : [];
  });
}

function ofFunction({ name, dimensions }: MetricName, { account, region, platform, now }: Call): Datapoint[] {
  const fn = account.functions.get(`${region}/${dimensions.get('FunctionName') ?? ''}`);
  const held = (platform.lambda?.invocations ?? []).filter(({ functionArn, acceptedAt }) => functionArn === fn?.arn && acceptedAt <= now);
  return held.flatMap(({ acceptedAt: at, attempts, state }) => {
    const failures = state === 'succeeded' ? attempts - 1 : state === 'failed' ? attempts : 0;
    const value = { Invocations: attempts, Errors: failures, Throttles: 0 }[name];
    return value === undefined ? [] : [{ at, value }];
  });
}

function ofQueue({ name, dimensions }: MetricName, { account, region, now }: Call): Datapoint[] {
  const queue = account.queues.get(`${region}/${dimensions.get('QueueName') ?? ''}`);
  if (!queue) return [];
  if (name === 'ApproximateAgeOfOldestMessage') {
    const oldest = Math.min(now.getTime(), ...queue.messages.map(({ at }) => at.getTime()));
    return [{ at: now, value: Math.floor((now.getTime() - oldest) / 1000) }];
  }
  if (name !== 'ApproximateNumberOfMessagesVisible') return [];
  return [{ at: now, value: queue.messages.filter(({ visibleAt }) => visibleAt === undefined || visibleAt <= now).length }];
}

/** One statistic of values; undefined when there are none or the statistic is not emulated. */
function statistic(name: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const known = {
    Sum: sum,
    Average: sum / values.length,
    Minimum: Math.min(...values),
    Maximum: Math.max(...values),
    SampleCount: values.length,
  };
  return known[name as keyof typeof known];
}

/** The statistic of each of the last periods, latest first; undefined where there is no data. */
export function byPeriod(
  points: readonly Datapoint[],
  stat: string,
  { periodSeconds, count, end }: { periodSeconds: number; count: number; end: Date },
): (number | undefined)[] {
  const periodMs = periodSeconds * 1000;
  return Array.from({ length: count }, (_, index) => {
    const to = end.getTime() - index * periodMs;
    const values = points.filter(({ at }) => at.getTime() > to - periodMs && at.getTime() <= to).map(({ value }) => value);
    return statistic(stat, values);
  });
}
