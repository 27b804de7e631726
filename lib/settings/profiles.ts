/** Ages by name; `compliant` keeps no key active beyond 90 days, which Security Hub's IAM.3 and PCI DSS 8.6.3 ask for. */
export const PROFILES = {
  standard: { rotate: '90d', disable: '100d', delete: '110d' },
  compliant: { rotate: '75d', disable: '85d', delete: '95d' },
} as const;

/** The names of the profiles. */
export const PROFILE_NAMES = ['standard', 'compliant'] as const;

const isProfile = (name: unknown): name is keyof typeof PROFILES => PROFILE_NAMES.some((known) => known === name);

/** The ages of the profile that is asked for; none when the name is unknown or absent, so that the defaults hold. */
export const agesOf = (profile: unknown): Readonly<Record<string, string>> => (isProfile(profile) ? PROFILES[profile] : {});
