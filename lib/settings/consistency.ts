import { DAY_MS, lengthOf, parsePeriod, type Period } from '../../lambda/shared/period';
import type { Settings } from './fields';
import { repeated, shapeMistakes } from './shape';

/**
 * Users of the central store name each region's secret and key in one managed policy of 6,144 characters:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_REPLICA_REGIONS = 20;
const STEPS = ['warn', 'rotate', 'disable', 'delete'] as const;
type Step = (typeof STEPS)[number];
type Periods = Record<Step, Period>;

function periodsOf(settings: Partial<Settings>): Periods | undefined {
  const [warn, rotate, disable, remove] = STEPS.map((step) => parsePeriod(settings[step] ?? ''));
  return warn && rotate && disable && remove && { warn, rotate, disable, delete: remove };
}

function stepMistakes(settings: Partial<Settings>): string[] {
  const periods = periodsOf(settings);
  if (!periods) return [];
  const shown = (step: Step): string => `${step} ("${settings[step] ?? ''}")`;
  const odd = STEPS.find((step) => periods[step].unit !== periods.rotate.unit);
  if (odd) return [`${odd}: ${shown(odd)} and ${shown('rotate')} must both be in days, or both in hours or minutes`];
  const length = (step: Step): number => lengthOf(periods[step]);
  const unordered = STEPS.flatMap((later, place) => {
    const earlier = STEPS[place - 1];
    return earlier && length(earlier) >= length(later) ? [`${later}: ${shown(later)} must be longer than ${shown(earlier)}`] : [];
  });
  if (unordered.length > 0) return unordered;
  const gaps = [
    ['rotate', 'disable'],
    ['disable', 'delete'],
  ] as const;
  return gaps
    .filter(([from, to]) => length('warn') >= length(to) - length(from))
    .map(([from, to]) => `warn: ${shown('warn')} must be shorter than the time from ${shown(from)} to ${shown(to)}`);
}

/** Once the steps are in the right order: the secret must be deleted before its key is rotated, or it never is. */
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
    ...overlaps(settings.includeAccounts, settings.excludeAccounts, 'excludeAccounts', 'includeAccounts'),
    ...overlaps(
      settings.includeOrganizationalUnits,
      settings.excludeOrganizationalUnits,
      'excludeOrganizationalUnits',
      'includeOrganizationalUnits',
    ),
  ];
}
