import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { Settings } from '../settings/fields';
import type { Permission } from '../permissions/permissions';

/** Where functions run inside an existing VPC. */
export interface Network {
  subnetIds: string[];
  securityGroupIds: string[];
}

/** The network that the settings name; undefined when they name none. */
export const networkOf = ({ subnetIds, securityGroupIds }: Settings): Network | undefined =>
  subnetIds.length > 0 ? { subnetIds, securityGroupIds } : undefined;

const SEE = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];
const HOLD = [
  ...['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface'],
  ...['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
];

/**
 * What Lambda itself does with a function's role in a VPC, and what it advises to refuse the function's code:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function mayUseNetwork(stack: Stack, functionName: string): Permission[] {
  const code = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return [
    {
      sid: 'SeeNetwork',
      why: 'Finds the subnets and interfaces when the function runs in a VPC.',
      by: 'Lambda',
      actions: SEE,
      resources: ['*'],
      wildcard: 'These actions know no resource.',
    },
    {
      sid: 'HoldNetworkInterfaces',
      why: 'Connects the function to the subnets of the settings.',
      by: 'Lambda',
      actions: HOLD,
      resources: [stack.formatArn({ service: 'ec2', resource: '*', resourceName: '*' })],
      wildcard: 'Lambda accepts no narrower resource: it chooses the interfaces, and the action also names subnets and security groups.',
    },
    {
      sid: 'LeaveNetworkToLambda',
      effect: 'Deny',
      why: "Refuses to the function's own code what Lambda itself needs in the network.",
      actions: [...SEE, 'ec2:DetachNetworkInterface', ...HOLD],
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': code } },
    },
  ];
}
