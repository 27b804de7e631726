import type { Check, Decision } from '../kernel/contracts';
import type { Principal, World } from '../kernel/world';
import { decide, type AuthorizationOutcome } from './decide';
import { factsOf } from './facts';
import { controlPolicy, identityPolicies, resourcePolicy } from './sources';

/**
 * Decides whether policies allow a check; the message is AWS's:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function authorize(world: World, principal: Principal, check: Check, now: Date): Decision {
  const { action, resource } = check;
  const principalArn = ownArn(world, principal);
  const holder = resourcePolicy(world, principal, action, resource);
  const facts = factsOf({ world, principal, principalArn, now, holder: holder.account, context: check.context });
  const policies = {
    ...identityPolicies(world, principal),
    resource: holder.policy,
    session: principal.session?.policy,
    control: controlPolicy(world, principal),
  };
  const outcome = decide({ principal, principalArn, action, resource, facts }, policies, holder.account);
  return outcome.allowed
    ? { allowed: true, message: '' }
    : { allowed: false, message: check.refusal ?? refusal(principal, check, outcome) };
}

/** The user's or role's own ARN, path included; a service's name. */
function ownArn(world: World, principal: Principal): string {
  if (principal.kind !== 'role') return principal.arn;
  const role = world.accounts.get(principal.account)?.roles.get(principal.name);
  return role?.arn ?? `arn:${world.partition}:iam::${principal.account}:role/${principal.name}`;
}

function refusal(
  principal: Principal,
  { action, resource, shown }: Check,
  outcome: Exclude<AuthorizationOutcome, { allowed: true }>,
): string {
  const target = shown ?? resource;
  const named = action.startsWith('s3:') ? `"${target}"` : target;
  const on = target === '*' && !action.startsWith('iam:') ? '' : ` on resource: ${named}`;
  const noun = outcome.by === 'permissions boundary' ? outcome.by : `${outcome.by} policy`;
  const why = outcome.explicit
    ? ` with an explicit deny in ${outcome.by === 'identity-based' ? 'an' : 'a'} ${noun}`
    : ` because no ${noun} allows the ${action} action`;
  return `User: ${principal.arn} is not authorized to perform: ${action}${on}${why}`;
}
