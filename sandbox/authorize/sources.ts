import { parseArn } from '../kernel/arn';
import { findBucket, findRole } from '../kernel/lookup';
import type { AccountState, Group, PolicyDocument, Principal, Role, User, World } from '../kernel/world';

/** AWS managed policies that operators of the sandbox use. */
const awsManaged: ReadonlyMap<string, PolicyDocument> = new Map([
  [
    'arn:aws:iam::aws:policy/AdministratorAccess',
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } satisfies PolicyDocument,
  ],
]);
const maxParsed = 20_000;
const parsed = new Map<string, PolicyDocument>();

/** The identity policies and the boundary of a principal; throws when an attached policy does not exist. */
export function identityPolicies(world: World, principal: Principal): { identity: PolicyDocument[]; boundary?: PolicyDocument } {
  const account = world.accounts.get(principal.account);
  if (!account || principal.kind === 'service' || principal.kind === 'root') return { identity: [] };
  if (principal.kind === 'user') {
    const user = account.users.get(principal.name);
    if (!user) return { identity: [] };
    const groups = [...user.groups].flatMap((name) => account.groups.get(name) ?? []);
    return { identity: [user, ...groups].flatMap((holder) => policiesOf(account, holder)) };
  }
  const role = account.roles.get(principal.name);
  if (!role) return { identity: [] };
  const identity = policiesOf(account, role);
  return role.boundary === undefined ? { identity } : { identity, boundary: managedPolicy(account, role.boundary) };
}

/**
 * The service control policy that binds a principal: never the management account's, never a service:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
export function controlPolicy({ organization, managementAccount }: World, { kind, account }: Principal): PolicyDocument | undefined {
  const bound = kind !== 'service' && account !== managementAccount && organization.members.has(account);
  return bound ? organization.serviceControlPolicy : undefined;
}

/** The account that holds a resource and the policy on it, if any. */
export function resourcePolicy(
  world: World,
  principal: Principal,
  action: string,
  resource: string,
): { account: string; policy?: PolicyDocument } {
  // Every member account may ask this: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
  if (action === 'organizations:DescribeOrganization') return { account: principal.account };
  if (action.startsWith('organizations:')) return organizationPolicy(world, principal);
  const arn = parseArn(resource);
  if (!arn) return { account: principal.account };
  if (arn.service === 's3') {
    const found = findBucket(world, arn.resource.split('/')[0] ?? '');
    return found ? optional(found.account.id, found.bucket.policy) : { account: principal.account };
  }
  const account = world.accounts.get(arn.account);
  if (!account) return { account: arn.account || principal.account };
  if (arn.service === 'iam' && action.startsWith('sts:')) return optional(account.id, findRole(world, resource)?.trust);
  const [type = '', name = ''] = arn.resource.split(/[:/](.*)/s);
  const policy = policyOn(account, { service: arn.service, region: arn.region, type, name, arn: resource });
  return optional(account.id, policy);
}

interface Named {
  service: string;
  region: string;
  type: string;
  name: string;
  arn: string;
}

function policyOn(account: AccountState, { service, region, type, name, arn }: Named): PolicyDocument | undefined {
  switch (service) {
    case 'secretsmanager': {
      const secret = account.secrets.get(`${region}/${name.replace(/-[^-]{6}$/, '')}`);
      return secret?.arn === arn && secret.policy !== undefined ? parsePolicy(secret.policy) : undefined;
    }
    case 'sqs':
      return account.queues.get(`${region}/${type}`)?.policy;
    case 'kms':
      return account.keys.get(arn)?.policy;
    case 'lambda': {
      const permissions = account.functions.get(`${region}/${name.split(':')[0] ?? ''}`)?.permissions;
      return permissions && { Version: '2012-10-17', Statement: permissions };
    }
    case 'execute-api':
      return account.apiGateways.get(region)?.apis.get(type)?.definition.policy;
    default:
      return undefined;
  }
}

/** The organization is the management account's; delegated administrators read it as if it were theirs. */
function organizationPolicy(world: World, principal: Principal): { account: string; policy?: PolicyDocument } {
  const { organization, managementAccount } = world;
  const own = principal.account === managementAccount || organization.delegatedAdministrators.has(principal.account);
  return own ? { account: principal.account } : optional(managementAccount, organization.policy);
}

/** A policy as people write it; throws when it is not JSON. */
export function parsePolicy(text: string): PolicyDocument {
  const known = parsed.get(text);
  if (known) return known;
  if (parsed.size >= maxParsed) parsed.clear();
  const document = JSON.parse(text) as PolicyDocument;
  parsed.set(text, document);
  return document;
}

function policiesOf(account: AccountState, holder: User | Group | Role): PolicyDocument[] {
  return [...holder.inlinePolicies.values(), ...[...holder.attachedPolicies].map((arn) => managedPolicy(account, arn))];
}

function managedPolicy(account: AccountState, arn: string): PolicyDocument {
  const document = account.managedPolicies.get(arn)?.document ?? awsManaged.get(arn);
  if (!document) throw new Error(`managed policy ${arn} does not exist in account ${account.id} of the sandbox`);
  return document;
}

const optional = (account: string, policy: PolicyDocument | undefined): { account: string; policy?: PolicyDocument } =>
  policy === undefined ? { account } : { account, policy };
