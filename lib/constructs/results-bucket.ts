import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { CHECKS, EVIDENCE, INTENTS, RUNS, TICKS, UNDELIVERED } from '../../lambda/runs/run-keys';
import { explain, ONLY_TLS, type Reason } from '../permissions/explanations';

const ABOUT_EVIDENCE = {
  EvidenceIsWrittenOnce: {
    why: 'Refuses to everybody to replace an entry of the evidence chain: only what is not there yet can be written.',
  },
  EvidenceStays: { why: 'Refuses to everybody to delete an entry of the evidence chain, whatever else allows it.' },
} satisfies Record<string, Reason>;

/** Intents and undelivered mails are looked at by the next runs; the days leave time for an account that cannot be entered for a while. */
const RECORDS_DAYS = 90;

/** Hundreds of results a day; what they did is in the daily result, too. */
const POLICY_RESULTS_DAYS = 30;

/**
 * The private, encrypted, versioned bucket of results, of the rotator's memory and of the evidence chain; it outlives the stack. Results
 * expire after `retentionDays`, records of intents and of undelivered mails after RECORDS_DAYS, results of policies
 * of their own after POLICY_RESULTS_DAYS, memory and evidence never do. Evidence is
 * written once: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export class ResultsBucket extends Bucket {
  constructor(scope: Construct, id: string, props: { retentionDays: number; hasPolicies: boolean }) {
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
        ...(props.hasPolicies ? [{ id: 'Expire-policies', prefix: TICKS, expiration: Duration.days(POLICY_RESULTS_DAYS) }] : []),
        {
          id: 'ExpireFormerVersions',
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(7),
        },
      ],
    });
    this.refuse('EvidenceIsWrittenOnce', ['s3:PutObject'], { Null: { 's3:if-none-match': 'true' } });
    this.refuse('EvidenceStays', ['s3:DeleteObject', 's3:DeleteObjectVersion']);
    explain(this, { purpose: 'Results of runs: no secret is among them', statements: { '': ONLY_TLS, ...ABOUT_EVIDENCE } });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Results hold no secret and are written by functions of the rotation only; CloudTrail data events record access where that is required.',
    });
  }

  /** To everybody, about the evidence chain. */
  private refuse(sid: keyof typeof ABOUT_EVIDENCE, actions: string[], conditions: Record<string, Record<string, string>> = {}): void {
    const resources = [this.arnForObjects(`${EVIDENCE}*`)];
    this.addToResourcePolicy(
      new PolicyStatement({ sid, effect: Effect.DENY, principals: [new AnyPrincipal()], actions, resources, conditions }),
    );
  }
}
