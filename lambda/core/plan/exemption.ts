import type { Decision } from '../../shared/decision';
import { DAY_MS } from '../../shared/period';
import { EXEMPT_UNTIL, tagValue } from './key-state';

/** What exempts a user, besides the exemption group. */
export interface ExemptionRules {
  group: string;
  /** Users below these paths are exempt. */
  paths: readonly string[];
  /** The user tag whose value, a date, ends the exemption that it gives; at most so many days ahead. */
  tag?: { key: string; maxDays: number } | undefined;
}

/**
 * Whether a user is left alone, and why; `unclear` names a mark of exemption that does not do what it seems to, `until` the last day that one
 * gives, past or to come.
 */
export interface Exemption {
  exempt?: string;
  unclear?: string;
  until?: string;
}

/** That a user is exempt, and what a look right before the first change found it by. */
export interface Exempt extends Exemption {
  exempt: string;
  by: 'group' | 'path';
}

const DATE = /^\d{4}-\d\d-\d\d$/;

/** The last day that a value names; undefined when it is no date. */
function dayOf(value: string): Date | undefined {
  if (!DATE.test(value)) return undefined;
  const day = new Date(`${value}T00:00:00Z`);
  // JavaScript reads 30 February as 1 March.
  return Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== value ? undefined : day;
}

const isPast = (day: Date, now: Date): boolean => now.getTime() >= day.getTime() + DAY_MS;

/** Whether a user below one of the paths is exempt, which their ARN alone tells. */
export function exemptByPath(arn: string, { paths }: ExemptionRules): Exemption | undefined {
  const [, rest = ''] = /:user(\/.*)$/.exec(arn) ?? [];
  const path = paths.find((one) => rest.startsWith(one));
  return path === undefined ? undefined : { exempt: `the user is below the path ${path}` };
}

/**
 * Whether a member of the exemption group is exempt: until the day named by `key-rotation:exempt-until` is over, or for good without it.
 * What is no date never ends an exemption, and is named.
 */
export function exemptByGroup(tags: ReadonlyMap<string, string>, { group }: ExemptionRules, now: Date): Exemption {
  const exempt = `the user is a member of ${group}`;
  const value = tagValue(tags, EXEMPT_UNTIL);
  if (value === undefined) return { exempt };
  const until = dayOf(value);
  if (until) return isPast(until, now) ? { until: value } : { exempt, until: value };
  return {
    exempt,
    unclear: `the tag ${EXEMPT_UNTIL} holds "${shown(value)}", which is no date such as 2027-01-31, so the exemption has no end`,
  };
}

/** Whether a user who is not in the group is exempt by a tag; a tag that exempts nobody is named. */
export function exemptByTag(tags: ReadonlyMap<string, string>, { group, tag }: ExemptionRules, now: Date): Exemption {
  const lost =
    tagValue(tags, EXEMPT_UNTIL) === undefined
      ? {}
      : { unclear: `the user has the tag ${EXEMPT_UNTIL} and is not in ${group}, so they are not exempt` };
  const value = tag && tagValue(tags, tag.key);
  if (!tag || value === undefined) return lost;
  const until = dayOf(value);
  const named = `the tag ${tag.key} holds "${shown(value)}"`;
  if (!until) return { unclear: `${named}, which is no date such as 2027-01-31, so the user is not exempt` };
  if (isPast(until, now)) return lost;
  if (until.getTime() > now.getTime() + tag.maxDays * DAY_MS) {
    return { unclear: `${named}, which is more than ${tag.maxDays} days ahead, so the user is not exempt` };
  }
  return { exempt: `the tag ${tag.key} exempts the user until ${value}`, until: value };
}

/** That a user is left alone, and what people are told of the mark that says so. */
export const exemptDecisions = (exemption: Exemption & { exempt: string }): Decision[] => [
  { action: 'skip', because: 'exempt', reason: exemption.exempt },
  ...unclearNotes(exemption),
];

/** What people are told of a mark of exemption that does not do what it seems to. */
export const unclearNotes = ({ unclear }: Exemption): Decision[] =>
  unclear === undefined ? [] : [{ action: 'unclear-exemption', reason: unclear }];

const shown = (value: string): string => (value.length > 40 ? `${value.slice(0, 40)}…` : value);
