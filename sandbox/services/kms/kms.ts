import type * as sdk from '@aws-sdk/client-kms';
import { parseArn } from '../../kernel/arn';
import { ServiceError } from '../../kernel/service-error';
import type { KmsKey } from '../../kernel/world';
import { handlersOf, type Call, type SdkShapes } from '../service';

/** KMS: what a customer managed key looks like, and switching it off, on and away, for operators; Secrets Manager uses keys by itself. */
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
  EnableKey: {
    checks: ({ KeyId }, call) => [{ action: 'kms:EnableKey', resource: requireKey(KeyId, call).arn }],
    handle({ KeyId }, call) {
      delete notLeaving(requireKey(KeyId, call)).state;
      return {};
    },
  },
  DisableKey: {
    checks: ({ KeyId }, call) => [{ action: 'kms:DisableKey', resource: requireKey(KeyId, call).arn }],
    handle({ KeyId }, call) {
      notLeaving(requireKey(KeyId, call)).state = 'Disabled';
      return {};
    },
  },
  ScheduleKeyDeletion: {
    checks: ({ KeyId }, call) => [{ action: 'kms:ScheduleKeyDeletion', resource: requireKey(KeyId, call).arn }],
    handle({ KeyId, PendingWindowInDays = longestWindowDays }, call) {
      if (PendingWindowInDays < shortestWindowDays || PendingWindowInDays > longestWindowDays) {
        const range = `must be between ${shortestWindowDays} and ${longestWindowDays}`;
        throw new ServiceError('ValidationException', `PendingWindowInDays ${range}, got ${PendingWindowInDays}`, 400);
      }
      const key = notLeaving(requireKey(KeyId, call));
      const DeletionDate = new Date(call.now.getTime() + PendingWindowInDays * 86_400_000);
      key.state = 'PendingDeletion';
      key.deletion = DeletionDate;
      return { KeyId: key.arn, KeyState: key.state, DeletionDate, PendingWindowInDays };
    },
  },
  CancelKeyDeletion: {
    checks: ({ KeyId }, call) => [{ action: 'kms:CancelKeyDeletion', resource: requireKey(KeyId, call).arn }],
    handle({ KeyId }, call) {
      const key = requireKey(KeyId, call);
      if (!isLeaving(key)) throw new ServiceError('KMSInvalidStateException', `${key.arn} is not pending deletion.`, 400);
      // It stays disabled: https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
      key.state = 'Disabled';
      delete key.deletion;
      return { KeyId: key.arn };
    },
  },
});

/** Of ScheduleKeyDeletion; https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
const [shortestWindowDays, longestWindowDays] = [7, 30];
const isLeaving = ({ state }: KmsKey): boolean => state === 'PendingDeletion' || state === 'PendingReplicaDeletion';

function notLeaving(key: KmsKey): KmsKey {
  if (isLeaving(key)) throw new ServiceError('KMSInvalidStateException', `${key.arn} is pending deletion.`, 400);
  return key;
}

/** By id or ARN; throws NotFoundException. */
function requireKey(id: string, { world, account, region }: Call): KmsKey {
  const arn = id.startsWith('arn:') ? id : `arn:${world.partition}:kms:${region}:${account.id}:key/${id}`;
  const key = world.accounts.get(parseArn(arn)?.account ?? '')?.keys.get(arn);
  if (key?.region !== region) throw new ServiceError('NotFoundException', `Key '${arn}' does not exist`, 400);
  return key;
}
