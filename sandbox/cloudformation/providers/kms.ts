import { generateKeyPairSync } from 'node:crypto';
import { z } from 'zod';
import { administratorArn } from '../../kernel/administrators';
import type { KmsKey, StackResource } from '../../kernel/world';
import { checkPolicy } from '../policy-checks';
import { accountOf, arn, generatedName, provider, refuseTaken, uuidOf, type Made, type Provider, type Target } from '../provider';
import { accepted, flag, integer, policyDocument, tags } from '../shapes';

/** A key that an earlier stack of the same name left behind keeps its id. */
function newId(target: Target, multiRegion: boolean, number = 0): string {
  const uuid = uuidOf(target.stackId, `${target.logicalId}${number || ''}`);
  const id = multiRegion ? `mrk-${uuid.replaceAll('-', '')}` : uuid;
  return accountOf(target).keys.has(arn(target, 'kms', `key/${id}`)) ? newId(target, multiRegion, number + 1) : id;
}

/** Makes the key, or updates the one of that id; its state and aliases stay. */
function put(target: Target, id: string, key: Pick<KmsKey, 'policy' | 'multiRegion' | 'signs'>): Made {
  const { keys } = accountOf(target);
  const keyArn = arn(target, 'kms', `key/${id}`);
  keys.set(keyArn, { aliases: new Set(), ...keys.get(keyArn), arn: keyArn, region: target.region, ...key });
  return { ref: id, attributes: { KeyId: id, Arn: keyArn } };
}

function remove(target: Target, { ref }: StackResource): void {
  accountOf(target).keys.delete(arn(target, 'kms', `key/${ref}`));
}

const SYMMETRIC = 'SYMMETRIC_DEFAULT';

const newPrivateKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** AWS::KMS::Key: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
export const key: Provider = provider(
  z.strictObject({
    KeyPolicy: policyDocument,
    Description: accepted,
    Enabled: flag.exactOptional(),
    EnableKeyRotation: flag.exactOptional(),
    MultiRegion: flag.exactOptional(),
    KeySpec: z.enum(['SYMMETRIC_DEFAULT', 'ECC_NIST_P256']).exactOptional(),
    KeyUsage: z.enum(['ENCRYPT_DECRYPT', 'SIGN_VERIFY']).exactOptional(),
    PendingWindowInDays: integer.pipe(z.number().min(7).max(30)).exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    async apply(target, { KeyPolicy, MultiRegion = false, KeySpec = SYMMETRIC, KeyUsage = 'ENCRYPT_DECRYPT', EnableKeyRotation }, before) {
      await checkPolicy(KeyPolicy, 'resource');
      if (before && (before.properties['MultiRegion'] ?? false) !== MultiRegion) {
        // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html
        throw new Error('MultiRegion of an existing key cannot be changed');
      }
      if (before && (before.properties['KeySpec'] ?? SYMMETRIC) !== KeySpec)
        throw new Error('KeySpec of an existing key cannot be changed');
      if ((KeySpec === SYMMETRIC) !== (KeyUsage === 'ENCRYPT_DECRYPT'))
        throw new Error(`KeyUsage ${KeyUsage} is not valid for the KeySpec ${KeySpec}`);
      if (KeySpec !== SYMMETRIC && EnableKeyRotation) throw new Error('EnableKeyRotation: an asymmetric key is not rotated');
      const id = before?.ref ?? newId(target, MultiRegion);
      const signs = KeySpec === SYMMETRIC ? undefined : (keyNamed(target, id)?.signs ?? { spec: KeySpec, privateKey: newPrivateKey() });
      return put(target, id, { policy: KeyPolicy, ...(MultiRegion && { multiRegion: 'primary' }), ...(signs && { signs }) });
    },
    remove,
  },
);

/** AWS::KMS::ReplicaKey: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-replicate.html */
export const replicaKey: Provider = provider(
  z.strictObject({
    KeyPolicy: policyDocument,
    PrimaryKeyArn: z.string(),
    Description: accepted,
    Enabled: flag.exactOptional(),
    PendingWindowInDays: integer.pipe(z.number().min(7).max(30)).exactOptional(),
    Tags: tags.exactOptional(),
  }),
  {
    async apply(target, { KeyPolicy, PrimaryKeyArn }, before) {
      await checkPolicy(KeyPolicy, 'resource');
      const { keys } = accountOf(target);
      const primary = keys.get(PrimaryKeyArn);
      const id = PrimaryKeyArn.slice(PrimaryKeyArn.lastIndexOf('/') + 1);
      const keyArn = arn(target, 'kms', `key/${id}`);
      if (primary?.multiRegion !== 'primary') throw new Error(`${PrimaryKeyArn} is no multi-Region primary key`);
      if (primary.region === target.region) throw new Error(`the primary key is in ${target.region} itself`);
      refuseTaken(keys.has(keyArn), before, id, `the key ${keyArn}`);
      const deployer = target.kernel.rolePrincipal(administratorArn(target.partition, target.account), 'AWSCloudFormation');
      const decision = target.kernel.authorize(deployer, 'kms:ReplicateKey', PrimaryKeyArn, { 'kms:ReplicaRegion': target.region });
      if (!decision.allowed) throw new Error(decision.message);
      return put(target, id, { policy: KeyPolicy, multiRegion: 'replica' });
    },
    remove,
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
