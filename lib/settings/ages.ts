import { DAY_MS, lengthOf, parsePeriod, type Period } from '../../lambda/shared/period';
import { longestPause } from '../../lambda/shared/schedule';
import type { Settings } from './fields';
import { runsDaily } from './schedule';

const STEPS = ['rotate', 'disable', 'delete'] as const;
type Step = (typeof STEPS)[number];
/** The settings of one policy that have to go together. */
export type Ages = Partial<Pick<Settings, Step | 'warn' | 'schedule' | 'whileInUse' | 'maxHold'>>;
type Periods = Record<Step, Period>;
const GAPS = [
  ['rotate', 'disable'],
  ['disable', 'delete'],
] as const;

/** Those that are right by themselves. */
const somePeriodsOf = (settings: Ages): Partial<Periods> =>
  Object.fromEntries(
    STEPS.flatMap((step) => {
      const period = parsePeriod(settings[step] ?? '');
      return period ? [[step, period]] : [];
    }),
  );

/** The three ages; undefined unless each is right by itself. */
export function periodsOf(settings: Ages): Periods | undefined {
  const { rotate, disable, delete: remove } = somePeriodsOf(settings);
  return rotate && disable && remove && { rotate, disable, delete: remove };
}

const shown = (settings: Ages, key: Step | 'maxHold'): string => `${key} ("${settings[key] ?? ''}")`;
const unlike = (settings: Ages, one: Step, other: Step): string =>
  `${one}: ${shown(settings, one)} and ${shown(settings, other)} must both be in days, or both in hours or minutes`;

/** What is wrong between the ages of one policy and its schedule; looks at each pair of steps that can be compared, whatever is wrong with the third. */
export function stepMistakes(settings: Ages): string[] {
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

function orderMistakes(settings: Ages, periods: Partial<Periods>): string[] {
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

function warnMistakes(settings: Ages, periods: Partial<Periods>): string[] {
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
function roomMistakes(settings: Ages, periods: Partial<Periods>): string[] {
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
function scheduleMistakes({ schedule, ...settings }: Ages, periods: Partial<Periods>): string[] {
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
