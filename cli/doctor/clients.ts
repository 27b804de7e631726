import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { OrganizationsClient } from '@aws-sdk/client-organizations';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';
import type { ClientSettings } from '../base/access';
import { makeSqsClient } from '../redrive/failed-events';

/** Whom the doctor asks, all with the operator's own credentials. */
export interface Clients {
  cloudformation: CloudFormationClient;
  cloudwatch: CloudWatchClient;
  iam: IAMClient;
  kms: KMSClient;
  lambda: LambdaClient;
  organizations: OrganizationsClient;
  s3: S3Client;
  scheduler: SchedulerClient;
  ses: SESv2Client;
  sns: SNSClient;
  sqs: SQSClient;
  sts: STSClient;
  /** Those that look at replica keys, in another region. */
  inRegion: (region: string) => Pick<Clients, 'cloudformation' | 'kms'>;
}

/** Makes all clients. */
export function makeClients(settings: ClientSettings = {}): Clients {
  return {
    cloudformation: new CloudFormationClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    iam: new IAMClient(settings),
    kms: new KMSClient(settings),
    lambda: new LambdaClient(settings),
    organizations: new OrganizationsClient(settings),
    s3: new S3Client(settings),
    scheduler: new SchedulerClient(settings),
    ses: new SESv2Client(settings),
    sns: new SNSClient(settings),
    sqs: makeSqsClient(settings),
    sts: new STSClient(settings),
    inRegion: (region) => ({
      cloudformation: new CloudFormationClient({ ...settings, region }),
      kms: new KMSClient({ ...settings, region }),
    }),
  };
}
