import { TwoPoliciesError } from '../../shared/errors';

/** By what a policy beside the deployment's own knows its users, never by a tag: who may tag a colleague could have their key switched off. */
export interface PolicyRule {
  name: string;
  groups: readonly string[];
  paths: readonly string[];
}

/**
 * The names of the policies that a user is in, by the names of their groups in lower case and by the path in their ARN: none is the
 * deployment's own, more than one is a mistake, and nothing may then be changed.
 */
export function policiesOf(arn: string, groups: ReadonlySet<string>, rules: readonly PolicyRule[]): string[] {
  const [, path = ''] = /:user(\/.*)$/.exec(arn) ?? [];
  const isIn = (rule: PolicyRule): boolean =>
    rule.paths.some((one) => path.startsWith(one)) || rule.groups.some((one) => groups.has(one.toLowerCase()));
  return rules.filter(isIn).map(({ name }) => name);
}

/** That a user follows another policy than the run's, whose own runs see to them. */
export interface Elsewhere {
  elsewhere: string;
}

/** The policies beside the deployment's own, and the one that a run is of; absent of the deployment's own. */
export interface RunPolicy {
  rules: readonly PolicyRule[];
  follows?: string;
}

/**
 * Why a run leaves a user to another one, by the names of the policies that the user is in; undefined when the user is its own. Throws a
 * TwoPoliciesError for a user who is in more than one.
 */
export function elsewhere(userName: string, names: readonly string[], { follows }: RunPolicy): Elsewhere | undefined {
  if (names.length > 1) {
    const all = names.join(' and ');
    throw new TwoPoliciesError(
      `${userName} is in the policies ${all}, and follows one at most, so nothing was changed: take them out of all groups and paths but one's`,
    );
  }
  const [own] = names;
  if (own === follows) return undefined;
  if (own === undefined) return { elsewhere: `the user is not in the policy ${follows ?? ''} any more` };
  return { elsewhere: `the user follows the policy ${own}, whose own runs see to them` };
}
