import { Duration, Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { Permission } from '../permissions/permissions';
import { namesOf } from '../settings/names';
import { orchestratorVariables } from '../settings/variables';
import { RotationFunction } from './rotation-function';
import { mayWriteResults, type FunctionContext } from './function-context';

/** What the orchestrator needs beyond what the functions share. */
export interface OrchestratorProps extends FunctionContext {
  rotator: IFunction;
  /** Absent when the accounts are known without an organization. */
  organizationId: string | undefined;
}

/** Lists the organization's accounts and invokes the rotator once for each. */
export class Orchestrator extends RotationFunction {
  constructor(scope: Construct, id: string, { settings, results, rotator, organizationId, ...props }: OrchestratorProps) {
    super(scope, id, {
      ...props,
      entry: 'orchestrator',
      name: namesOf(settings).orchestrator,
      description: 'Starts the rotation of every account of the organization',
      timeout: Duration.minutes(15),
      memoryMb: 512,
      variables: orchestratorVariables(settings, { resultsBucket: results.bucketName, account: Stack.of(scope).account }),
      permissions: [
        ...(organizationId === undefined ? [] : mayReadAccounts(Stack.of(scope), organizationId)),
        {
          sid: 'StartRotator',
          why: 'Invokes the rotator once per account.',
          actions: ['lambda:InvokeFunction'],
          resources: [rotator.functionArn],
        },
        mayWriteResults(results),
      ],
    });
  }
}

function mayReadAccounts(stack: Stack, organizationId: string): Permission[] {
  const account = { service: 'organizations', region: '', account: '*', resource: 'account', resourceName: `${organizationId}/*` };
  return [
    {
      sid: 'ListAccounts',
      why: 'Finds the accounts of the organization, with the address that mails about each go to.',
      actions: ['organizations:ListAccounts'],
      resources: ['*'],
      wildcard: 'This action knows no resource.',
    },
    {
      sid: 'DescribeAccounts',
      why: 'Finds the one account of a forced rotation without listing all.',
      actions: ['organizations:DescribeAccount'],
      resources: [stack.formatArn(account)],
      wildcard: 'Every account of the organization may be asked for; its ARN names the management account, which may be another one.',
    },
  ];
}
