import type * as Info from 'aws-cdk-lib/region-info';
import { closest } from 'fastest-levenshtein';
import { DAY_MS, lengthOf, parsePeriod } from '../../lambda/shared/period';
import { periodsOf, stepMistakes } from './ages';
import type { Settings } from './fields';
import { keyApiMistakes } from './key-api-mistakes';
import { policyMistakes } from './policy-mistakes';
import { repeated, shapeMistakes } from './shape';

/**
 * Users of the central store name each region's secret and key in one managed policy of 6,144 characters:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const MAX_REPLICA_REGIONS = 20;
/** Of every region. They take longer to load than all the other settings, and most deployments name none. */
const regionNames = (): string[] => (require('aws-cdk-lib/region-info') as typeof Info).RegionInfo.regions.map(({ name }) => name);

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

function unknownRegions(regions: readonly string[]): string[] {
  const known = regionNames();
  return regions
    .filter((region) => !known.includes(region))
    .map((region) => `replicaRegions: "${region}" is no region of AWS, the nearest one is ${closest(region, known)}`);
}

function replicaMistakes({ replicaRegions: regions = [] }: Partial<Settings>): string[] {
  return [
    ...repeated(regions).map((region) => `replicaRegions: "${region}" is listed twice`),
    ...(regions.length > 0 ? unknownRegions(regions) : []),
    ...(regions.length > MAX_REPLICA_REGIONS ? [`replicaRegions: at most ${MAX_REPLICA_REGIONS}, got ${regions.length}`] : []),
  ];
}

/** Every mistake that shows only between settings; looks at those that are given, so that it can run beside other mistakes. */
export function inconsistencies(settings: Partial<Settings>): string[] {
  return [
    ...stepMistakes(settings),
    ...secretMistakes(settings),
    ...policyMistakes(settings),
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
