import { GetAccessKeyLastUsedCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { isOrphaned } from '../../../../lambda/core/read/gone-users';
import { accessDenied, noSuchEntity, timeout } from '../../../helpers/aws';
import { NEW, OLD } from '../../../helpers/facts';

const iam = mockClient(IAMClient);
const asked = () => isOrphaned(new IAMClient({ region: 'us-east-1' }), { arn: 'arn', name: 'name', user: 'alice', keyIds: [OLD, NEW] });

beforeEach(() => {
  iam.reset();
  iam.on(GetUserCommand).rejects(noSuchEntity());
  iam.on(GetAccessKeyLastUsedCommand).rejects(noSuchEntity());
});

it('a secret whose user and keys are gone is orphaned', async () => {
  await expect(asked()).resolves.toBe(true);
});

it('a user whom a list did not show is not gone', async () => {
  iam.on(GetUserCommand).resolves({});
  await expect(asked()).resolves.toBe(false);
});

it('a key that somebody has, whichever of them, is that of a user who was renamed', async () => {
  iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: NEW }).resolves({ UserName: 'bob' });
  await expect(asked()).resolves.toBe(false);
});

it.each([
  ['the user', () => iam.on(GetUserCommand).rejects(accessDenied())],
  ['a key', () => iam.on(GetAccessKeyLastUsedCommand).rejects(timeout())],
])('it is not known when %s cannot be asked about', async (_, fail) => {
  fail();
  await expect(asked()).rejects.toThrow();
});
