import { GetAccessKeyLastUsedCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { keyOwner } from '../../../../lambda/core/read/key-owner';
import { accessDenied, noSuchEntity, timeout } from '../../../helpers/aws';
import { OLD } from '../../../helpers/facts';

const iam = mockClient(IAMClient);
const owner = () => keyOwner(new IAMClient({ region: 'us-east-1' }), OLD);

beforeEach(() => {
  iam.reset();
});

it('is the user whom IAM names', async () => {
  iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: OLD }).resolves({ UserName: 'bob' });
  await expect(owner()).resolves.toBe('bob');
});

it.each([noSuchEntity(), accessDenied()])('is nobody of the account: %s', async (error) => {
  iam.on(GetAccessKeyLastUsedCommand).rejects(error);
  await expect(owner()).resolves.toBeUndefined();
});

it('is not known when IAM cannot be asked', async () => {
  iam.on(GetAccessKeyLastUsedCommand).rejects(timeout());
  await expect(owner()).rejects.toMatchObject({ name: 'TimeoutError' });
});
