import { z } from 'zod';
import type { Bucket } from '../../kernel/world';
import { checkPolicy } from '../policy-checks';
import { accountOf, generatedName, provider, type Provider } from '../provider';
import { accepted, policyDocument, tags, text } from '../shapes';

/** AWS::S3::Bucket; its name must be free in every account. */
export const bucket: Provider = provider(
  z.strictObject({
    BucketName: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be 3 to 63 lower case letters, digits, dots or dashes')
      .exactOptional(),
    BucketEncryption: accepted,
    VersioningConfiguration: accepted,
    PublicAccessBlockConfiguration: accepted,
    OwnershipControls: accepted,
    LifecycleConfiguration: accepted,
    LoggingConfiguration: accepted,
    Tags: tags.exactOptional(),
  }),
  {
    apply(target, properties, before) {
      const name = properties.BucketName ?? generatedName(target, 63).toLowerCase();
      const taken = [...target.kernel.world.accounts.values()].some(({ buckets }) => buckets.has(name));
      if (taken && before?.ref !== name) throw new Error(`bucket ${name} already exists`);
      const { buckets } = accountOf(target);
      const bucketArn = `arn:${target.partition}:s3:::${name}`;
      const made: Bucket = { objects: new Map(), ...buckets.get(name), name, region: target.region, arn: bucketArn };
      buckets.set(name, made);
      return {
        ref: name,
        attributes: {
          Arn: bucketArn,
          DomainName: `${name}.s3.amazonaws.com`,
          RegionalDomainName: `${name}.s3.${target.region}.amazonaws.com`,
        },
      };
    },
    remove(target, before) {
      const { buckets } = accountOf(target);
      const objects = buckets.get(before.ref)?.objects.size ?? 0;
      if (objects > 0) throw new Error(`bucket ${before.ref} is not empty: it holds ${objects} objects`);
      buckets.delete(before.ref);
    },
  },
);

/** AWS::S3::BucketPolicy. */
export const bucketPolicy: Provider = provider(z.strictObject({ Bucket: text, PolicyDocument: policyDocument }), {
  async apply(target, properties) {
    await checkPolicy(properties.PolicyDocument, 'resource');
    const found = accountOf(target).buckets.get(properties.Bucket);
    if (!found) throw new Error(`the bucket ${properties.Bucket} does not exist`);
    found.policy = properties.PolicyDocument;
    return { ref: properties.Bucket, attributes: {} };
  },
  remove(target, before) {
    const found = accountOf(target).buckets.get(before.ref);
    if (found) delete found.policy;
  },
});
