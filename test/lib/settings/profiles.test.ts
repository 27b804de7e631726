import { lengthOf, parsePeriod } from '../../../lambda/shared/period';
import { agesOf, PROFILE_NAMES, PROFILES } from '../../../lib/settings/profiles';

const days = (text: string): number => {
  const period = parsePeriod(text);
  return period ? lengthOf(period) / 86_400_000 : Number.NaN;
};

it.each(PROFILE_NAMES)('%s gives each key ten days to be changed over and ten to be enabled again', (name) => {
  const { rotate, disable, delete: remove } = PROFILES[name];
  expect([days(disable) - days(rotate), days(remove) - days(disable)]).toEqual([10, 10]);
  expect(agesOf(name)).toEqual(PROFILES[name]);
});

it('compliant keeps no key active beyond 90 days', () => {
  expect(days(PROFILES.compliant.disable)).toBeLessThanOrEqual(90);
});

it.each(['strict', '', 'toString', undefined, 7])('%j is no profile, and sets nothing', (name) => {
  expect(agesOf(name)).toEqual({});
});
