import { z } from 'zod';
import { uniqueId } from '../../kernel/identifiers';
import { wholeSeconds } from '../../services/iam/access-keys';
import type { AccountState, Group, PolicyDocument, Role, StackResource, User } from '../../kernel/world';
import { accountOf, arn, generatedName, provider, refuseTaken, type Provider, type Target } from '../provider';
import { checkInlineSize, checkPolicy, policyLimits, policySize } from '../policy-checks';
import { integer, policyDocument, tags, text } from '../shapes';

const inlineList = z.array(z.strictObject({ PolicyName: text, PolicyDocument: policyDocument }));
const inlinePolicies = inlineList.exactOptional();
const path = z
  .string()
  .regex(/^\/([\w+=,.@-]+\/)*$/, 'must begin and end with a slash')
  .exactOptional();

type Holder = Pick<Role | Group | User, 'inlinePolicies' | 'attachedPolicies'>;

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);

/** Sets what the template itself gives a role or group; policies that other resources attached stay. */
async function setPolicies(
  account: AccountState,
  holder: Holder,
  wanted: { inline: { PolicyName: string; PolicyDocument: PolicyDocument }[]; managed: string[] },
  before: StackResource | undefined,
): Promise<void> {
  for (const { PolicyDocument } of wanted.inline) await checkPolicy(PolicyDocument, 'identity');
  const missing = wanted.managed.find((policy) => !account.managedPolicies.has(policy));
  if (missing !== undefined) throw new Error(`the managed policy ${missing} does not exist in the sandbox`);
  for (const { PolicyName } of inlineList.parse(before?.properties['Policies'] ?? [])) holder.inlinePolicies.delete(PolicyName);
  for (const policy of strings(before?.properties['ManagedPolicyArns'])) holder.attachedPolicies.delete(policy);
  for (const { PolicyName, PolicyDocument } of wanted.inline) holder.inlinePolicies.set(PolicyName, PolicyDocument);
  for (const policy of wanted.managed) holder.attachedPolicies.add(policy);
}

const iamArn = (target: Target, resource: string): string => arn({ ...target, region: '' }, 'iam', resource);

/** AWS::IAM::Role. */
export const role: Provider = provider(
  z.strictObject({
    RoleName: z
      .string()
      .regex(/^[\w+=,.@-]{1,64}$/, 'must be 1 to 64 letters, digits or +=,.@_-')
      .exactOptional(),
    Path: path,
    AssumeRolePolicyDocument: policyDocument,
    Policies: inlinePolicies,
    ManagedPolicyArns: z.array(z.string()).exactOptional(),
    PermissionsBoundary: z.string().exactOptional(),
    MaxSessionDuration: integer.pipe(z.number().min(3600).max(43_200)).exactOptional(),
    Description: text.pipe(z.string().max(1000)).exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    async apply(target, properties, before) {
      const account = accountOf(target);
      const name = properties.RoleName ?? generatedName(target, 64);
      refuseTaken(account.roles.has(name), before, name, `role ${name}`);
      const size = policySize(properties.AssumeRolePolicyDocument);
      if (size > policyLimits.trust)
        throw new Error(`role ${name}: the trust policy has ${size} characters, the limit is ${policyLimits.trust}`);
      await checkPolicy(properties.AssumeRolePolicyDocument, 'trust');
      const boundary = properties.PermissionsBoundary;
      if (boundary !== undefined && !account.managedPolicies.has(boundary))
        throw new Error(`the permissions boundary ${boundary} does not exist`);
      const existing = account.roles.get(name);
      const made: Role = {
        name,
        path: properties.Path ?? '/',
        id: existing?.id ?? uniqueId('AROA', `${target.stackId}/${target.logicalId}/${target.kernel.next()}`),
        arn: iamArn(target, `role${properties.Path ?? '/'}${name}`),
        created: existing?.created ?? wholeSeconds(target.kernel.clock.now()),
        trust: properties.AssumeRolePolicyDocument,
        inlinePolicies: new Map(existing?.inlinePolicies),
        attachedPolicies: new Set(existing?.attachedPolicies),
        ...(boundary === undefined ? {} : { boundary }),
        maxSessionSeconds: properties.MaxSessionDuration ?? 3600,
        tags: new Map(properties.Tags?.map(({ Key, Value }) => [Key, Value])),
      };
      await setPolicies(
        account,
        made,
        { inline: properties.Policies ?? [], managed: properties.ManagedPolicyArns ?? [] },
        existing && before,
      );
      checkInlineSize(made.inlinePolicies.values(), policyLimits.roleInline, `role ${name}`);
      account.roles.set(name, made);
      return { ref: name, attributes: { Arn: made.arn, RoleId: made.id } };
    },
    remove(target, before) {
      accountOf(target).roles.delete(before.ref);
    },
  },
);

/** AWS::IAM::Group. */
export const group: Provider = provider(
  z.strictObject({
    GroupName: z
      .string()
      .regex(/^[\w+=,.@-]{1,128}$/, 'must be 1 to 128 letters, digits or +=,.@_-')
      .exactOptional(),
    Path: path,
    Policies: inlinePolicies,
    ManagedPolicyArns: z.array(z.string()).exactOptional(),
  }),
  {
    async apply(target, properties, before) {
      const account = accountOf(target);
      const name = properties.GroupName ?? generatedName(target, 128);
      refuseTaken(account.groups.has(name), before, name, `group ${name}`);
      const existing = account.groups.get(name);
      const made: Group = {
        name,
        path: properties.Path ?? '/',
        created: existing?.created ?? wholeSeconds(target.kernel.clock.now()),
        arn: iamArn(target, `group${properties.Path ?? '/'}${name}`),
        inlinePolicies: new Map(existing?.inlinePolicies),
        attachedPolicies: new Set(existing?.attachedPolicies),
      };
      await setPolicies(
        account,
        made,
        { inline: properties.Policies ?? [], managed: properties.ManagedPolicyArns ?? [] },
        existing && before,
      );
      checkInlineSize(made.inlinePolicies.values(), policyLimits.groupInline, `group ${name}`);
      account.groups.set(name, made);
      return { ref: name, attributes: { Arn: made.arn } };
    },
    remove(target, before) {
      const account = accountOf(target);
      if ([...account.users.values()].some((user) => user.groups.has(before.ref))) {
        throw new Error(`group ${before.ref} cannot be deleted: it still has users`);
      }
      account.groups.delete(before.ref);
    },
  },
);
