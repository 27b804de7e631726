import type * as sdk from '@aws-sdk/client-cloudformation';
import { uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { StackSetState, StackState } from '../../kernel/world';
import { pageAfter } from '../paging';
import { handlersOf, type Call, type SdkShapes } from '../service';
import { changeSetOperations } from './change-sets';
import { nameOf, stackArn, stackOf, stacksOf } from './stacks';

/** Of lists here; AWS says neither. */
const size = 100;

/** CloudFormation: stacks with their outputs and resources, and where stack sets have been deployed, for operators. */
export const cloudformation = handlersOf<SdkShapes<typeof sdk>>(changeSetOperations, {
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
          StackStatus: stack.status ?? ('CREATE_COMPLETE' as const),
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
      const set = requireStackSet(StackSetName, call);
      const { items, next } = pageAfter(instancesOf(set), ({ key }) => key, NextToken, size);
      return { Summaries: items.map(({ summary }) => summary), NextToken: next };
    },
  },
  CreateStackInstances: {
    checks: ({ StackSetName }, call) => [{ action: 'cloudformation:CreateStackInstances', resource: stackSetArn(StackSetName, call) }],
    handle: ({ StackSetName }, call) => bringTo(StackSetName, call),
  },
  UpdateStackInstances: {
    checks: ({ StackSetName }, call) => [{ action: 'cloudformation:UpdateStackInstances', resource: stackSetArn(StackSetName, call) }],
    handle: ({ StackSetName }, call) => bringTo(StackSetName, call),
  },
  DeleteStack: {
    checks: ({ StackName }, call) => [{ action: 'cloudformation:DeleteStack', resource: stackArn(nameOf(StackName), call) }],
    async handle({ StackName }, { account, region, platform }) {
      await platform.stacks?.delete({ account: account.id, region }, nameOf(StackName));
      return {};
    },
  },
  DescribeStackEvents: {
    reads: true,
    checks: ({ StackName }, call) => [{ action: 'cloudformation:DescribeStackEvents', resource: stackArn(nameOf(StackName), call) }],
    handle: ({ StackName }, call) => ({ StackEvents: eventsOf(requireStack(StackName, call), call) }),
  },
  ActivateOrganizationsAccess: {
    checks: () => [{ action: 'cloudformation:ActivateOrganizationsAccess', resource: '*' }],
    handle(_, { world, account }) {
      if (account.id !== world.managementAccount) {
        const message = 'You must be the management account of an organization to activate trusted access';
        throw new ServiceError('InvalidOperationException', message, 400);
      }
      delete world.organization.stackSetsDistrusted;
      return {};
    },
  },
  DescribeOrganizationsAccess: {
    reads: true,
    checks: () => [{ action: 'cloudformation:DescribeOrganizationsAccess', resource: '*' }],
    handle: (_, { world }) => ({ Status: world.organization.stackSetsDistrusted ? ('DISABLED' as const) : ('ENABLED' as const) }),
  },
});

function requireStackSet(id: string, { world, account }: Call): StackSetState {
  const set = world.stackSets.get(id.split(':')[0] ?? '');
  if (set?.administrator === account.id) return set;
  throw new ServiceError('StackSetNotFoundException', `StackSet ${id} not found`, 404);
}

/** The sandbox's operations on stack sets reach every account that lacks the stack, those asked for among them, and are over at once. */
async function bringTo(id: string, call: Call): Promise<{ OperationId: string }> {
  requireStackSet(id, call);
  await call.platform.stacks?.syncStackSets();
  return { OperationId: uuid(`operation-${call.platform.next()}`) };
}

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

function requireStack(id: string, call: Call): StackState {
  const name = nameOf(id);
  const stack = stackOf(name, call);
  if (!stack) throw new ServiceError('ValidationError', `Stack with id ${name} does not exist`, 400);
  return stack;
}

/** Latest first: the last change, and those that failed with their reasons; no resource has events of its own. */
function eventsOf({ name, status: now, created, failures = [] }: StackState, call: Call): sdk.StackEvent[] {
  const status: sdk.ResourceStatus = now ?? 'CREATE_COMPLETE';
  const [arn, rolledBack] = [stackArn(name, call), status.includes('ROLLBACK')];
  const event = (kind: string, Timestamp: Date, ResourceStatus: sdk.ResourceStatus, ResourceStatusReason?: string): sdk.StackEvent => ({
    StackId: arn,
    EventId: uuid(`${arn}/${kind}`),
    StackName: name,
    LogicalResourceId: name,
    PhysicalResourceId: arn,
    ResourceType: 'AWS::CloudFormation::Stack',
    Timestamp,
    ResourceStatus,
    ...(ResourceStatusReason !== undefined && { ResourceStatusReason }),
  });
  const failed = failures.map(({ at, reason }, index) =>
    event(`failed-${index}`, at, status === 'ROLLBACK_COMPLETE' ? 'CREATE_FAILED' : 'UPDATE_FAILED', reason),
  );
  const last = rolledBack ? (failures.at(-1)?.at ?? call.now) : (created ?? call.now);
  return [event('last', last, status), ...failed.reverse()];
}

const stackSetArn = (id: string, { account, region, world }: Call): string =>
  `arn:${world.partition}:cloudformation:${region}:${account.id}:stackset/${id.includes(':') ? id : `${id}:${uuid(`${account.id}/${region}/${id}`)}`}`;
