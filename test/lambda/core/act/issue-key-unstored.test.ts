import { DeleteAccessKeyCommand, ListAccessKeysCommand, TagUserCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { DescribeSecretCommand, PutResourcePolicyCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { issueKey } from '../../../../lambda/core/act/issue-key';
import { KeyNotProvenError } from '../../../../lambda/shared/errors';
import { accessDenied, awsError, changesOf, namesOf, noSuchEntity, SECRET, timeout } from '../../../helpers/aws';
import { ACCOUNT, daysAgo, NEW, NOW, OLD } from '../../../helpers/facts';
import { everythingWorks, iam, secrets, services, storingFails } from '../../../helpers/issuing';

const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const issue = () => issueKey(services(), alice, [OLD]);
const OURS = [{ Key: 'key-rotation:managed', Value: 'true' }];
const refused = awsError('EncryptionFailure', 400, 'the KMS key is disabled');
const listed = (...ids: string[]) =>
  iam.on(ListAccessKeysCommand).resolves({
    AccessKeyMetadata: ids.map((AccessKeyId) => ({
      UserName: 'alice',
      AccessKeyId,
      Status: 'Active',
      CreateDate: AccessKeyId === NEW ? NOW : daysAgo(95),
    })),
  });
const failure = async (): Promise<Error> => {
  const error: unknown = await issue().then(
    () => new Error('did not fail'),
    (cause: unknown) => cause,
  );
  expect(error).toMatchObject({ name: 'KeyNotStoredError', cause: expect.any(Error) as Error });
  return error as Error;
};

beforeEach(() => {
  everythingWorks();
  listed(OLD);
});

describe('when the new key cannot be proven to work', () => {
  const unproven = () => issueKey(services({ prove: () => Promise.reject(new KeyNotProvenError('STS does not know it')) }), alice, [OLD]);

  it('it is removed again, and never was in the secret', async () => {
    await expect(unproven()).rejects.toThrow(
      `the new key ${NEW} of alice could not be stored (KeyNotProvenError: STS does not know it); it was removed again`,
    );
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'TagUser', 'UpdateAccessKey', 'DeleteAccessKey', 'ListAccessKeys']);
    const stored = secrets.commandCalls(PutSecretValueCommand).map(({ args: [{ input }] }) => input.SecretString);
    expect(stored.filter((value) => value?.includes(NEW))).toEqual([]);
  });
});

it('a key is proven before it is stored, with its own secret and for its own user', async () => {
  const order: string[] = [];
  secrets.on(PutSecretValueCommand).callsFake(({ SecretString }: { SecretString: string }) => {
    order.push(SecretString.includes(NEW) ? 'stored' : 'write check');
    return {};
  });
  const prove = jest.fn(() => {
    order.push('proven');
    return Promise.resolve();
  });
  await issueKey(services({ prove }), alice, [OLD]);
  expect(order).toEqual(['write check', 'proven', 'stored']);
  expect(prove).toHaveBeenCalledWith({ id: NEW, secret: SECRET }, alice.arn);
});

describe('when the store refuses the new key for good', () => {
  beforeEach(() => {
    storingFails(refused);
  });

  it('the key is switched off, deleted, its absence confirmed by listing, and the user fails loudly', async () => {
    expect((await failure()).message).toBe(
      `the new key ${NEW} of alice could not be stored (EncryptionFailure: the KMS key is disabled); it was removed again`,
    );
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'TagUser', 'UpdateAccessKey', 'DeleteAccessKey', 'ListAccessKeys']);
  });

  it('only that key is touched', async () => {
    await failure();
    const keys = [...iam.commandCalls(UpdateAccessKeyCommand), ...iam.commandCalls(DeleteAccessKeyCommand)].map(
      (call) => call.args[0].input.AccessKeyId,
    );
    expect(keys).toEqual([NEW, NEW]);
  });

  it('its intent stays, so that the next run looks for the key once more', async () => {
    await failure();
    expect(namesOf(iam)).not.toContain('UntagUser');
  });

  it('a key that IAM still lists is not said to be removed', async () => {
    listed(OLD, NEW);
    expect((await failure()).message).toMatch(/, and IAM still lists it; the next run removes it$/);
  });

  it('a removal that IAM seems not to know of yet is not believed', async () => {
    iam.on(UpdateAccessKeyCommand).rejects(noSuchEntity());
    listed(OLD, NEW);
    expect((await failure()).message).toMatch(/IAM still lists it; the next run removes it$/);
  });

  it.each([
    ['switched off', () => iam.on(UpdateAccessKeyCommand).rejects(accessDenied())],
    ['deleted', () => iam.on(DeleteAccessKeyCommand).rejects(accessDenied())],
    ['looked for', () => iam.on(ListAccessKeysCommand).rejects(accessDenied())],
  ])('a key that could not be %s is left to the next run', async (_, fail) => {
    fail();
    expect((await failure()).message).toMatch(
      new RegExp(`^the new key ${NEW} of alice could not be stored .* \\(.*not authorized.*\\); the next run removes it$`),
    );
  });

  it('the key is kept when the secret holds it after all', async () => {
    secrets
      .on(DescribeSecretCommand)
      .resolves({ ARN: 'arn', Tags: OURS, VersionIdsToStages: { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] } });
    expect((await failure()).message).toBe(
      `the new key ${NEW} of alice is stored, but its user may not read it yet (EncryptionFailure: the KMS key is disabled); the next run sees to it`,
    );
    expect(namesOf(iam).filter((name) => name !== 'GetAccessKeyLastUsed')).toEqual(['TagUser', 'CreateAccessKey', 'TagUser']);
  });

  it('nothing is removed when the secret cannot be asked', async () => {
    secrets.on(DescribeSecretCommand).resolvesOnce({ ARN: 'arn', Tags: OURS }).rejects(accessDenied());
    expect((await failure()).message).toMatch(
      /whether it was is not known: the next run keeps it if it is in the secret and removes it if not$/,
    );
    expect(changesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'TagUser']);
  });
});

describe('when the answer of the store is lost', () => {
  it.each([timeout(), awsError('InternalServiceError', 500)])('the key is neither removed nor counted as stored: %s', async (error) => {
    storingFails(error);
    expect((await failure()).message).toMatch(/whether it was is not known/);
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'TagUser']);
  });
});

describe('when the key cannot be tagged as issued', () => {
  beforeEach(() => {
    iam.on(TagUserCommand).resolvesOnce({}).rejects(accessDenied());
  });

  it('it is removed, and never stored: in a secret without the tag it would be anybody’s', async () => {
    expect((await failure()).message).toBe(
      `the new key ${NEW} of alice could not be stored (AccessDenied: not authorized); it was removed again`,
    );
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'TagUser', 'UpdateAccessKey', 'DeleteAccessKey', 'ListAccessKeys']);
    expect(secrets.commandCalls(PutSecretValueCommand)).toHaveLength(1);
  });

  it('is removed, too, when no answer came: it is stored nowhere', async () => {
    iam.on(TagUserCommand).resolvesOnce({}).rejects(timeout());
    await failure();
    expect(namesOf(iam).slice(-3)).toEqual(['UpdateAccessKey', 'DeleteAccessKey', 'ListAccessKeys']);
  });
});

describe('when the secret cannot be opened to its user after the key is in it', () => {
  it('the key stays, its intent stays, and the next run opens the secret', async () => {
    secrets.on(PutResourcePolicyCommand).resolvesOnce({}).rejects(accessDenied());
    secrets
      .on(DescribeSecretCommand)
      .resolvesOnce({ ARN: 'arn', Tags: OURS })
      .resolves({ ARN: 'arn', Tags: OURS, VersionIdsToStages: { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] } });
    expect((await failure()).message).toContain('is stored, but its user may not read it yet');
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'TagUser']);
  });
});

it('no error shows the secret', async () => {
  for (const error of [refused, timeout()]) {
    everythingWorks();
    listed(OLD);
    storingFails(error);
    const failed = await failure();
    expect(`${failed.message} ${failed.stack ?? ''} ${JSON.stringify(failed)}`).not.toContain(SECRET);
  }
});
