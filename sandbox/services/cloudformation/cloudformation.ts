import { parseArn } from '../../arn';
import { uuid } from '../../identifiers';
import { ServiceError } from '../../service-error';
import { handlersOf, type Call } from '../service';
import type { CloudFormationShapes } from './model';

/** CloudFormation: the outputs of stacks, for operators. */
export const cloudformation = handlersOf<CloudFormationShapes>({
  DescribeStacks: {
    reads: true,
    checks: ({ StackName }, call) => [
      { action: 'cloudformation:DescribeStacks', resource: StackName === undefined ? '*' : stackArn(nameOf(StackName), call) },
    ],
    handle({ StackName }, call) {
      const { world, account, region } = call;
      const name = StackName === undefined ? undefined : nameOf(StackName);
      const stacks = [...world.stacks.values()].filter(
        (stack) => stack.account === account.id && stack.region === region && (name === undefined || stack.name === name),
      );
      if (name !== undefined && stacks.length === 0) throw new ServiceError('ValidationError', `Stack with id ${name} does not exist`, 400);
      const member = world.organization.members.get(account.id);
      return {
        Stacks: stacks.map((stack) => ({
          StackName: stack.name,
          StackId: stackArn(stack.name, call),
          StackStatus: 'CREATE_COMPLETE',
          CreationTime: member?.joined ?? call.now,
          Outputs: Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue })),
        })),
      };
    },
  },
});

const nameOf = (id: string): string => parseArn(id)?.resource.split('/')[1] ?? id;
const stackArn = (name: string, { account, region, world }: Call): string =>
  `arn:${world.partition}:cloudformation:${region}:${account.id}:stack/${name}/${uuid(`${account.id}/${region}/${name}`)}`;
