import { needsTwoSecrets } from '../../lambda/shared/in-turn';
import { longestPause } from '../../lambda/shared/schedule';
import { stepMistakes } from './ages';
import type { Settings } from './fields';
import type { PolicySettings } from './policies';
import { repeated } from './shape';

/** Each run of a policy reads the groups of all of them in each of its accounts, and Lambda starts each account on its own. */
const MAX = { policies: 5, places: 10, accounts: 50 } as const;
/**
 * Lambda allows 4,096 bytes for all variables of a function, measured as JSON:
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_BYTES = 1_400;
/** Of the listed accounts and the policies' together, which the orchestrator has both. */
const MAX_LISTED_BYTES = 3_200;

/** As many names of secrets as MAX_REPLICA_REGIONS lets there be, for users who have two. */
const MAX_REPLICAS_OF_TWO = 9;

const isMinutes = ({ rotate }: PolicySettings): boolean => !rotate.endsWith('d');
const quoted = (text: string): string => `"${text}"`;
const isBelow = (path: string, other: string): boolean => path.startsWith(other);

/** What is wrong with one policy by itself and beside the deployment's settings. */
function ownMistakes(policy: PolicySettings, settings: Partial<Settings>): string[] {
  const { whileInUse, maxHold, exemptionGroup = '', exemptPaths = [] } = settings;
  const { groups, paths, warn, accounts = [] } = policy;
  const isFast = isMinutes(policy);
  const { rotate, disable, delete: remove, schedule } = policy;
  const hold = isFast ? {} : { ...(whileInUse && { whileInUse }), ...(maxHold !== undefined && { maxHold }) };
  const ages = { rotate, disable, delete: remove, schedule, ...hold, ...(warn && !isFast && { warn }) };
  return [
    ...(groups.length + paths.length === 0 ? ['groups: missing, and paths is empty, too: nobody would follow the policy'] : []),
    ...(isFast && warn
      ? [`warn: only for policies in days, got ${warn.map(quoted).join(', ')}: nobody reads a mail minutes before a step`]
      : []),
    ...stepMistakes(ages),
    ...stoppingMistakes(policy),
    ...groups
      .filter((group) => group.toLowerCase() === exemptionGroup.toLowerCase())
      .map((group) => `groups: "${group}" is the exemptionGroup, whose members are never touched`),
    ...paths
      .filter((path) => exemptPaths.some((exempt) => isBelow(path, exempt)))
      .map((path) => `paths: "${path}" is below exemptPaths, whose users are never touched`),
    ...(accounts.length > MAX.accounts
      ? [`accounts: at most ${MAX.accounts}, got ${accounts.length}; make several policies, or name none`]
      : []),
    ...repeated(accounts).map((id) => `accounts: "${id}" is listed twice`),
    ...accountMistakes(accounts, settings),
    ...replicaMistakes(policy, settings),
  ];
}

/** Each user of the central store names both secrets in each region in one managed policy. */
function replicaMistakes({ rotate }: PolicySettings, { secretStore, replicaRegions = [] }: Partial<Settings>): string[] {
  const isTwo = secretStore === 'central' && needsTwoSecrets(rotate);
  if (!isTwo || replicaRegions.length <= MAX_REPLICAS_OF_TWO) return [];
  return [
    `rotate: "${rotate}" takes two secrets for each user, and with secretStore=central at most ${MAX_REPLICAS_OF_TWO} replicaRegions then, got ${replicaRegions.length}`,
  ];
}

/** A policy whose runs end leaves keys in the middle of their grace. */
function stoppingMistakes({ schedule }: PolicySettings): string[] {
  if (longestPause(schedule, new Date()) !== Infinity) return [];
  return [`schedule: "${schedule}" stops for more than a year; a policy needs runs as long as it has users`];
}

function accountMistakes(accounts: readonly string[], settings: Partial<Settings>): string[] {
  const { deployment, excludeAccounts = [], accounts: listed = [] } = settings;
  if (accounts.length > 0 && deployment === 'single') return ['accounts: not with deployment=single, which has one account'];
  return accounts.flatMap((id) => [
    ...(excludeAccounts.includes(id) ? [`accounts: "${id}" is also in excludeAccounts`] : []),
    ...(deployment === 'list' && listed.every((one) => one.id !== id)
      ? [`accounts: "${id}" is not among the accounts of deployment=list`]
      : []),
  ]);
}

/** A user who follows two policies is refused by every run, so what can only be a mistake is refused before. */
function sharedMistakes(policies: readonly PolicySettings[]): string[] {
  const places = policies.flatMap(({ name, groups, paths }) => [
    ...groups.map((value) => ({ name, key: 'groups', value, group: value.toLowerCase() })),
    ...paths.map((value) => ({ name, key: 'paths', value, group: undefined })),
  ]);
  return places.flatMap(({ name, key, value, group }, at) => {
    const other = places
      .slice(0, at)
      .find((one) =>
        group === undefined ? one.group === undefined && (isBelow(value, one.value) || isBelow(one.value, value)) : one.group === group,
      );
    if (!other) return [];
    const where = other.name === name ? 'this policy' : `the policy ${other.name}`;
    return [
      `policies.${name}.${key}: "${value}" ${group === undefined ? `overlaps "${other.value}" of` : 'is also in'} ${where}; a user follows one policy`,
    ];
  });
}

function listedMistakes(policies: readonly PolicySettings[], { deployment, accounts = [] }: Partial<Settings>): string[] {
  if (deployment !== 'list') return [];
  const named = policies.map(({ name, schedule, accounts: some }) => ({ name, schedule, accounts: some }));
  const bytes = [accounts, named].reduce((sum, one) => sum + Buffer.byteLength(JSON.stringify(JSON.stringify(one))), 0);
  if (policies.length === 0 || bytes <= MAX_LISTED_BYTES) return [];
  return [`policies: at most ${MAX_LISTED_BYTES} bytes of variables together with accounts, got ${bytes}; name fewer accounts`];
}

/** Every mistake of the policies beside the deployment's own, each with policy, key, value and limit. */
export function policyMistakes(settings: Partial<Settings>): string[] {
  const { policies = [] } = settings;
  const places = policies.reduce((sum, { groups, paths }) => sum + groups.length + paths.length, 0);
  // As Lambda measures it: the list is JSON inside JSON.
  const bytes = policies.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(JSON.stringify(policies)));
  return [
    ...repeated(policies.map(({ name }) => name)).map((name) => `policies: the name "${name}" is there twice`),
    ...(policies.length > MAX.policies ? [`policies: at most ${MAX.policies}, got ${policies.length}`] : []),
    ...(places > MAX.places ? [`policies: at most ${MAX.places} groups and paths together, got ${places}: each run reads them all`] : []),
    ...listedMistakes(policies, settings),
    ...(bytes > MAX_BYTES ? [`policies: at most ${MAX_BYTES} bytes of variables, got ${bytes}; name fewer accounts, groups or paths`] : []),
    ...policies.flatMap((policy) => ownMistakes(policy, settings).map((mistake) => `policies.${policy.name}.${mistake}`)),
    ...sharedMistakes(policies),
  ];
}
