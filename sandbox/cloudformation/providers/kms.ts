import { z } from 'zod';
import type { KmsKey } from '../../world';
import { checkPolicy } from '../policy-checks';
import { accountOf, arn, generatedName, provider, uuidOf, type Provider, type Target } from '../provider';
import { accepted, flag, integer, policyDocument, tags } from '../shapes';

/** A key that an earlier stack of the same name left behind keeps its id. */
function newId(target: Target, number = 0): string {
  const id = uuidOf(target.stackId, `${target.logicalId}${number || ''}`);
  return accountOf(target).keys.has(arn(target, 'kms', `key/${id}`)) ? newId(target, number + 1) : id;
}

/** AWS::KMS::Key. */
export const key: Provider = provider(
  z.strictObject({
    KeyPolicy: policyDocument,
    Description: accepted,
    Enabled: flag.exactOptional(),
    EnableKeyRotation: flag.exactOptional(),
    MultiRegion: flag.exactOptional(),
    PendingWindowInDays: integer.pipe(z.number().min(7).max(30)).exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    async apply(target, { KeyPolicy }, before) {
      await checkPolicy(KeyPolicy, 'resource');
      const { keys } = accountOf(target);
      const id = before?.ref ?? newId(target);
      const keyArn = arn(target, 'kms', `key/${id}`);
      keys.set(keyArn, { aliases: new Set(), ...keys.get(keyArn), arn: keyArn, region: target.region, policy: KeyPolicy });
      return { ref: id, attributes: { KeyId: id, Arn: keyArn } };
    },
    remove(target, before) {
      accountOf(target).keys.delete(arn(target, 'kms', `key/${before.ref}`));
    },
  },
);

const keyNamed = (target: Target, idOrArn: string): KmsKey | undefined =>
  accountOf(target).keys.get(idOrArn.startsWith('arn:') ? idOrArn : arn(target, 'kms', `key/${idOrArn}`));

/** AWS::KMS::Alias. */
export const alias: Provider = provider(
  z.strictObject({
    AliasName: z
      .string()
      .regex(/^alias\/(?!aws\/)[\w/-]+$/, 'must be alias/name')
      .exactOptional(),
    TargetKeyId: z.string(),
  }),
  {
    apply(target, { AliasName, TargetKeyId }, before) {
      const name = AliasName ?? `alias/${generatedName(target, 200)}`;
      const found = keyNamed(target, TargetKeyId);
      if (!found) throw new Error(`the key ${TargetKeyId} does not exist`);
      if (before) keyNamed(target, String(before.properties['TargetKeyId']))?.aliases.delete(before.ref);
      found.aliases.add(name);
      return { ref: name, attributes: {} };
    },
    remove(target, before) {
      keyNamed(target, String(before.properties['TargetKeyId']))?.aliases.delete(before.ref);
    },
  },
);
