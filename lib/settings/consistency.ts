import { RegionInfo } from 'aws-cdk-lib/region-info';
import { closest } from 'fastest-levenshtein';
import { DAY_MS, lengthOf, parsePeriod, type Period } from '../../lambda/shared/period';
import { longestPause } from '../../lambda/shared/schedule';
import type { Settings } from './fields';
import { keyApiMistakes } from './key-api-mistakes';
import { runsDaily } from './schedule';
import { repeated, shapeMistakes } from './shape';

/**
 * Users of the central store name each region's secret and key in one managed policy of 6,144 characters:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_REPLICA_REGIONS = 20;
const STEPS = ['rotate', 'disable', 'delete'] as const;
type Step = (typeof STEPS)[number];
const REGIONS = RegionInfo.regions.map(({ name }) => name);
type Periods = Record<Step, Period>;
const GAPS = [
  ['rotate', 'disable'],
  ['disable', 'delete'],
] as const;

/** Those that are right by themselves. */
const somePeriodsOf = (settings: Partial<Settings>): Partial<Periods> =>
  Object.fromEntries(
    STEPS.flatMap((step) => {
      const period = parsePeriod(settings[step] ?? '');
      return period ? [[step, period]] : [];
    }),
  );

function periodsOf(settings: Partial<Settings>): Periods | undefined {
  const { rotate, disable, delete: remove } = somePeriodsOf(settings);
  return rotate && disable && remove && { rotate, disable, delete: remove };
}

const shown = (settings: Partial<Settings>, key: Step | 'maxHold'): string => `${key} ("${settings[key] ?? ''}")`;
const unlike = (settings: Partial<Settings>, one: Step, other: Step): string =>
  `${one}: ${shown(settings, one)} and ${shown(settings, other)} must both be in days, or both in hours or minutes`;

/** Looks at each pair of steps that can be compared, whatever is wrong with the third. */
function stepMistakes(settings: Partial<Settings>): string[] {
  const periods = somePeriodsOf(settings);
  const [first, ...later] = STEPS.filter((step) => periods[step]);
  const odd = later.find((step) => first && periods[step]?.unit !== periods[first]?.unit);
  return [
    ...(first && odd ? [unlike(settings, odd, first)] : []),
    ...orderMistakes(settings, periods),
    ...warnMistakes(settings, periods),
    ...roomMistakes(settings, periods),
    ...scheduleMistakes(settings, periods),
  ];
}

/** The time between two steps; undefined where it cannot be measured, or is none. */
function timeBetween(periods: Partial<Periods>, from: Step, to: Step): number | undefined {
  const [earlier, later] = [periods[from], periods[to]];
  if (!earlier || earlier.unit !== later?.unit) return undefined;
  return lengthOf(later) - lengthOf(earlier);
}

function orderMistakes(settings: Partial<Settings>, periods: Partial<Periods>): string[] {
  const pairs: readonly (readonly [Step, Step])[] = periods.disable ? GAPS : [['rotate', 'delete']];
  return pairs.flatMap(([earlier, later]) =>
    (timeBetween(periods, earlier, later) ?? 1) > 0
      ? []
      : [`${later}: ${shown(settings, later)} must be longer than ${shown(settings, earlier)}`],
  );
}

/** The times between steps that are in order, the shortest first. */
const timesBetween = (periods: Partial<Periods>): { gap: (typeof GAPS)[number]; time: number }[] =>
  GAPS.flatMap((gap) => {
    const time = timeBetween(periods, gap[0], gap[1]) ?? 0;
    return time > 0 ? [{ gap, time }] : [];
  }).toSorted((a, b) => a.time - b.time);

function warnMistakes(settings: Partial<Settings>, periods: Partial<Periods>): string[] {
  const steps = STEPS.flatMap((step) => periods[step] ?? []);
  return (settings.warn ?? []).flatMap((notation) => {
    const warn = parsePeriod(notation);
    if (!warn) return [];
    const given = `warn ("${notation}")`;
    const { rotate } = periods;
    if (rotate && steps.every(({ unit }) => unit === rotate.unit) && warn.unit !== rotate.unit)
      return [`warn: ${given} and ${shown(settings, 'rotate')} must both be in days, or both in hours or minutes`];
    if (warn.unit === rotate?.unit && lengthOf(warn) >= lengthOf(rotate))
      return [`rotate: ${shown(settings, 'rotate')} must be longer than ${given}`];
    return GAPS.filter(([from, to]) => {
      const time = timeBetween(periods, from, to) ?? 0;
      return time > 0 && warn.unit === periods[from]?.unit && lengthOf(warn) >= time;
    }).map(([from, to]) => `warn: ${given} must be shorter than the time from ${shown(settings, from)} to ${shown(settings, to)}`);
  });
}

/** IAM has two places per user: the old key must be gone before its successor is due, or the successor waits for the place. */
function roomMistakes(settings: Partial<Settings>, periods: Partial<Periods>): string[] {
  if (!periods.rotate) return [];
  const rotate = lengthOf(periods.rotate);
  if ((timeBetween(periods, 'rotate', 'delete') ?? 0) > rotate) {
    return [
      `delete: ${shown(settings, 'delete')} less ${shown(settings, 'rotate')} must not be longer than ${shown(settings, 'rotate')}: the old key would still take the user's second place when its successor is due`,
    ];
  }
  const hold = parsePeriod(settings.maxHold ?? '');
  if (settings.whileInUse !== 'hold' || !hold || hold.unit !== periods.rotate.unit) return [];
  if (lengthOf(hold) + (timeBetween(periods, 'disable', 'delete') ?? 0) <= rotate) return [];
  return [
    `maxHold: ${shown(settings, 'maxHold')} and the time from ${shown(settings, 'disable')} to ${shown(settings, 'delete')} together must not be longer than ${shown(settings, 'rotate')}: the old key would still take the user's second place when its successor is due`,
  ];
}

/** A step is taken by a run: where runs are rarer than the steps are apart, steps are late and warnings are missed. */
function scheduleMistakes({ schedule, ...settings }: Partial<Settings>, periods: Partial<Periods>): string[] {
  const [shortest] = timesBetween(periods);
  if (schedule === undefined || !shortest || (runsDaily(schedule) && shortest.time >= DAY_MS)) return [];
  const pause = longestPause(schedule, new Date());
  if (pause <= shortest.time) return [];
  const [from, to] = shortest.gap;
  const longest = pause === Infinity ? 'stops for more than a year' : `leaves ${duration(pause)} without a run`;
  return [
    `schedule: "${schedule}" ${longest}, longer than the time from ${shown(settings, from)} to ${shown(settings, to)}; run at least that often`,
  ];
}

const duration = (milliseconds: number): string =>
  milliseconds > DAY_MS ? `${Math.floor(milliseconds / DAY_MS)} days` : `${Math.ceil(milliseconds / 60_000)} minutes`;

/** Beside an order that is right: the secret must be gone before its key is rotated, or it never is. */
function secretMistakes(settings: Partial<Settings>): string[] {
  const after = parsePeriod(settings.deleteSecretAfter ?? '');
  const periods = periodsOf(settings);
  if (!after || !periods) return [];
  const given = `deleteSecretAfter: "${settings.deleteSecretAfter ?? ''}"`;
  if (after.unit !== 'days' || periods.rotate.unit !== 'days') {
    return [
      `${given} and rotate ("${settings.rotate ?? ''}") must both be in days: keys of hours or minutes need their secret all the time`,
    ];
  }
  const left = lengthOf(periods.rotate) - (lengthOf(periods.delete) - lengthOf(periods.rotate));
  if (lengthOf(after) < left) return [];
  return [
    `${given} must be shorter than ${Math.floor(left / DAY_MS)}d: rotate ("${settings.rotate ?? ''}") less the time from there to delete ("${settings.delete ?? ''}"), or the next key comes first`,
  ];
}

function overlaps(include: readonly string[] | undefined, exclude: readonly string[] | undefined, key: string, other: string): string[] {
  return (exclude ?? []).filter((id) => include?.includes(id)).map((id) => `${key}: "${id}" is also in ${other}`);
}

function replicaMistakes({ replicaRegions: regions = [] }: Partial<Settings>): string[] {
  return [
    ...repeated(regions).map((region) => `replicaRegions: "${region}" is listed twice`),
    ...regions
      .filter((region) => !REGIONS.includes(region))
      .map((region) => `replicaRegions: "${region}" is no region of AWS, the nearest one is ${closest(region, REGIONS)}`),
    ...(regions.length > MAX_REPLICA_REGIONS ? [`replicaRegions: at most ${MAX_REPLICA_REGIONS}, got ${regions.length}`] : []),
  ];
}

/** Every mistake that shows only between settings; looks at those that are given, so that it can run beside other mistakes. */
export function inconsistencies(settings: Partial<Settings>): string[] {
  return [
    ...stepMistakes(settings),
    ...secretMistakes(settings),
    ...shapeMistakes(settings),
    ...replicaMistakes(settings),
    ...keyApiMistakes(settings),
    ...overlaps(settings.includeAccounts, settings.excludeAccounts, 'excludeAccounts', 'includeAccounts'),
    ...overlaps(
      settings.includeOrganizationalUnits,
      settings.excludeOrganizationalUnits,
      'excludeOrganizationalUnits',
      'includeOrganizationalUnits',
    ),
  ];
}
