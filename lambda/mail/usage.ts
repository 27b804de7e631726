import type { KeyCaller, KeyUsage } from '../runs/schemas';
import type { DigestCaller, DigestItem } from './model';
import { clip, count, showDay } from './words';

/** What no mail that tells who uses a key may leave unsaid. */
export const USAGE_NOTE =
  'Who uses a key is what AWS CloudTrail has of the last 90 days, in the regions named with the key. It does not show: reading and writing ' +
  'of data, such as objects in S3, items in DynamoDB or calls of Lambda functions; calls in other regions; what was done with temporary ' +
  'credentials that were got with the key. The name of a program is what it says of itself.';

/** What an item says of who uses its key. */
type UsageFacts = Pick<DigestItem, 'usage' | 'callers' | 'usageRest'>;

const inRegions = (regions: readonly string[]): string => `in ${regions.join(' and ')}`;

function headOf({ regions, calls, newestOnly, callers, failed }: KeyUsage): string {
  if (regions.length === 0) return 'Who uses it could not be looked up.';
  if (calls === 0 && failed.length > 0) return `AWS CloudTrail shows no call with it ${inRegions(regions)}.`;
  if (calls === 0) {
    return `AWS CloudTrail shows no call with it ${inRegions(regions)}: it is used for something that CloudTrail does not show, as said below.`;
  }
  const who = callers.length === 1 ? 'one caller' : 'these callers';
  if (newestOnly) return `Of its newest ${count(calls, 'call')} ${inRegions(regions)}, AWS CloudTrail shows ${who}; there are older calls:`;
  return `AWS CloudTrail shows ${count(calls, 'call')} with it ${inRegions(regions)}, by ${who}:`;
}

function callerOf({ source, agent, calls, first, last, names }: KeyCaller): DigestCaller {
  const [from, to] = [showDay(first), showDay(last)];
  const known = names.reduce((sum, name) => sum + name.calls, 0);
  const what = names.map((name) => `${name.name}${name.calls > 1 ? ` (${name.calls.toLocaleString('en-US')})` : ''}`).join(', ');
  return {
    from: source,
    agent,
    what: `${count(calls, 'call')}, ${from === to ? `on ${to}` : `${from} to ${to}`}: ${what}${known < calls ? ' and others' : ''}`,
  };
}

/** Who uses a key, as far as it was looked up; nothing when it was not asked. */
export function usageFacts(usage: KeyUsage | undefined): UsageFacts {
  if (!usage) return { usage: '', callers: [], usageRest: '' };
  const { otherCallers, failed } = usage;
  const rest = [
    ...(otherCallers > 0 ? [`${count(otherCallers, 'more caller')} made fewer calls.`] : []),
    ...failed.map(({ region, error, message }) => `Could not be looked up in ${region}: ${error}: ${message}`),
  ];
  return { usage: headOf(usage), callers: usage.callers.map(callerOf), usageRest: rest.join(' ') };
}

/** In a table there is room for no more. */
const MAX_TEXT_CHARACTERS = 600;

/** The same in one text. */
export function usageText(usage: KeyUsage): string {
  const { usage: head, callers, usageRest } = usageFacts(usage);
  const lines = callers.map(({ from, agent, what }) => `${agent === '' ? from : `${from}, ${agent}`}: ${what};`);
  return clip([head, ...lines, usageRest].join(' ').trim(), MAX_TEXT_CHARACTERS);
}
