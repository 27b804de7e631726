import type { Settings } from './fields';

/** Most accounts of deployment=list: the rotator's policy names each role, and a role's inline policies hold 10,240 characters. */
export const MAX_ACCOUNTS = 50;
/**
 * Lambda allows 4,096 bytes for all variables of a function, measured as JSON:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_ACCOUNTS_BYTES = 3_200;
/** https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const MAX = { subnetIds: 16, securityGroupIds: 5 } as const;

const SCOPE = ['includeAccounts', 'excludeAccounts', 'includeOrganizationalUnits', 'excludeOrganizationalUnits'] as const;

/** The values that a list holds more than once. */
export function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, place) => values.indexOf(value) !== place))];
}

function accountMistakes({ deployment, accounts }: Partial<Settings>): string[] {
  if (deployment === undefined || accounts === undefined) return [];
  if (deployment !== 'list') return accounts.length > 0 ? [`accounts: only with deployment=list, got deployment="${deployment}"`] : [];
  if (accounts.length === 0) return ['accounts: missing, deployment=list rotates exactly the accounts that are listed'];
  // As Lambda measures it: the list is JSON inside JSON.
  const long = Buffer.byteLength(JSON.stringify(JSON.stringify(accounts)));
  return [
    ...repeated(accounts.map(({ id }) => id)).map((id) => `accounts: "${id}" is listed twice`),
    ...(accounts.length > MAX_ACCOUNTS
      ? [`accounts: at most ${MAX_ACCOUNTS}, got ${accounts.length}; deployment=management or delegated reaches any number`]
      : []),
    ...(long > MAX_ACCOUNTS_BYTES
      ? [`accounts: at most ${MAX_ACCOUNTS_BYTES} bytes of variables, got ${long}; leave out names or e-mail addresses`]
      : []),
  ];
}

function networkMistakes(settings: Partial<Settings>): string[] {
  const missing = (key: keyof typeof MAX, other: keyof typeof MAX): string[] =>
    settings[key]?.length === 0 && (settings[other]?.length ?? 0) > 0
      ? [`${key}: missing, functions in a VPC need subnetIds and securityGroupIds, and ${other} is given`]
      : [];
  const wrong = (key: keyof typeof MAX): string[] => {
    const given = settings[key] ?? [];
    return [
      ...(given.length > MAX[key] ? [`${key}: at most ${MAX[key]}, got ${given.length}`] : []),
      ...repeated(given).map((id) => `${key}: "${id}" is listed twice`),
    ];
  };
  return [
    ...missing('subnetIds', 'securityGroupIds'),
    ...missing('securityGroupIds', 'subnetIds'),
    ...wrong('subnetIds'),
    ...wrong('securityGroupIds'),
  ];
}

/**
 * Every mistake between the deployment's shape and settings that belong to another one; a setting that is wrong by itself is left out of
 * it.
 */
export function shapeMistakes(settings: Partial<Settings>): string[] {
  const { deployment, managementAccount } = settings;
  const withoutOrganization = deployment === 'single' || deployment === 'list';
  return [
    ...accountMistakes(settings),
    ...(withoutOrganization
      ? SCOPE.filter((key) => (settings[key] ?? []).length > 0).map(
          (key) => `${key}: not with deployment=${deployment}, which asks no organization`,
        )
      : []),
    ...(managementAccount !== undefined && deployment !== undefined && deployment !== 'delegated'
      ? [`managementAccount: only with deployment=delegated, got deployment="${deployment}"`]
      : []),
    ...(deployment === 'single' && settings.secretStore === 'central'
      ? ['secretStore: not central with deployment=single, whose one account holds all secrets already']
      : []),
    ...(settings.memberKey !== undefined && settings.secretStore === 'central'
      ? ['memberKey: not with secretStore=central, which has a key of its own for all secrets']
      : []),
    ...networkMistakes(settings),
  ];
}
