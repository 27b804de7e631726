import type * as sdk from '@aws-sdk/client-cloudformation';
import { uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { ChangeSet } from '../../kernel/world';
import type { Call, Operations, SdkShapes } from '../service';
import { nameOf, stackArn, stackOf } from './stacks';

type Named = { StackName?: string | undefined; ChangeSetName?: string | undefined };

const setName = (id: string): string => /:changeSet\/([^/]+)\//.exec(id)?.[1] ?? id;
const keyOf = ({ StackName = '', ChangeSetName = '' }: Named, { account, region }: Call): string =>
  `${account.id}/${region}/${nameOf(StackName)}/${setName(ChangeSetName)}`;
const idOf = ({ StackName = '', ChangeSetName = '' }: Named, { account, region, world }: Call): string =>
  `arn:${world.partition}:cloudformation:${region}:${account.id}:changeSet/${setName(ChangeSetName)}/${uuid(`${account.id}/${region}/${StackName}/${setName(ChangeSetName)}`)}`;
const checksOf = (action: string, { StackName = '' }: Named, call: Call) => [
  { action: `cloudformation:${action}`, resource: stackArn(nameOf(StackName), call) },
];

function requireChangeSet(named: Named, call: Call): ChangeSet {
  const found = call.world.changeSets?.get(keyOf(named, call));
  if (found) return found;
  throw new ServiceError('ChangeSetNotFoundException', `ChangeSet [${setName(named.ChangeSetName ?? '')}] does not exist`, 404);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ServiceError('ValidationError', 'Template format error: the sandbox reads JSON only', 400);
  }
}

/** Change sets, by which `aws cloudformation deploy` works and drift is reverted. */
export const changeSetOperations: Operations<SdkShapes<typeof sdk>> = {
  CreateChangeSet: {
    checks: (input, call) => checksOf('CreateChangeSet', input, call),
    handle(input, call) {
      const { StackName, TemplateBody, UsePreviousTemplate, DeploymentMode, Parameters = [], ChangeSetType = 'UPDATE' } = input;
      const stack = stackOf(StackName, call);
      if (ChangeSetType === 'CREATE' && stack)
        throw new ServiceError('ValidationError', `Stack [${nameOf(StackName)}] already exists`, 400);
      if (ChangeSetType !== 'CREATE' && !stack)
        throw new ServiceError('ValidationError', `Stack [${nameOf(StackName)}] does not exist`, 400);
      const reverts = DeploymentMode === 'REVERT_DRIFT' && UsePreviousTemplate === true;
      if (!reverts && (DeploymentMode !== undefined || TemplateBody === undefined)) {
        throw new ServiceError(
          'NotImplemented',
          'the sandbox takes change sets with a template body, or those that revert drift of the previous template',
          501,
        );
      }
      const parameters = Object.fromEntries(
        Parameters.flatMap(({ ParameterKey = '', ParameterValue }) =>
          ParameterValue === undefined ? [] : [[ParameterKey, ParameterValue]],
        ),
      );
      const set: ChangeSet = { parameters, ...(!reverts && TemplateBody !== undefined && { template: parsed(TemplateBody) }) };
      (call.world.changeSets ??= new Map()).set(keyOf(input, call), set);
      return { Id: idOf(input, call), StackId: stackArn(nameOf(StackName), call) };
    },
  },
  DescribeChangeSet: {
    reads: true,
    checks: (input, call) => checksOf('DescribeChangeSet', input, call),
    handle(input, call) {
      requireChangeSet(input, call);
      const { StackName = '', ChangeSetName } = input;
      const ids = { ChangeSetName: setName(ChangeSetName), ChangeSetId: idOf(input, call), StackId: stackArn(nameOf(StackName), call) };
      return { ...ids, StackName: nameOf(StackName), Status: 'CREATE_COMPLETE' as const, ExecutionStatus: 'AVAILABLE' as const };
    },
  },
  ExecuteChangeSet: {
    checks: (input, call) => checksOf('ExecuteChangeSet', input, call),
    async handle(input, call) {
      const { template, parameters } = requireChangeSet(input, call);
      const { account, region, platform, world } = call;
      const name = nameOf(input.StackName ?? '');
      const place = { account: account.id, region };
      const before = stackOf(name, call);
      world.changeSets?.delete(keyOf(input, call));
      try {
        if (template === undefined) await platform.stacks?.revertDrift(place, name);
        else await platform.stacks?.deploy(place, { name, template, parameters });
      } catch (error) {
        throw new ServiceError('ValidationError', error instanceof Error ? error.message : String(error), 400);
      }
      const after = stackOf(name, call);
      if (before && after) after.status = 'UPDATE_COMPLETE';
      return {};
    },
  },
};
