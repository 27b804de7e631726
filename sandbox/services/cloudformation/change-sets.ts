import type * as sdk from '@aws-sdk/client-cloudformation';
import { uuid } from '../../kernel/identifiers';
import { ServiceError } from '../../kernel/service-error';
import type { ChangeSet, StackState } from '../../kernel/world';
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

/** A stack that could not be made has to be deleted first; one that is there cannot be made again. */
function refuseUnlessFitting(type: sdk.ChangeSetType, stack: StackState | undefined, name: string): void {
  const refuse = (message: string): never => {
    throw new ServiceError('ValidationError', message, 400);
  };
  if (type === 'CREATE' && stack) refuse(`Stack [${name}] already exists`);
  if (type !== 'CREATE' && !stack) refuse(`Stack [${name}] does not exist`);
  if (stack?.status === 'ROLLBACK_COMPLETE') refuse(`Stack:${name} is in ROLLBACK_COMPLETE state and can not be updated.`);
}

function parametersOf(given: readonly sdk.Parameter[], stack: StackState | undefined): Record<string, string> {
  const values = given.flatMap(({ ParameterKey = '', ParameterValue, UsePreviousValue }) => {
    const value = UsePreviousValue === true ? stack?.parameters?.[ParameterKey] : ParameterValue;
    return value === undefined ? [] : [[ParameterKey, value] as const];
  });
  return Object.fromEntries(values);
}

/** Change sets, by which `aws cloudformation deploy` works and drift is reverted. */
export const changeSetOperations: Operations<SdkShapes<typeof sdk>> = {
  CreateChangeSet: {
    checks: (input, call) => checksOf('CreateChangeSet', input, call),
    handle(input, call) {
      const { StackName, TemplateBody, UsePreviousTemplate, DeploymentMode, Parameters = [], ChangeSetType = 'UPDATE' } = input;
      const stack = stackOf(StackName, call);
      refuseUnlessFitting(ChangeSetType, stack, nameOf(StackName));
      const revertsDrift = DeploymentMode === 'REVERT_DRIFT';
      const isPrevious = revertsDrift && UsePreviousTemplate === true;
      if ((!isPrevious && TemplateBody === undefined) || (DeploymentMode !== undefined && !revertsDrift)) {
        throw new ServiceError(
          'NotImplemented',
          'the sandbox takes change sets with a template body, and those that revert drift, of the previous template too',
          501,
        );
      }
      const parameters = parametersOf(Parameters, stack);
      const set: ChangeSet = { parameters, revertsDrift, ...(!isPrevious && { template: parsed(TemplateBody ?? '') }) };
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
      const { template, parameters, revertsDrift } = requireChangeSet(input, call);
      const { account, region, platform, world } = call;
      const name = nameOf(input.StackName ?? '');
      const place = { account: account.id, region };
      world.changeSets?.delete(keyOf(input, call));
      if (template !== undefined) await platform.stacks?.deploy(place, { name, template, parameters });
      if (revertsDrift) await platform.stacks?.revertDrift(place, name);
      return {};
    },
  },
};
