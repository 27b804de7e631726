import { CreateAccessKeyCommand, GetAccessKeyLastUsedCommand, TagUserCommand, UntagUserCommand } from '@aws-sdk/client-iam';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { issueKey, removeKey } from '../../../../lambda/core/act/issue-key';
import { readState } from '../../../../lambda/core/plan/key-state';
import { CLOSED, policyFor } from '../../../../lambda/core/store/secret-policy';
import { accessDenied, awsError, callsOf, changesOf, issuesKeys, namesOf, noSuchEntity, SECRET, timeout } from '../../../helpers/aws';
import { ACCOUNT, NEW, NOW, OLD } from '../../../helpers/facts';
import { ENDS_AT, everythingWorks, iam, iamClient, iamWithoutRetries, s3, SECRET_NAME, secrets, services } from '../../../helpers/issuing';

const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const issue = (overrides?: Parameters<typeof services>[0]) => issueKey(services(overrides), alice, [OLD]);
const inputOf = (name: string) =>
  callsOf(iam, secrets)
    .filter((call) => call.name === name)
    .map((call) => call.input);
const intentTags = (): { Key: string; Value: string }[] =>
  inputOf('TagUser')
    .flatMap((input) => input['Tags'] as { Key: string; Value: string }[])
    .filter(({ Key }) => Key.startsWith('key-rotation:issuing:'));

beforeEach(everythingWorks);

describe('issueKey', () => {
  it('proves the store writable, records and tags the intent, creates, tags and stores the key, and clears the intent, in this order', async () => {
    await expect(issue()).resolves.toEqual({ issued: true, keyId: NEW });
    expect(changesOf(iam, secrets, s3)).toEqual([
      'PutResourcePolicy',
      'PutSecretValue',
      'PutObject',
      'TagUser',
      'CreateAccessKey',
      'TagUser',
      'PutSecretValue',
      'PutResourcePolicy',
      'UntagUser',
    ]);
  });

  it('tags the key as issued by us, and its user’s name, after it was made and before it is stored', async () => {
    await issue();
    expect(inputOf('TagUser')[1]).toEqual({
      UserName: 'alice',
      Tags: [
        { Key: `key-rotation:${NEW}`, Value: `issued=${NOW.toISOString()}` },
        { Key: 'key-rotation:stored-as', Value: 'alice' },
      ],
    });
    const names = changesOf(iam, secrets);
    expect(names.lastIndexOf('TagUser')).toBeGreaterThan(names.indexOf('CreateAccessKey'));
    expect(names.lastIndexOf('TagUser')).toBeLessThan(names.lastIndexOf('PutSecretValue'));
  });

  it('writes a user’s name as a tag can hold it', async () => {
    await issueKey(services(), { ...alice, name: 'a,b' }, [OLD]);
    expect(inputOf('TagUser')[1]?.['Tags']).toContainEqual({ Key: 'key-rotation:stored-as', Value: 'a/2Cb' });
  });

  it('lets nobody read a new secret until it holds the key, and then its user', async () => {
    await issue();
    const [closed, open] = inputOf('PutResourcePolicy').map(({ ResourcePolicy }) => JSON.parse(ResourcePolicy as string) as unknown);
    expect([closed, open]).toEqual([CLOSED, policyFor(alice.arn)]);
  });

  it('stores the key under a version that names it, with the value that readers know', async () => {
    await issue();
    const { ClientRequestToken, SecretString, SecretId } = inputOf('PutSecretValue')[1]!;
    expect([SecretId, ClientRequestToken]).toEqual([SECRET_NAME, `iam-key-rotation-${NEW}`]);
    expect(JSON.parse(SecretString as string)).toEqual({
      UserName: 'alice',
      AccessKeyId: NEW,
      SecretAccessKey: SECRET,
      Status: 'Active',
      CreateDate: '2026-11-21T03:00:00.000Z',
    });
  });

  it('tags an intent that the next run can read: when, until when, and which keys were there', async () => {
    await issue();
    const [tag] = intentTags();
    const { intents } = readState(new Map([[tag!.Key, tag!.Value]]), new Map(), NOW);
    expect(intents).toEqual([{ tagKey: tag!.Key, at: NOW, until: ENDS_AT, known: [OLD] }]);
    expect(inputOf('UntagUser')).toEqual([{ UserName: 'alice', TagKeys: [tag!.Key] }]);
  });

  it('records the intent where only the rotator writes, by the token of its tag', async () => {
    await issue();
    const [tag] = intentTags();
    const token = tag!.Key.split(':').at(-1)!;
    expect(namesOf(s3)).toEqual(['PutObject']);
    const { input } = callsOf(s3)[0]!;
    expect(input).toMatchObject({ Bucket: 'results', Key: `intents/${ACCOUNT}/${token}.json` });
    expect(JSON.parse(input['Body'] as string)).toEqual({
      user: 'alice',
      at: NOW.toISOString(),
      until: ENDS_AT.toISOString(),
      known: [OLD],
      central: false,
    });
  });

  it('gives every attempt a tag of its own', async () => {
    await issue();
    await issue();
    const [first, second] = intentTags();
    expect(first!.Key).toMatch(/^key-rotation:issuing:[0-9a-f]{8}$/);
    expect(first!.Key).not.toBe(second!.Key);
  });

  it('calls CreateAccessKey once, with the client that never retries, and nothing else with it', async () => {
    await issue();
    const withIt = callsOf(iam).filter((call) => call.client === iamWithoutRetries);
    expect(withIt.map((call) => call.name)).toEqual(['CreateAccessKey']);
    expect(callsOf(iam).filter((call) => call.name === 'CreateAccessKey')).toHaveLength(1);
  });

  it('keeps the secret out of every IAM call', async () => {
    await issue();
    expect(JSON.stringify(callsOf(iam).map((call) => call.input))).not.toContain(SECRET);
  });
});

describe('before a key exists', () => {
  it('a secret that cannot be written ends it without any change to IAM', async () => {
    secrets.on(PutSecretValueCommand).rejects(accessDenied());
    await expect(issue()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual([]);
  });

  it.each([accessDenied(), timeout()])('an intent that cannot be recorded ends it without any change to IAM: %s', async (error) => {
    s3.on(PutObjectCommand).rejects(error);
    await expect(issue()).rejects.toBe(error);
    expect(namesOf(iam)).toEqual([]);
  });

  it('an intent that cannot be tagged ends it', async () => {
    iam.on(TagUserCommand).rejects(accessDenied());
    await expect(issue()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual(['TagUser']);
  });

  it('an intent that took too long to record and tag is withdrawn: the key would look like a person’s', async () => {
    const times = [NOW, NOW, new Date(NOW.getTime() + 31_000)];
    await expect(issue({ clock: () => times.shift() ?? NOW })).rejects.toMatchObject({
      name: 'RotationError',
      message: 'recording and tagging that alice gets a key took 31 s; no key was created, the next run tries again',
    });
    expect(namesOf(iam)).toEqual(['TagUser', 'UntagUser']);
  });

  it('an intent tagged just in time is good', async () => {
    const times = [NOW, NOW, new Date(NOW.getTime() + 30_000)];
    await expect(issue({ clock: () => times.shift() ?? NOW })).resolves.toMatchObject({ issued: true });
  });

  it('an intent that would not fit into a tag ends it before anything in IAM has changed', async () => {
    const many = Array.from({ length: 12 }, (_, index) => `AKIAMANY0000000000${String(index).padStart(2, '0')}`);
    await expect(issueKey(services(), alice, many)).rejects.toThrow(RangeError);
    expect(namesOf(iam, s3)).toEqual([]);
  });
});

describe('when the invocation ends too soon to store a key', () => {
  const late = {
    issued: false,
    because: 'late',
    reason: 'too little time was left to store a key, nothing was created; the next run goes on',
  };
  const left = (milliseconds: number): Date => new Date(ENDS_AT.getTime() - milliseconds);

  it.each([
    [60_000, true],
    [59_999, false],
    [100, false],
    [-1, false],
  ])('with %d ms left: %s', async (milliseconds, issued) => {
    const answer = await issue({ clock: () => left(milliseconds) });
    expect(answer.issued).toBe(issued);
    if (issued) return;
    expect(answer).toEqual(late);
    expect(namesOf(iam)).toEqual([]);
  });

  it('withdraws an intent that was tagged meanwhile, and creates nothing', async () => {
    const times = [left(70_000), left(70_000), left(59_000)];
    await expect(issue({ clock: () => times.shift() ?? left(59_000) })).resolves.toEqual(late);
    expect(namesOf(iam)).toEqual(['TagUser', 'UntagUser']);
  });

  it('does not wait for IAM into the time that storing takes', async () => {
    let now = left(61_000).getTime();
    const sleep = (wait: number): Promise<void> => {
      now += wait;
      return Promise.resolve();
    };
    iam.on(CreateAccessKeyCommand).callsFake(() => {
      expect(ENDS_AT.getTime() - now).toBeGreaterThanOrEqual(60_000);
      throw awsError('Throttling', 400);
    });
    await expect(issue({ sleep, clock: () => new Date(now) })).rejects.toMatchObject({ name: 'Throttling' });
    expect(namesOf(iam).at(-1)).toBe('UntagUser');
  });
});

describe('a secret of this name that holds the current key of somebody else', () => {
  const GONE = 'AKIAGONE000000000003';
  const holds = (keyId: string) =>
    secrets.on(DescribeSecretCommand).resolves({
      ARN: 'arn',
      Tags: [{ Key: 'key-rotation:managed', Value: 'true' }],
      VersionIdsToStages: { [`iam-key-rotation-${keyId}`]: ['AWSCURRENT'] },
    });

  it('is not written to: that user was called so before', async () => {
    holds(GONE);
    iam.on(GetAccessKeyLastUsedCommand, { AccessKeyId: GONE }).resolves({ UserName: 'bob' });
    await expect(issue()).rejects.toMatchObject({
      name: 'SecretUnusableError',
      message: `the secret of alice holds the current key ${GONE} of the user bob, who was called alice before; it can be written to once bob has got another key (ForceRotate), or ${GONE} is deleted`,
    });
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it.each([
    [
      'the user has it themselves, though the list did not show it',
      () => iam.on(GetAccessKeyLastUsedCommand).resolves({ UserName: 'alice' }),
    ],
    ['there is no such key', () => iam.on(GetAccessKeyLastUsedCommand).rejects(noSuchEntity())],
    ['it is of no user of the account', () => iam.on(GetAccessKeyLastUsedCommand).rejects(accessDenied())],
    ['IAM names nobody', () => iam.on(GetAccessKeyLastUsedCommand).resolves({})],
  ])('is written to when %s', async (_, answer) => {
    holds(GONE);
    answer();
    await expect(issue()).resolves.toMatchObject({ issued: true });
  });

  it('is not written to when nobody can say whose key it is', async () => {
    holds(GONE);
    iam.on(GetAccessKeyLastUsedCommand).rejects(timeout());
    await expect(issue()).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('is not asked about for a key that the user is known to have', async () => {
    holds(OLD);
    await issue();
    expect(namesOf(iam)).not.toContain('GetAccessKeyLastUsed');
  });
});

describe('when IAM refuses to create', () => {
  it('for want of room, nothing was created and the intent is withdrawn', async () => {
    iam.on(CreateAccessKeyCommand).rejects(awsError('LimitExceededException', 409, 'Cannot exceed quota'));
    await expect(issue()).resolves.toEqual({
      issued: false,
      because: 'crowded',
      reason: "the user's second place was taken meanwhile, nothing was created (Cannot exceed quota)",
    });
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'UntagUser']);
    expect(inputOf('PutSecretValue')).toHaveLength(1);
  });

  it('for want of room, its record announces no key any more: the one that took the place is a person’s', async () => {
    iam.on(CreateAccessKeyCommand).rejects(awsError('LimitExceededException', 409, 'Cannot exceed quota'));
    await issue();
    const [before, after] = callsOf(s3).map(({ input }) => ({ place: input['Key'], ...(JSON.parse(input['Body'] as string) as object) }));
    expect(after).toEqual({ ...before, at: new Date(0).toISOString(), until: new Date(0).toISOString(), known: [] });
  });

  it('and its record cannot be taken back, that is told, and its tag is gone: nobody’s key is taken for a lost one', async () => {
    iam.on(CreateAccessKeyCommand).rejects(awsError('LimitExceededException', 409, 'Cannot exceed quota'));
    s3.on(PutObjectCommand).resolvesOnce({}).rejects(accessDenied());
    await expect(issue()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'UntagUser']);
  });

  it('for want of room, the key that took it can be read: the secret was closed before as one without a key', async () => {
    iam.on(CreateAccessKeyCommand).callsFake(() => {
      const VersionIdsToStages = { [`iam-key-rotation-${NEW}`]: ['AWSCURRENT'] };
      secrets.on(DescribeSecretCommand).resolves({ ARN: 'a', Tags: [{ Key: 'key-rotation:managed', Value: 'true' }], VersionIdsToStages });
      throw awsError('LimitExceededException', 409, 'Cannot exceed quota');
    });
    await issue();
    const policies = inputOf('PutResourcePolicy').map(({ ResourcePolicy }) => JSON.parse(ResourcePolicy as string) as unknown);
    expect(policies).toEqual([CLOSED, policyFor(alice.arn)]);
  });

  it.each([
    ['Throttling', 400],
    ['TooManyRequestsException', 429],
  ])('because of too many calls, it is asked again under the same intent: %s', async (name, status) => {
    const sleep = jest.fn<Promise<void>, [number]>(() => Promise.resolve());
    const AccessKey = { UserName: 'alice', AccessKeyId: NEW, SecretAccessKey: SECRET, Status: 'Active' as const, CreateDate: NOW };
    iam.on(CreateAccessKeyCommand).rejectsOnce(awsError(name, status)).resolves({ AccessKey });
    await expect(issue({ sleep })).resolves.toMatchObject({ issued: true });
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'CreateAccessKey', 'TagUser', 'UntagUser']);
    expect(sleep).toHaveBeenCalledTimes(1);
  });

  it('because of too many calls for longer than the intent is fresh, it is given up', async () => {
    let now = NOW.getTime();
    const sleep = (wait: number): Promise<void> => {
      now += wait;
      return Promise.resolve();
    };
    iam.on(CreateAccessKeyCommand).callsFake(() => {
      expect(now - NOW.getTime()).toBeLessThanOrEqual(30_000);
      throw awsError('Throttling', 400);
    });
    await expect(issue({ sleep, clock: () => new Date(now) })).rejects.toMatchObject({ name: 'Throttling' });
    expect(namesOf(iam).at(-1)).toBe('UntagUser');
    expect(namesOf(iam).filter((name) => name === 'CreateAccessKey').length).toBeGreaterThan(4);
  });

  it('with a server error that speaks of too many calls, it is not asked again: it may have created a key', async () => {
    iam.on(CreateAccessKeyCommand).rejects(awsError('Throttling', 503));
    await expect(issue()).rejects.toMatchObject({ name: 'KeyNotStoredError' });
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey']);
  });

  it.each([accessDenied(), noSuchEntity()])('the error is handed on and the intent withdrawn: %s', async (error) => {
    iam.on(CreateAccessKeyCommand).rejects(error);
    await expect(issue()).rejects.toBe(error);
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'UntagUser']);
  });
});

describe('when the answer to CreateAccessKey is lost', () => {
  it.each([
    ['no answer came', timeout()],
    ['the connection broke', Object.assign(new Error('socket hang up'), { name: 'Error' })],
    ['the service failed', awsError('ServiceFailureException', 500)],
    ['the service was unavailable', awsError('ServiceUnavailable', 503)],
  ])('it is not repeated, nothing is removed, and the intent stays for the next run: %s', async (_, error) => {
    iam.on(CreateAccessKeyCommand).rejects(error);
    await expect(issue()).rejects.toMatchObject({
      name: 'KeyNotStoredError',
      message: expect.stringMatching(
        /^the answer to CreateAccessKey for alice was lost .*the next run removes it and rotates anew$/,
      ) as string,
      cause: error,
    });
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey']);
  });

  it('an answer without a key counts as lost', async () => {
    iam.on(CreateAccessKeyCommand).resolves({});
    await expect(issue()).rejects.toMatchObject({ name: 'KeyNotStoredError' });
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey']);
  });

  it.each(['AccessKeyId', 'SecretAccessKey', 'CreateDate'])(
    'an answer without %s leaves the key to the next run, unstored',
    async (field) => {
      const key = {
        UserName: 'alice',
        Status: 'Active',
        AccessKeyId: NEW,
        SecretAccessKey: SECRET,
        CreateDate: NOW,
        [field]: undefined,
      } as const;
      iam.on(CreateAccessKeyCommand).resolves({ AccessKey: key });
      await expect(issue()).rejects.toThrow('IAM answered CreateAccessKey for alice incompletely; the next run removes the key');
      expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey']);
      expect(inputOf('PutSecretValue')).toHaveLength(1);
    },
  );
});

describe('when the intent cannot be cleared after the key is stored', () => {
  it('the key is kept, and it is said', async () => {
    iam.on(UntagUserCommand).rejects(accessDenied());
    await expect(issue()).resolves.toEqual({
      issued: true,
      keyId: NEW,
      leftover: expect.stringMatching(
        /^the key is stored, but the tag key-rotation:issuing:\w+ could not be removed .*; the next run removes it$/,
      ) as string,
    });
    expect(changesOf(iam, secrets).slice(-5)).toEqual(['CreateAccessKey', 'TagUser', 'PutSecretValue', 'PutResourcePolicy', 'UntagUser']);
  });
});

describe('removeKey', () => {
  it('switches the key off before it deletes it', async () => {
    await removeKey(iamClient, 'alice', NEW);
    expect(callsOf(iam)).toMatchObject([
      { name: 'UpdateAccessKey', input: { UserName: 'alice', AccessKeyId: NEW, Status: 'Inactive' } },
      { name: 'DeleteAccessKey', input: { UserName: 'alice', AccessKeyId: NEW } },
    ]);
  });

  it('does not delete a key that it could not switch off', async () => {
    iam.onAnyCommand().rejects(accessDenied());
    issuesKeys(iam);
    await expect(removeKey(iamClient, 'alice', NEW)).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual(['UpdateAccessKey']);
  });

  it('does not mind a key that is gone', async () => {
    iam.onAnyCommand().rejects(noSuchEntity());
    await expect(removeKey(iamClient, 'alice', NEW)).resolves.toBeUndefined();
  });
});
