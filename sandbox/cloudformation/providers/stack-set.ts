import { z } from 'zod';
import type { StackSetState } from '../../kernel/world';
import { parseTemplate } from '../template';
import { provider, refuseTaken, uuidOf, type Provider, type Target } from '../provider';
import { accepted, flag, integer, tags, text } from '../shapes';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const bodyLimit = 51_200;

const namedIamTypes = ['AWS::IAM::Role', 'AWS::IAM::Group', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::User'];
const nameProperties = ['RoleName', 'GroupName', 'ManagedPolicyName', 'UserName'];

/**
 * Refuses what service-managed stack sets cannot deploy: assets, nested stacks, custom resources without a function, IAM names without the
 * capability.
 */
function checkBody(body: string, capabilities: readonly string[], name: string): Record<string, unknown> {
  if (body.length > bodyLimit) throw new Error(`TemplateBody has ${body.length} characters, the limit is ${bodyLimit}`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    throw new Error('TemplateBody is not JSON', { cause });
  }
  const { Resources, Parameters = {} } = parseTemplate(name, parsed);
  for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
    if (Type === 'AWS::CloudFormation::Stack') throw new Error(`TemplateBody: ${id} is a nested stack, which stack sets do not take`);
    if (JSON.stringify(Properties).includes('cdk-hnb659fds-assets') || 'Code' in Properties) {
      throw new Error(`TemplateBody: ${id} needs an asset, which member accounts cannot read`);
    }
    const isNamed = namedIamTypes.includes(Type) && nameProperties.some((property) => property in Properties);
    if (isNamed && !capabilities.includes('CAPABILITY_NAMED_IAM'))
      throw new Error(`TemplateBody: ${id} needs Capabilities: [CAPABILITY_NAMED_IAM]`);
    if (Type.startsWith('AWS::IAM::') && capabilities.length === 0)
      throw new Error(`TemplateBody: ${id} needs Capabilities: [CAPABILITY_IAM]`);
  }
  const bootstrap = Object.entries(Parameters).find(([, { Type }]) => Type.startsWith('AWS::SSM::'));
  if (bootstrap) throw new Error(`TemplateBody: parameter ${bootstrap[0]} reads Systems Manager, where member accounts may have nothing`);
  return parsed as Record<string, unknown>;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html */
function refuseCaller({ kernel, account }: Target, callAs: 'SELF' | 'DELEGATED_ADMIN'): void {
  const { organization, managementAccount } = kernel.world;
  if (callAs === 'SELF' && account !== managementAccount) {
    throw new Error(`You must be the management account or delegated admin account of an organization: account ${account} calls as SELF`);
  }
  if (callAs === 'DELEGATED_ADMIN' && !organization.delegatedAdministrators.has(account)) {
    throw new Error(`Account used is not a delegated administrator: account ${account} calls as DELEGATED_ADMIN`);
  }
}

/** AWS::CloudFormation::StackSet, service-managed; its stacks are deployed by `syncStackSets`, which runs after every deployment. */
export const stackSet: Provider = provider(
  z.strictObject({
    StackSetName: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,127}$/, 'must be a letter and up to 127 letters, digits or dashes'),
    PermissionModel: z.literal('SERVICE_MANAGED'),
    AutoDeployment: z.strictObject({ Enabled: flag, RetainStacksOnAccountRemoval: flag.exactOptional() }),
    Capabilities: z.array(z.enum(['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'])).exactOptional(),
    Description: accepted,
    ManagedExecution: z.strictObject({ Active: flag }).exactOptional(),
    OperationPreferences: z
      .strictObject({
        FailureToleranceCount: integer.exactOptional(),
        FailureTolerancePercentage: integer.exactOptional(),
        MaxConcurrentCount: integer.exactOptional(),
        MaxConcurrentPercentage: integer.exactOptional(),
        RegionConcurrencyType: z.enum(['SEQUENTIAL', 'PARALLEL']).exactOptional(),
        ConcurrencyMode: accepted,
        RegionOrder: accepted,
      })
      .exactOptional(),
    Parameters: z.array(z.strictObject({ ParameterKey: text, ParameterValue: text })).exactOptional(),
    StackInstancesGroup: z
      .array(
        z.strictObject({
          DeploymentTargets: z.strictObject({ OrganizationalUnitIds: z.array(z.string()).min(1) }),
          Regions: z.array(z.string()).min(1),
        }),
      )
      .length(1, 'must hold one group'),
    TemplateBody: z.string(),
    CallAs: z.enum(['SELF', 'DELEGATED_ADMIN']).exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    always: true,
    apply(target, properties, before) {
      const { stackSets, organization } = target.kernel.world;
      refuseCaller(target, properties.CallAs ?? 'SELF');
      const name = properties.StackSetName;
      const id = `${name}:${uuidOf(target.stackId, target.logicalId)}`;
      refuseTaken(stackSets.has(name), before, id, `stack set ${name}`);
      if (organization.stackSetsDistrusted) {
        throw new Error('You must enable organizations access to operate a service managed stack set');
      }
      const [group] = properties.StackInstancesGroup;
      const targets = group?.DeploymentTargets.OrganizationalUnitIds ?? [];
      const unknown = targets.find((unit) => unit !== organization.rootId && !organization.units.has(unit));
      if (unknown !== undefined) throw new Error(`DeploymentTargets: ${unknown} is neither the organization's root nor one of its units`);
      const preferences = properties.OperationPreferences ?? {};
      const made: StackSetState = {
        name,
        administrator: target.account,
        region: target.region,
        template: checkBody(properties.TemplateBody, properties.Capabilities ?? [], name),
        parameters: Object.fromEntries(
          (properties.Parameters ?? []).map(({ ParameterKey, ParameterValue }) => [ParameterKey, ParameterValue]),
        ),
        autoDeployment: properties.AutoDeployment.Enabled,
        targets,
        regions: group?.Regions ?? [],
        instances: stackSets.get(name)?.instances ?? new Set(),
        failed: stackSets.get(name)?.failed ?? new Map<string, string>(),
        tolerance:
          preferences.FailureTolerancePercentage === undefined
            ? { count: preferences.FailureToleranceCount ?? 0 }
            : { share: preferences.FailureTolerancePercentage / 100 },
        retainOnRemoval: properties.AutoDeployment.RetainStacksOnAccountRemoval ?? false,
      };
      stackSets.set(name, made);
      return { ref: id, attributes: { StackSetId: id } };
    },
    remove(target, before) {
      const state = target.kernel.world.stackSets.get(before.ref.split(':')[0] ?? '');
      if (state) state.deleted = true;
    },
  },
);
