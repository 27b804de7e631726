import { CreateAccessKeyCommand, TagUserCommand, UntagUserCommand } from '@aws-sdk/client-iam';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { issueKey, removeKey } from '../../../../lambda/core/act/issue-key';
import { readState } from '../../../../lambda/core/plan/key-state';
import { accessDenied, awsError, callsOf, changesOf, issuesKeys, namesOf, noSuchEntity, SECRET, timeout } from '../../../helpers/aws';
import { ACCOUNT, NEW, NOW, OLD } from '../../../helpers/facts';
import { ENDS_AT, everythingWorks, iam, iamClient, iamWithoutRetries, SECRET_NAME, secrets, services } from '../../../helpers/issuing';

const alice = { name: 'alice', arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
const issue = (overrides?: Parameters<typeof services>[0]) => issueKey(services(overrides), alice, [OLD]);
const inputOf = (name: string) =>
  callsOf(iam, secrets)
    .filter((call) => call.name === name)
    .map((call) => call.input);
const intentTags = (): { Key: string; Value: string }[] =>
  inputOf('TagUser').flatMap((input) => input['Tags'] as { Key: string; Value: string }[]);

beforeEach(everythingWorks);

describe('issueKey', () => {
  it('proves the store writable, tags the intent, creates, stores, and clears the intent, in this order', async () => {
    await expect(issue()).resolves.toEqual({ issued: true, keyId: NEW });
    expect(changesOf(iam, secrets)).toEqual([
      'PutResourcePolicy',
      'PutSecretValue',
      'TagUser',
      'CreateAccessKey',
      'PutSecretValue',
      'UntagUser',
    ]);
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

  it('an intent that cannot be tagged ends it', async () => {
    iam.on(TagUserCommand).rejects(accessDenied());
    await expect(issue()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(namesOf(iam)).toEqual(['TagUser']);
  });

  it('an intent that took too long to tag is withdrawn: the key would look like a person’s', async () => {
    const times = [NOW, new Date(NOW.getTime() + 31_000)];
    await expect(issue({ clock: () => times.shift() ?? NOW })).rejects.toMatchObject({
      name: 'RotationError',
      message: 'IAM took 31 s to tag alice; no key was created, the next run tries again',
    });
    expect(namesOf(iam)).toEqual(['TagUser', 'UntagUser']);
  });

  it('an intent tagged just in time is good', async () => {
    const times = [NOW, new Date(NOW.getTime() + 30_000)];
    await expect(issue({ clock: () => times.shift() ?? NOW })).resolves.toMatchObject({ issued: true });
  });

  it('an intent that would not fit into a tag ends it before anything in IAM has changed', async () => {
    const many = Array.from({ length: 12 }, (_, index) => `AKIAMANY0000000000${String(index).padStart(2, '0')}`);
    await expect(issueKey(services(), alice, many)).rejects.toThrow(RangeError);
    expect(namesOf(iam)).toEqual([]);
  });
});

describe('when IAM refuses to create', () => {
  it('for want of room, nothing was created and the intent is withdrawn', async () => {
    iam.on(CreateAccessKeyCommand).rejects(awsError('LimitExceededException', 409, 'Cannot exceed quota'));
    await expect(issue()).resolves.toEqual({ issued: false, crowded: 'Cannot exceed quota' });
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'UntagUser']);
    expect(inputOf('PutSecretValue')).toHaveLength(1);
  });

  it.each([
    ['Throttling', 400],
    ['TooManyRequestsException', 429],
  ])('because of too many calls, it is asked again under the same intent: %s', async (name, status) => {
    const sleep = jest.fn<Promise<void>, [number]>(() => Promise.resolve());
    const AccessKey = { UserName: 'alice', AccessKeyId: NEW, SecretAccessKey: SECRET, Status: 'Active' as const, CreateDate: NOW };
    iam.on(CreateAccessKeyCommand).rejectsOnce(awsError(name, status)).resolves({ AccessKey });
    await expect(issue({ sleep })).resolves.toMatchObject({ issued: true });
    expect(namesOf(iam)).toEqual(['TagUser', 'CreateAccessKey', 'CreateAccessKey', 'UntagUser']);
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
    expect(changesOf(iam, secrets).slice(-3)).toEqual(['CreateAccessKey', 'PutSecretValue', 'UntagUser']);
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
