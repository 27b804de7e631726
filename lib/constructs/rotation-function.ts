import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ServicePrincipal, type Role } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnEventInvokeConfig, CfnFunction, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { bundle } from './bundle';
import { mayUseNetwork, type Network } from './network';
import { retentionOf } from './retention';
import { roleWith, type Permission } from '../permissions/permissions';

/** What differs from function to function. */
export interface RotationFunctionProps {
  /** Folder below `lambda/` whose `index.ts` exports `handler`. */
  entry: string;
  name: string;
  description: string;
  timeout: Duration;
  memoryMb: number;
  variables: Readonly<Record<string, string | undefined>>;
  /** Everything the function may do besides writing its log and handing over failed events. */
  permissions: readonly Permission[];
  /** Where an event goes that failed for good; absent of a function that somebody waits for. */
  failedQueue?: IQueue;
  /** Given by CloudFormation when absent. */
  roleName?: string;
  /** The one function that reads values of secrets. */
  readsKeys?: boolean;
  logRetention: number;
  /** Where the function runs; not in a VPC when undefined. */
  network: Network | undefined;
  /** Whether Lambda sends a trace of each invocation to X-Ray. */
  tracing: boolean;
}

/** A Lambda function with a role of its own, a log that expires, and a queue for events that failed for good. */
export class RotationFunction extends Construct {
  readonly role: Role;
  readonly function: Function;

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.name}`,
      retention: retentionOf(props.logRetention),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = roleWith(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: props.description,
      entry: props.entry,
      ...(props.roleName !== undefined && { roleName: props.roleName }),
      ...(props.readsKeys && { readsKeys: true }),
      permissions: [
        ...props.permissions,
        {
          sid: 'WriteOwnLog',
          why: 'Writes what the function logs and measures, into its own log group only.',
          by: 'Lambda',
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [logGroup.logGroupArn],
        },
        ...(props.failedQueue ? [mayHandOver(props.failedQueue)] : []),
        ...(props.network ? mayUseNetwork(Stack.of(this), props.name) : []),
        ...(props.tracing ? [MAY_SEND_TRACES] : []),
      ],
    });
    this.function = new Function(this, 'Function', {
      functionName: props.name,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundle(props.entry),
      role: this.role,
      logGroup,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      environment: environmentOf(props.variables),
    });
    if (props.network) enterNetwork(this.function, props.network);
    if (props.tracing) sendTraces(this.function);
    if (!props.failedQueue) return;
    new CfnEventInvokeConfig(this, 'AsynchronousInvocations', {
      functionName: this.function.functionName,
      qualifier: '$LATEST',
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: Duration.hours(6).toSeconds(),
      destinationConfig: { onFailure: { destination: props.failedQueue.queueArn } },
    });
  }
}

const mayHandOver = (failedQueue: IQueue): Permission => ({
  sid: 'HandOverFailedEvents',
  why: 'Keeps an event that failed three times for a person, and raises an alarm.',
  by: 'Lambda',
  actions: ['sqs:SendMessage'],
  resources: [failedQueue.queueArn],
});

/** Sets the ids alone: the CDK's own way also asks for the VPC and its availability zones, which AWS knows from the subnets. */
function enterNetwork(fn: Function, network: Network): void {
  if (fn.node.defaultChild instanceof CfnFunction) fn.node.defaultChild.vpcConfig = network;
}

/** What Lambda itself does with a function's role: https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html */
const MAY_SEND_TRACES: Permission = {
  sid: 'SendTraces',
  why: 'Sends a trace of each invocation to X-Ray, which holds its times and whether it failed.',
  by: 'Lambda',
  actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
  resources: ['*'],
  wildcard: 'These actions know no resource.',
};

/** The CDK's own way gives the role a second policy, without a reason. */
function sendTraces(fn: Function): void {
  if (fn.node.defaultChild instanceof CfnFunction) fn.node.defaultChild.tracingConfig = { mode: 'Active' };
}

function environmentOf(variables: RotationFunctionProps['variables']): Record<string, string> {
  const given = Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return Object.fromEntries(given);
}
