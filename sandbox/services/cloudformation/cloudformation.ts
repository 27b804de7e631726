import type * as sdk from '@aws-sdk/client-cloudformation';
import { parseArn } from '../../kernel/arn';
import { uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { StackSetState, StackState } from '../../kernel/world';
import { pageAfter } from '../paging';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** Of lists here; AWS says neither. */
const size = 100;

/** CloudFormation: stacks with their outputs and resources, and where stack sets have been deployed, for operators. */
export const cloudformation = handlersOf<SdkShapes<typeof sdk>>({
  DescribeStacks: {
    reads: true,
    checks: ({ StackName }, call) => [
      { action: 'cloudformation:DescribeStacks', resource: StackName === undefined ? '*' : stackArn(nameOf(StackName), call) },
    ],
    handle({ StackName }, call) {
      const stacks = StackName === undefined ? stacksOf(call) : [requireStack(StackName, call)];
      return {
        Stacks: stacks.map((stack) => ({
          StackName: stack.name,
          StackId: stackArn(stack.name, call),
          StackStatus: 'CREATE_COMPLETE' as const,
          CreationTime: stack.created ?? call.world.organization.members.get(call.account.id)?.joined ?? call.now,
          Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        })),
      };
    },
  },
  GetTemplateSummary: {
    reads: true,
    checks: ({ StackName = '' }, call) => [{ action: 'cloudformation:GetTemplateSummary', resource: stackArn(nameOf(StackName), call) }],
    handle({ StackName }, call) {
      if (StackName === undefined) throw new ServiceError('NotImplemented', 'the sandbox summarizes deployed stacks only', 501);
      const { metadata, resources } = requireStack(StackName, call);
      const types = [...new Set([...resources.values()].map(({ type }) => type))];
      return { ...(metadata && { Metadata: JSON.stringify(metadata) }), ResourceTypes: types };
    },
  },
  ListStackResources: {
    reads: true,
    checks: ({ StackName }, call) => [{ action: 'cloudformation:ListStackResources', resource: stackArn(nameOf(StackName), call) }],
    handle({ StackName, NextToken }, call) {
      const stack = requireStack(StackName, call);
      const { items, next } = pageAfter(stack.resources, ([id]) => id, NextToken, size);
      return {
        StackResourceSummaries: items.map(([LogicalResourceId, { type, ref }]) => ({
          LogicalResourceId,
          PhysicalResourceId: ref,
          ResourceType: type,
          ResourceStatus: 'CREATE_COMPLETE' as const,
          LastUpdatedTimestamp: call.now,
        })),
        NextToken: next,
      };
    },
  },
  ListStackInstances: {
    reads: true,
    checks: ({ StackSetName }, call) => [{ action: 'cloudformation:ListStackInstances', resource: stackSetArn(StackSetName, call) }],
    handle({ StackSetName, NextToken }, call) {
      const set = call.world.stackSets.get(StackSetName.split(':')[0] ?? '');
      if (set?.administrator !== call.account.id) {
        throw new ServiceError('StackSetNotFoundException', `StackSet ${StackSetName} not found`, 404);
      }
      const { items, next } = pageAfter(instancesOf(set), ({ key }) => key, NextToken, size);
      return { Summaries: items.map(({ summary }) => summary), NextToken: next };
    },
  },
  DescribeOrganizationsAccess: {
    reads: true,
    checks: () => [{ action: 'cloudformation:DescribeOrganizationsAccess', resource: '*' }],
    handle: (_, { world }) => ({ Status: world.organization.stackSetsDistrusted ? ('DISABLED' as const) : ('ENABLED' as const) }),
  },
});

/** Stacks are there or could not be made; AWS keeps an instance of both. */
function instancesOf(set: StackSetState): { key: string; summary: sdk.StackInstanceSummary }[] {
  const instance = (key: string, reason?: string) => {
    const [Account = '', Region = ''] = key.split('/');
    const status = reason === undefined ? ('CURRENT' as const) : ('OUTDATED' as const);
    return {
      key,
      summary: { StackSetId: set.name, Account, Region, Status: status, ...(reason !== undefined && { StatusReason: reason }) },
    };
  };
  const failed = set.failed ?? new Map<string, string>();
  const current = [...set.instances].filter((key) => !failed.has(key));
  return [...current.map((key) => instance(key)), ...[...failed].map(([key, reason]) => instance(key, reason))];
}

function stacksOf({ world, account, region }: Call): StackState[] {
  return [...world.stacks.values()].filter((stack) => stack.account === account.id && stack.region === region);
}

function requireStack(id: string, call: Call): StackState {
  const name = nameOf(id);
  const stack = stacksOf(call).find((one) => one.name === name);
  if (!stack) throw new ServiceError('ValidationError', `Stack with id ${name} does not exist`, 400);
  return stack;
}

const nameOf = (id: string): string => parseArn(id)?.resource.split('/')[1] ?? id;
const stackArn = (name: string, { account, region, world }: Call): string =>
  `arn:${world.partition}:cloudformation:${region}:${account.id}:stack/${name}/${uuid(`${account.id}/${region}/${name}`)}`;
const stackSetArn = (id: string, { account, region, world }: Call): string =>
  `arn:${world.partition}:cloudformation:${region}:${account.id}:stackset/${id.includes(':') ? id : `${id}:${uuid(`${account.id}/${region}/${id}`)}`}`;
