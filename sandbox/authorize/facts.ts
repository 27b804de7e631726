import type { Context } from '../kernel/contracts';
import type { Organization, Principal, World } from '../kernel/world';
import type { Facts } from './patterns';

/**
 * The condition keys of a call: the global ones (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html)
 * and what the operation adds. Each is looked up when a policy asks for it: most ask for none.
 */
export function factsOf(call: Circumstances): Facts {
  let added: ReadonlyMap<string, Value> | undefined;
  return {
    get(key) {
      added ??= new Map(Object.entries(call.context ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
      const value = added.has(key) ? added.get(key) : global(key, call);
      return typeof value === 'string' ? [value] : value;
    },
  };
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

type Value = Context[string];
type Lookup = (call: Circumstances) => Value;

const TAG = 'aws:principaltag/';
const isService = ({ principal }: Circumstances): boolean => principal.kind === 'service';
const ofService =
  (lookup: Lookup): Lookup =>
  (call) =>
    isService(call) ? lookup(call) : undefined;
const ofIdentity =
  (lookup: Lookup): Lookup =>
  (call) =>
    isService(call) ? undefined : lookup(call);
const TYPES = { user: 'User', role: 'AssumedRole', root: 'Account', service: undefined } as const;

const GLOBAL: ReadonlyMap<string, Lookup> = new Map<string, Lookup>([
  ['aws:securetransport', () => 'true'],
  ['aws:currenttime', ({ now }) => now.toISOString()],
  ['aws:epochtime', ({ now }) => String(Math.floor(now.getTime() / 1000))],
  ['aws:principalisawsservice', (call) => String(isService(call))],
  ['aws:viaawsservice', () => 'false'],
  ['aws:principalservicename', ofService(({ principal }) => principal.name)],
  ['aws:sourceaccount', ofService(({ principal }) => principal.account)],
  ['aws:sourceorgid', ofService(({ world }) => world.organization.id)],
  ['aws:principalarn', ofIdentity(({ principalArn }) => principalArn)],
  ['aws:principalaccount', ofIdentity(({ principal }) => principal.account)],
  ['aws:principalorgid', ofIdentity(({ world, principal }) => organizationOf(world, principal.account)?.id)],
  ['aws:principalorgpaths', ofIdentity(({ world, principal }) => pathsOf(world, principal.account))],
  ['aws:principaltype', ofIdentity(({ principal }) => TYPES[principal.kind])],
  ['aws:userid', ofIdentity(({ principal }) => principal.userId)],
  // Long-lived keys have no such key at all, which is what the IfExists forms are for; sessions here are opened without MFA.
  ['aws:multifactorauthpresent', ({ principal }) => (principal.kind === 'role' ? 'false' : undefined)],
  // https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
  ['lambda:sourcefunctionarn', ofIdentity(({ principal }) => principal.session?.functionArn)],
  ['aws:username', ({ principal }) => (principal.kind === 'user' ? principal.name : undefined)],
  // Whose the resource of a call is; without a resource, the account that the call is made in.
  ['aws:resourceaccount', ({ holder }) => holder],
  ['aws:resourceorgid', ({ world, holder }) => organizationOf(world, holder)?.id],
  ['aws:resourceorgpaths', ({ world, holder }) => pathsOf(world, holder)],
]);

function global(key: string, call: Circumstances): Value {
  if (key.startsWith(TAG)) return isService(call) ? undefined : tagOf(call, key.slice(TAG.length));
  return GLOBAL.get(key)?.(call);
}

const organizationOf = ({ organization }: World, account: string): Organization | undefined =>
  organization.members.has(account) ? organization : undefined;

function pathsOf(world: World, account: string): string[] | undefined {
  const organization = organizationOf(world, account);
  return organization && [pathOf(organization, account)];
}

/** A tag of the session, else of its user or role; their names are compared in lower case. */
function tagOf({ world, principal }: Circumstances, name: string): string | undefined {
  const account = world.accounts.get(principal.account);
  const own = principal.kind === 'user' ? account?.users.get(principal.name)?.tags : account?.roles.get(principal.name)?.tags;
  const all = [...(own ?? []), ...Object.entries(principal.session?.tags ?? {})];
  return all.findLast(([key]) => key.toLowerCase() === name)?.[1];
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
