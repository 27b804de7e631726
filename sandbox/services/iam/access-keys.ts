import type * as sdk from '@aws-sdk/client-iam';
import { accessKeyId, secretText } from '../../kernel/identifiers';
import { findAccessKeyIn } from '../../kernel/lookup';
import { ServiceError } from '../../kernel/service-error';
import type { AccessKey, User } from '../../kernel/world';
import { pageAfter } from '../paging';
import type { Call, Operations, SdkShapes } from '../service';
import { requireUser, userChecks, userOf } from './lookup';
import { iamPageSize } from './users';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const keysPerUser = 2;
/** IAM keeps whole seconds. */
export const wholeSeconds = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1000) * 1000);

/** Gives a user another key; throws LimitExceeded at two, unless the quota is let out as concurrent creates have done it. */
export function createKey(user: User, sequence: number, created: Date, { beyondQuota = false } = {}): AccessKey {
  if (user.keys.length >= keysPerUser && !beyondQuota) {
    throw new ServiceError('LimitExceededException', `Cannot exceed quota for AccessKeysPerUser: ${keysPerUser}`);
  }
  const seed = `${user.id}-${sequence}`;
  const key: AccessKey = {
    id: accessKeyId('AKIA', seed),
    secret: secretText(`secret-${seed}`, 40),
    status: 'Active',
    created: wholeSeconds(created),
  };
  user.keys.push(key);
  return key;
}

/** A user's key; throws NoSuchEntity. */
export function requireKey(user: User, id: string): AccessKey {
  const key = user.keys.find((held) => held.id === id);
  if (key) return key;
  throw new ServiceError('NoSuchEntityException', `The Access Key with id ${id} cannot be found.`);
}

/** Deletes a user's key; throws NoSuchEntity. */
export function deleteKey(user: User, id: string): void {
  user.keys.splice(user.keys.indexOf(requireKey(user, id)), 1);
}

const holderOf = (id: string, { world, account }: Call): User | undefined => findAccessKeyIn(world, account, id)?.user;

/** Access keys. */
export const accessKeyOperations: Operations<SdkShapes<typeof sdk>> = {
  ListAccessKeys: {
    reads: true,
    checks: ({ UserName }, call) => userChecks('iam:ListAccessKeys', UserName, call),
    handle({ UserName, MaxItems, Marker }, call) {
      const user = requireUser(call.account, userOf(UserName, call));
      const { items, next } = pageAfter(user.keys, (key) => key.id, Marker, iamPageSize(MaxItems));
      const metadata = items.map((key) => ({ UserName: user.name, AccessKeyId: key.id, Status: key.status, CreateDate: key.created }));
      return { AccessKeyMetadata: metadata, IsTruncated: next !== undefined, Marker: next };
    },
  },
  CreateAccessKey: {
    checks: ({ UserName }, call) => userChecks('iam:CreateAccessKey', UserName, call),
    handle({ UserName }, call) {
      const user = requireUser(call.account, userOf(UserName, call));
      const key = createKey(user, call.platform.next(), call.now);
      const { id, secret, status, created } = key;
      return { AccessKey: { UserName: user.name, AccessKeyId: id, Status: status, SecretAccessKey: secret, CreateDate: created } };
    },
  },
  UpdateAccessKey: {
    checks: ({ UserName }, call) => userChecks('iam:UpdateAccessKey', UserName, call),
    handle({ UserName, AccessKeyId, Status }, call) {
      if (Status !== 'Active' && Status !== 'Inactive') {
        throw new ServiceError(
          'ValidationError',
          `1 validation error detected: Value '${Status}' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [Active, Inactive]`,
          400,
        );
      }
      const key = requireKey(requireUser(call.account, userOf(UserName, call)), AccessKeyId);
      if (key.status === 'Expired') {
        throw new ServiceError('InvalidInputException', `The Access Key with id ${AccessKeyId} has expired and cannot be updated.`);
      }
      key.status = Status;
      return {};
    },
  },
  DeleteAccessKey: {
    checks: ({ UserName }, call) => userChecks('iam:DeleteAccessKey', UserName, call),
    handle({ UserName, AccessKeyId }, call) {
      deleteKey(requireUser(call.account, userOf(UserName, call)), AccessKeyId);
      return {};
    },
  },
  GetAccessKeyLastUsed: {
    reads: true,
    checks({ AccessKeyId }, call) {
      const holder = holderOf(AccessKeyId, call);
      if (holder) return userChecks('iam:GetAccessKeyLastUsed', holder.name, call);
      return [{ action: 'iam:GetAccessKeyLastUsed', resource: '*', shown: `access key ${AccessKeyId}` }];
    },
    handle({ AccessKeyId }, call) {
      const holder = holderOf(AccessKeyId, call);
      if (!holder) throw new ServiceError('NoSuchEntityException', `The Access Key with id ${AccessKeyId} cannot be found.`);
      const used = requireKey(holder, AccessKeyId).lastUsed;
      // A key that was never used has no date, and N/A in place of service and region.
      const lastUsed = used
        ? { LastUsedDate: used.at, ServiceName: used.service, Region: used.region }
        : { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' };
      return { UserName: holder.name, AccessKeyLastUsed: lastUsed };
    },
  },
};
