import { configHeading } from '../../lambda/shared/stanza';
import { readIfThere } from './disk';
import { ProfileError, type Surroundings } from './profile';
import { readSection } from './shared-text';

/** A profile's section of the configuration file; undefined when there is none. */
export const configOf = ({ disk, places }: Pick<Surroundings, 'disk' | 'places'>, profile: string): Record<string, string> | undefined =>
  readSection(readIfThere(disk, places.config) ?? '', configHeading(profile));

/** The region in which a profile's secret is: as asked, of the secret's ARN, of the profile, of the environment; throws when there is none. */
export function regionOf(
  place: Pick<Surroundings, 'disk' | 'places'>,
  profile: string,
  asked: { region?: string | undefined; secret?: string | undefined },
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const ofArn = asked.secret?.startsWith('arn:') ? asked.secret.split(':')[3] : undefined;
  const region =
    ofArn ?? asked.region ?? configOf(place, profile)?.['region'] ?? environment['AWS_REGION'] ?? environment['AWS_DEFAULT_REGION'];
  if (region) return region;
  throw new ProfileError(`no region for the profile ${profile}: give --region, or a region in its section of ${place.places.config}`);
}
