import type { StaticListSchema, StaticOperationSchema, StaticStructureSchema } from '@smithy/types';

/** The part of CloudFormation's model (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html) that the sandbox serves; the client is not among the project's packages. */
const namespace = 'com.amazonaws.cloudformation';
const text = 0;
const output: StaticStructureSchema = [3, namespace, 'Output', 0, ['OutputKey', 'OutputValue'], [text, text]];
const outputs: StaticListSchema = [1, namespace, 'Outputs', 0, () => output];
const stack: StaticStructureSchema = [
  3,
  namespace,
  'Stack',
  0,
  ['StackName', 'StackId', 'StackStatus', 'CreationTime', 'Outputs'],
  [text, text, text, 4, () => outputs],
];
const stacks: StaticListSchema = [1, namespace, 'Stacks', 0, () => stack];
const request: StaticStructureSchema = [3, namespace, 'DescribeStacksInput', 0, ['StackName', 'NextToken'], [text, text]];
const response: StaticStructureSchema = [3, namespace, 'DescribeStacksOutput', 0, ['Stacks', 'NextToken'], [() => stacks, text]];

/** Stacks with their outputs. */
export const DescribeStacks: StaticOperationSchema = [9, namespace, 'DescribeStacks', 0, () => request, () => response];

/** Inputs and outputs, as the schemas above say. */
export interface CloudFormationShapes {
  DescribeStacks: {
    input: { StackName?: string; NextToken?: string };
    output: {
      Stacks: {
        StackName: string;
        StackId: string;
        StackStatus: string;
        CreationTime: Date;
        Outputs: { OutputKey: string; OutputValue: string }[];
      }[];
    };
  };
}
