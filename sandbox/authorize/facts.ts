import type { Context } from '../kernel/contracts';
import type { Organization, Principal, World } from '../kernel/world';
import type { Facts } from './patterns';

/**
 * The condition keys of a call: the global ones (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html)
 * and what the operation adds. They are put together when a policy first asks for one: most ask for none.
 */
export function factsOf(call: Circumstances): Facts {
  let facts: ReadonlyMap<string, readonly string[]> | undefined;
  return { get: (key) => (facts ??= collect(call)).get(key) };
}

/** Who calls, when, and what is called. */
interface Circumstances {
  world: World;
  principal: Principal;
  principalArn: string;
  now: Date;
  /** The account that holds what is called. */
  holder: string;
  /** What the operation adds. */
  context: Context | undefined;
}

function collect({ world, principal, principalArn, now, holder, context }: Circumstances): ReadonlyMap<string, readonly string[]> {
  const service = principal.kind === 'service';
  const facts: Context = {
    'aws:SecureTransport': 'true',
    'aws:CurrentTime': now.toISOString(),
    'aws:EpochTime': String(Math.floor(now.getTime() / 1000)),
    'aws:PrincipalIsAWSService': String(service),
    'aws:ViaAWSService': 'false',
    ...(service
      ? { 'aws:PrincipalServiceName': principal.name, 'aws:SourceAccount': principal.account, 'aws:SourceOrgID': world.organization.id }
      : identityFacts(world, principal, principalArn)),
    ...holderFacts(world, holder),
    ...context,
  };
  const byKey = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(facts))
    if (value !== undefined) byKey.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
  return byKey;
}

/** Whose the resource of a call is; without a resource, the account that the call is made in. */
function holderFacts({ organization }: World, account: string): Context {
  const member = organization.members.has(account);
  return {
    'aws:ResourceAccount': account,
    'aws:ResourceOrgID': member ? organization.id : undefined,
    'aws:ResourceOrgPaths': member ? [pathOf(organization, account)] : undefined,
  };
}

function identityFacts(world: World, principal: Principal, principalArn: string): Context {
  const { organization } = world;
  const member = organization.members.has(principal.account);
  return {
    'aws:PrincipalArn': principalArn,
    'aws:PrincipalAccount': principal.account,
    'aws:PrincipalOrgID': member ? organization.id : undefined,
    'aws:PrincipalOrgPaths': member ? [pathOf(organization, principal.account)] : undefined,
    'aws:PrincipalType': { user: 'User', role: 'AssumedRole', root: 'Account', service: undefined }[principal.kind],
    'aws:userid': principal.userId,
    // Long-lived keys have no such key at all, which is what the IfExists forms are for; sessions here are opened without MFA.
    'aws:MultiFactorAuthPresent': principal.kind === 'role' ? 'false' : undefined,
    // https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
    'lambda:SourceFunctionArn': principal.session?.functionArn,
    'aws:username': principal.kind === 'user' ? principal.name : undefined,
    ...tags(world, principal),
  };
}

function tags(world: World, principal: Principal): Context {
  const account = world.accounts.get(principal.account);
  const own = principal.kind === 'user' ? account?.users.get(principal.name)?.tags : account?.roles.get(principal.name)?.tags;
  const all = [...(own ?? []), ...Object.entries(principal.session?.tags ?? {})];
  return Object.fromEntries(all.map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
}

/** The path of an account in the organization: `o-…/r-…/ou-…/`. */
export function pathOf(organization: Organization, account: string): string {
  const steps: string[] = [];
  let at = organization.members.get(account)?.parent;
  while (at !== undefined && at !== organization.rootId) {
    steps.unshift(at);
    at = organization.units.get(at)?.parent;
  }
  return [organization.id, organization.rootId, ...steps, ''].join('/');
}
