import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CHECKS, INTENTS, RUNS, UNDELIVERED } from '../../lambda/runs/run-keys';
import { explain, ONLY_TLS } from '../permissions/explanations';

/** Intents and undelivered mails are looked at by the next runs; the days leave time for an account that cannot be entered for a while. */
const RECORDS_DAYS = 90;

/**
 * The private, encrypted, versioned bucket of results and of the rotator's memory; it outlives the stack. Results expire after
 * `retentionDays`, records of intents and of undelivered mails after RECORDS_DAYS, memory never does.
 */
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
        ...[RUNS, CHECKS].map((prefix) => ({
          id: `Expire-${prefix.slice(0, -1)}`,
          prefix,
          expiration: Duration.days(props.retentionDays),
        })),
        ...[INTENTS, UNDELIVERED].map((prefix) => ({
          id: `Expire-${prefix.slice(0, -1)}`,
          prefix,
          expiration: Duration.days(RECORDS_DAYS),
        })),
        {
          id: 'ExpireFormerVersions',
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    explain(this, { purpose: 'Results of runs: no secret is among them', statements: { '': ONLY_TLS } });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Results hold no secret and are written by functions of the rotation only; CloudTrail data events record access where that is required.',
    });
  }
}
