import { z } from 'zod';
import type { AccountState, Group, PolicyDocument, Role, StackResource, User } from '../../kernel/world';
import { accountOf, arn, generatedName, provider, refuseTaken, type Provider, type Target } from '../provider';
import { checkInlineSize, checkPolicy, policyLimits, policySize } from '../policy-checks';
import { policyDocument, text } from '../shapes';

const nameList = z.array(text);
const names = nameList.exactOptional();

interface Holders {
  Roles?: string[];
  Groups?: string[];
  Users?: string[];
}
interface Holder {
  label: string;
  limit: number;
  state: Role | Group | User;
}

function holdersOf(account: AccountState, { Roles = [], Groups = [], Users = [] }: Holders): Holder[] {
  const find = (kind: string, found: Role | Group | User | undefined, name: string, limit: number): Holder => {
    if (!found) throw new Error(`the ${kind} ${name} does not exist`);
    return { label: `${kind} ${name}`, limit, state: found };
  };
  return [
    ...Roles.map((name) => find('role', account.roles.get(name), name, policyLimits.roleInline)),
    ...Groups.map((name) => find('group', account.groups.get(name), name, policyLimits.groupInline)),
    ...Users.map((name) => find('user', account.users.get(name), name, policyLimits.userInline)),
  ];
}

/** The holders an earlier deployment named that are still there. */
function earlierHolders(account: AccountState, { properties }: StackResource): (Role | Group | User)[] {
  const list = (key: string): string[] => nameList.parse(properties[key] ?? []);
  return [
    ...list('Roles').map((name) => account.roles.get(name)),
    ...list('Groups').map((name) => account.groups.get(name)),
    ...list('Users').map((name) => account.users.get(name)),
  ].filter((holder) => holder !== undefined);
}

async function putInline(target: Target, policyName: string, document: PolicyDocument, named: Holders): Promise<void> {
  await checkPolicy(document, 'identity');
  for (const { label, limit, state } of holdersOf(accountOf(target), named)) {
    state.inlinePolicies.set(policyName, document);
    checkInlineSize(state.inlinePolicies.values(), limit, label);
  }
}

const policyName = z.string().regex(/^[\w+=,.@-]{1,128}$/, 'must be 1 to 128 letters, digits or +=,.@_-');

/** AWS::IAM::Policy: one inline policy in each of its roles, groups and users. */
export const policy: Provider = provider(
  z
    .strictObject({ PolicyName: policyName, PolicyDocument: policyDocument, Roles: names, Groups: names, Users: names })
    .refine(
      ({ Roles, Groups, Users }) => [Roles, Groups, Users].some((list) => list?.length),
      'needs at least one of Roles, Groups, Users',
    ),
  {
    async apply(target, properties, before) {
      if (before) detachInline(target, before);
      await putInline(target, properties.PolicyName, properties.PolicyDocument, properties);
      return { ref: generatedName(target, 128), attributes: { Id: generatedName(target, 128) } };
    },
    remove: detachInline,
  },
);

function detachInline(target: Target, before: StackResource): void {
  for (const holder of earlierHolders(accountOf(target), before)) holder.inlinePolicies.delete(String(before.properties['PolicyName']));
}

/** AWS::IAM::RolePolicy: one inline policy in one role. */
export const rolePolicy: Provider = provider(z.strictObject({ PolicyName: policyName, RoleName: text, PolicyDocument: policyDocument }), {
  async apply(target, properties, before) {
    if (before) removeRolePolicy(target, before);
    await putInline(target, properties.PolicyName, properties.PolicyDocument, { Roles: [properties.RoleName] });
    return { ref: `${properties.PolicyName}|${properties.RoleName}`, attributes: {} };
  },
  remove: removeRolePolicy,
});

function removeRolePolicy(target: Target, { properties }: StackResource): void {
  accountOf(target).roles.get(String(properties['RoleName']))?.inlinePolicies.delete(String(properties['PolicyName']));
}

/** AWS::IAM::ManagedPolicy, attached to its roles, groups and users. */
export const managedPolicy: Provider = provider(
  z.strictObject({
    ManagedPolicyName: policyName.exactOptional(),
    Path: z.string().exactOptional(),
    Description: text.exactOptional(),
    PolicyDocument: policyDocument,
    Roles: names,
    Groups: names,
    Users: names,
  }),
  {
    async apply(target, properties, before) {
      const account = accountOf(target);
      const name = properties.ManagedPolicyName ?? generatedName(target, 128);
      const policyArn = arn({ ...target, region: '' }, 'iam', `policy${properties.Path ?? '/'}${name}`);
      refuseTaken(account.managedPolicies.has(policyArn), before, policyArn, `managed policy ${name}`);
      await checkPolicy(properties.PolicyDocument, 'identity');
      const size = policySize(properties.PolicyDocument);
      if (size > policyLimits.managed) throw new Error(`managed policy ${name}: ${size} characters, the limit is ${policyLimits.managed}`);
      if (before) for (const holder of earlierHolders(account, before)) holder.attachedPolicies.delete(before.ref);
      account.managedPolicies.set(policyArn, { arn: policyArn, name, document: properties.PolicyDocument });
      for (const { state } of holdersOf(account, properties)) state.attachedPolicies.add(policyArn);
      return { ref: policyArn, attributes: { PolicyArn: policyArn } };
    },
    remove(target, before) {
      const account = accountOf(target);
      for (const holder of earlierHolders(account, before)) holder.attachedPolicies.delete(before.ref);
      account.managedPolicies.delete(before.ref);
    },
  },
);
