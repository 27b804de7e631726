import type * as sdk from '@aws-sdk/client-kms';
import { parseArn } from '../../kernel/arn';
import { ServiceError } from '../../kernel/service-error';
import type { KmsKey } from '../../kernel/world';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** KMS: what a customer managed key looks like, for operators; Secrets Manager uses keys by itself. */
export const kms = handlersOf<SdkShapes<typeof sdk>>({
  DescribeKey: {
    reads: true,
    checks: ({ KeyId }, call) => [{ action: 'kms:DescribeKey', resource: requireKey(KeyId, call).arn }],
    handle({ KeyId }, call) {
      const { arn, state = 'Enabled', deletion } = requireKey(KeyId, call);
      const keyId = parseArn(arn)?.resource.replace('key/', '') ?? '';
      return { KeyMetadata: { KeyId: keyId, Arn: arn, Enabled: state === 'Enabled', KeyState: state, DeletionDate: deletion } };
    },
  },
  GetKeyPolicy: {
    reads: true,
    checks: ({ KeyId }, call) => [{ action: 'kms:GetKeyPolicy', resource: requireKey(KeyId, call).arn }],
    handle: ({ KeyId }, call) => ({ Policy: JSON.stringify(requireKey(KeyId, call).policy), PolicyName: 'default' }),
  },
});

/** By id or ARN; throws NotFoundException. */
function requireKey(id: string, { world, account, region }: Call): KmsKey {
  const arn = id.startsWith('arn:') ? id : `arn:${world.partition}:kms:${region}:${account.id}:key/${id}`;
  const key = world.accounts.get(parseArn(arn)?.account ?? '')?.keys.get(arn);
  if (key?.region !== region) throw new ServiceError('NotFoundException', `Key '${arn}' does not exist`, 400);
  return key;
}
