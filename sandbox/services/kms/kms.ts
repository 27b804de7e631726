import { createPublicKey, sign } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-kms';
import { parseArn } from '../../kernel/arn';
import { ServiceError } from '../../kernel/service-error';
import type { KmsKey } from '../../kernel/world';
import { handlersOf, type Call, type SdkShapes } from '../service';

/**
 * KMS: what a customer managed key looks like, and switching it off, on and away, for operators; signing by asymmetric keys. Secrets Manager
 * uses keys by itself.
 */
export const kms = handlersOf<SdkShapes<typeof sdk>>({
  DescribeKey: {
    reads: true,
    checks: ({ KeyId }, call) => [{ action: 'kms:DescribeKey', resource: requireKey(KeyId, call).arn }],
    handle({ KeyId }, call) {
      const { arn, state = 'Enabled', deletion, signs } = requireKey(KeyId, call);
      const keyId = parseArn(arn)?.resource.replace('key/', '') ?? '';
      return {
        KeyMetadata: { KeyId: keyId, Arn: arn, Enabled: state === 'Enabled', KeyState: state, DeletionDate: deletion, ...usageOf(signs) },
      };
    },
  },
  GetKeyPolicy: {
    reads: true,
    checks: ({ KeyId }, call) => [{ action: 'kms:GetKeyPolicy', resource: requireKey(KeyId, call).arn }],
    handle: ({ KeyId }, call) => ({ Policy: JSON.stringify(requireKey(KeyId, call).policy), PolicyName: 'default' }),
  },
  Sign: {
    reads: true,
    checks({ KeyId, MessageType = 'RAW', SigningAlgorithm }, call) {
      const context = { 'kms:MessageType': MessageType, 'kms:SigningAlgorithm': SigningAlgorithm };
      return [{ action: 'kms:Sign', resource: requireKey(KeyId, call).arn, context }];
    },
    handle({ KeyId, Message, MessageType = 'RAW', SigningAlgorithm }, call) {
      if (MessageType !== 'RAW')
        throw new ServiceError('NotImplemented', `the sandbox does not emulate MessageType ${MessageType} of kms:Sign`, 501);
      const { arn, privateKey } = requireSigningKey(KeyId, SigningAlgorithm, call);
      const message = Buffer.from(Message);
      if (message.length < 1 || message.length > longestMessage) {
        throw new ServiceError('ValidationException', `Message must be 1 to ${longestMessage} bytes, got ${message.length}`, 400);
      }
      return { KeyId: arn, Signature: new Uint8Array(sign('sha256', message, privateKey)), SigningAlgorithm: ecdsa };
    },
  },
  GetPublicKey: {
    reads: true,
    checks: ({ KeyId }, call) => [{ action: 'kms:GetPublicKey', resource: requireKey(KeyId, call).arn }],
    handle({ KeyId }, call) {
      const { arn, privateKey } = requireSigningKey(KeyId, ecdsa, call);
      const PublicKey = new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }));
      return { KeyId: arn, PublicKey, KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', SigningAlgorithms: [ecdsa] };
    },
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
/** Of Sign: https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html */
const longestMessage = 4_096;
/** What a key of the type ECC_NIST_P256 signs by. */
const ecdsa = 'ECDSA_SHA_256';
const usageOf = (signs: KmsKey['signs']): Pick<sdk.KeyMetadata, 'KeySpec' | 'KeyUsage' | 'SigningAlgorithms'> =>
  signs
    ? { KeySpec: signs.spec, KeyUsage: 'SIGN_VERIFY', SigningAlgorithms: [ecdsa] }
    : { KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' };
const isLeaving = ({ state }: KmsKey): boolean => state === 'PendingDeletion' || state === 'PendingReplicaDeletion';

function notLeaving(key: KmsKey): KmsKey {
  if (isLeaving(key)) throw new ServiceError('KMSInvalidStateException', `${key.arn} is pending deletion.`, 400);
  return key;
}

/** Throws what KMS answers for a key that is off, or that does not sign in this way. */
function requireSigningKey(id: string, algorithm: string, call: Call): { arn: string; privateKey: string } {
  const key = requireKey(id, call);
  const { arn, state, signs } = key;
  if (state === 'Disabled') throw new ServiceError('DisabledException', `${arn} is disabled.`, 400);
  notLeaving(key);
  if (!signs) throw new ServiceError('InvalidKeyUsageException', `${arn} key usage is ENCRYPT_DECRYPT which is not valid for Sign.`, 400);
  if (algorithm !== ecdsa) {
    throw new ServiceError(
      'ValidationException',
      `Algorithm ${algorithm} and key spec ${signs.spec} are incompatible with each other.`,
      400,
    );
  }
  return { arn, privateKey: signs.privateKey };
}

/** By id or ARN; throws NotFoundException. */
function requireKey(id: string, { world, account, region }: Call): KmsKey {
  const arn = id.startsWith('arn:') ? id : `arn:${world.partition}:kms:${region}:${account.id}:key/${id}`;
  const key = world.accounts.get(parseArn(arn)?.account ?? '')?.keys.get(arn);
  if (key?.region !== region) throw new ServiceError('NotFoundException', `Key '${arn}' does not exist`, 400);
  return key;
}
