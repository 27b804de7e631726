import { uuid } from '../../kernel/identifiers';
import { parseArn } from '../../kernel/arn';
import type { EventRule } from '../../kernel/world';
import type { Call } from '../service';
import { matches } from './pattern';

/** What somebody puts on the default event bus. */
export interface BusEntry {
  source: string;
  detailType: string;
  /** ARNs of what it is about. */
  resources: string[];
  detail: Record<string, unknown>;
}

/**
 * Hands an event to the targets of every rule that it matches, as EventBridge does with the right that the function itself gives it: a
 * target that refuses gets nothing.
 */
export async function publish({ source, detailType, resources, detail }: BusEntry, call: Call): Promise<void> {
  const { account, region, now, platform } = call;
  const event = {
    version: '0',
    id: uuid(`event-${platform.next()}`),
    'detail-type': detailType,
    source,
    account: account.id,
    time: now.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources,
    detail,
  };
  for (const [key, rule] of account.eventRules) {
    if (!key.startsWith(`${region}/`) || !rule.enabled || !matches(rule.pattern, event)) continue;
    for (const target of rule.targets) await invoke(rule, target, JSON.stringify(event), call);
  }
}

async function invoke(rule: EventRule, target: string, payload: string, { world, account, platform }: Call): Promise<void> {
  const { allowed } = platform.perform({
    principal: platform.servicePrincipal('events.amazonaws.com', account.id),
    service: 'lambda',
    operation: 'Invoke',
    checks: [{ action: 'lambda:InvokeFunction', resource: target, context: { 'aws:SourceArn': rule.arn } }],
    mutating: true,
  });
  const arn = parseArn(target);
  const fn = arn && world.accounts.get(arn.account)?.functions.get(`${arn.region}/${arn.resource.replace('function:', '')}`);
  if (allowed && fn) await platform.lambda?.invoke(fn, payload, 'Event');
}
