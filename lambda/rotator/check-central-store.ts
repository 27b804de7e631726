import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { AttachUserPolicyCommand, GetPolicyCommand, GetPolicyVersionCommand, type IAMClient } from '@aws-sdk/client-iam';
import { isNoSuchEntity, ReaderPolicyChangedError } from '../shared/errors';
import { readerPolicyFor } from '../shared/reader-policy';
import type { CheckCall } from './check-call';

/** How one account's users read the central store. */
export interface CentralStoreAccess {
  account: string;
  partition: string;
  /** ARN of the store's key. */
  key: string;
  /** Name of the policy by which they read. */
  readerPolicy: string;
  /** Where secrets and key have replicas. */
  replicaRegions: readonly string[];
  /** Users may have a second secret. */
  secondSecrets?: boolean;
}

/** A name that no user has, because it ends in a random id; IAM allows 64 characters. */
const nobody = (): string => `key-rotation-check-nobody-${randomUUID()}`;

/** Tries what lets an account's users read the central store: their policy is there and as it was made, and the role may attach it. */
export async function checkCentralStoreAccess(iam: IAMClient, readers: CentralStoreAccess, call: CheckCall): Promise<void> {
  const { account, partition, key, readerPolicy, replicaRegions, secondSecrets = false } = readers;
  const PolicyArn = `arn:${partition}:iam::${account}:policy/${readerPolicy}`;
  const found = await call('iam:GetPolicy', () => iam.send(new GetPolicyCommand({ PolicyArn })));
  const VersionId = found?.Policy?.DefaultVersionId;
  if (VersionId !== undefined) {
    await call('iam:GetPolicyVersion', async () => {
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      const [, , , region = '', storeAccount = '', keyName = ''] = key.split(':');
      const wanted = readerPolicyFor({ account, partition, key, region, storeAccount, keyName, replicaRegions, secondSecrets });
      if (isDeepStrictEqual(JSON.parse(decodeURIComponent(PolicyVersion?.Document ?? 'null')), wanted)) return;
      throw new ReaderPolicyChangedError(`version ${VersionId} of ${PolicyArn} is not what the member template makes`);
    });
  }
  // The user does not exist, so nothing is attached; but IAM says so only to a caller that may attach the policy.
  await call('iam:AttachUserPolicy', () =>
    iam.send(new AttachUserPolicyCommand({ UserName: nobody(), PolicyArn })).catch((error: unknown) => {
      if (!isNoSuchEntity(error)) throw error;
    }),
  );
}
