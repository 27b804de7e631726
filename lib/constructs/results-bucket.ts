import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { explain, ONLY_TLS } from '../permissions/explanations';

/** The private, encrypted, versioned bucket of results; it outlives the stack, its objects expire after `retentionDays`. */
export class ResultsBucket extends Bucket {
  constructor(scope: Construct, id: string, props: { retentionDays: number }) {
    super(scope, id, {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          id: 'ExpireResults',
          expiration: Duration.days(props.retentionDays),
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    explain(this, { purpose: 'Results of runs: no secret is among them', statements: { '': ONLY_TLS } });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Results hold no secret and are written by two functions only; CloudTrail data events record access where that is required.',
    });
  }
}
