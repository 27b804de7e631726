import { CustomResource, Duration } from 'aws-cdk-lib';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Network } from './network';
import { RotationFunction } from './rotation-function';

/** The function that asks, and what it shares with the others. */
export interface OrganizationProps {
  functionName: string;
  failedQueue: IQueue;
  logRetention: number;
  network: Network | undefined;
  tracing: boolean;
}

/** The organization's ids, asked for at deployment, so that nobody has to type them. */
export class Organization extends Construct {
  /** `o-…` */
  readonly organizationId: string;
  /** `r-…` */
  readonly rootId: string;

  constructor(scope: Construct, id: string, props: OrganizationProps) {
    super(scope, id);
    const reader = new RotationFunction(this, 'Reader', {
      entry: 'organization-lookup',
      name: props.functionName,
      description: "Tells CloudFormation the organization's ids",
      timeout: Duration.minutes(1),
      memoryMb: 256,
      variables: {},
      permissions: [
        {
          sid: 'ReadOrganization',
          why: 'Tells the deployment the ids of the organization and of its root, so that nobody types them wrong.',
          actions: ['organizations:DescribeOrganization', 'organizations:ListRoots'],
          resources: ['*'],
          wildcard: 'These actions know no resource.',
        },
      ],
      failedQueue: props.failedQueue,
      logRetention: props.logRetention,
      network: props.network,
      tracing: props.tracing,
    });
    const facts = new CustomResource(this, 'Facts', {
      resourceType: 'Custom::OrganizationFacts',
      serviceToken: reader.function.functionArn,
      serviceTimeout: Duration.minutes(15),
    });
    this.organizationId = facts.getAttString('OrganizationId');
    this.rootId = facts.getAttString('RootId');
  }
}
