import { DeleteAccessKeyCommand, GetGroupCommand, ListGroupsForUserCommand } from '@aws-sdk/client-iam';
import { ForceRotateRefusedError } from '../../../lambda/shared/errors';
import { accessDenied, callsOf, changesOf, namesOf } from '../../helpers/aws';
import { accessKey, ACCOUNT, daysAgo, midnightIn, NEW, OLD } from '../../helpers/facts';
import { groupNamed, iam, mockAccount, newKeyOf, run, secrets, ses } from '../../helpers/mock-account';

const old = (ageDays: number) => accessKey({ id: OLD, ageDays });
const young = (ageDays: number) => accessKey({ id: NEW, ageDays });
const force = (ForceRotate = 'alice', more = {}) => run({ event: { ForceRotate }, ...more });
const usersAsked = (): Set<unknown> => new Set(callsOf(iam).flatMap((call) => ('UserName' in call.input ? [call.input['UserName']] : [])));

describe('a forced rotation', () => {
  it('rotates that one user, whatever the key’s age, and looks at nobody else', async () => {
    mockAccount({ alice: { keys: [old(1)] }, bob: { keys: [accessKey({ id: 'AKIABOB0000000000003', ageDays: 400 })] } });
    const { result, error } = await force();
    expect(error).toBeUndefined();
    expect(result).toMatchObject({
      forceRotate: 'alice',
      status: 'succeeded',
      coverage: 'user',
      usersSeen: 1,
      users: [
        {
          user: 'alice',
          actions: [{ action: 'rotate', keyId: OLD, outcome: 'done', successorId: newKeyOf('alice'), on: midnightIn(10).toISOString() }],
        },
      ],
      mails: [{ recipient: 'aws@example.com', outcome: 'sent' }],
    });
    expect(usersAsked()).toEqual(new Set(['alice']));
    expect(namesOf(iam)).not.toContain('GenerateCredentialReport');
  });

  it('is a no-op that says so when it is repeated', async () => {
    mockAccount({ alice: { keys: [old(1), young(0)], current: NEW } });
    const { result } = await force();
    expect(result).toMatchObject({ status: 'succeeded', users: [{ actions: [{ action: 'wait', outcome: 'done' }] }] });
    expect(result.users[0]?.actions[0]?.reason).toContain(`already replaced by ${NEW}`);
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('lets an inactive key make room', async () => {
    mockAccount({ alice: { keys: [accessKey({ id: OLD, ageDays: 50, status: 'Inactive' }), young(5)] } });
    await force();
    expect(iam.commandCalls(DeleteAccessKeyCommand).map((call) => call.args[0].input)).toEqual([{ UserName: 'alice', AccessKeyId: OLD }]);
    expect(namesOf(iam)).toContain('CreateAccessKey');
  });

  it('is not held up by the limits of daily runs', async () => {
    mockAccount({ alice: { keys: [old(1)] } });
    const { result } = await force('alice', { variables: { LIMITS: '{"rotate":1}' } });
    expect(result.users[0]?.actions).toMatchObject([{ outcome: 'done' }]);
  });

  it('changes nothing in DryRun, and says what it would do', async () => {
    mockAccount({ alice: { keys: [old(1)] } });
    const { result } = await force('alice', { variables: { DRY_RUN: 'true' } });
    expect(result).toMatchObject({ dryRun: true, users: [{ actions: [{ action: 'rotate', outcome: 'planned' }] }] });
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('rotates a member whose exemption has lapsed', async () => {
    mockAccount({ alice: { keys: [old(1)], tags: { 'key-rotation:exempt-until': '2026-11-20' } } }, ['alice']);
    expect((await force()).result).toMatchObject({ status: 'succeeded', users: [{ actions: [{ action: 'rotate', outcome: 'done' }] }] });
  });
});

describe('a forced rotation is refused, and nothing is changed', () => {
  it.each([
    ['an unknown user', 'nobody', {}, [], `account ${ACCOUNT} has no user "nobody"`],
    [
      'an exempt user',
      'alice',
      { keys: [old(400)] },
      ['alice'],
      'alice: exempt, because the user is a member of IAMKeyRotationExemptionGroup',
    ],
    ['a user without keys', 'alice', {}, [], 'alice: the user has no access key, so there is nothing to replace'],
    [
      'a user with two active keys',
      'alice',
      { keys: [old(95), accessKey({ id: NEW, ageDays: 5, lastUsed: 'never' })] },
      [],
      `alice: the user has two active keys, ${OLD} (last used ${daysAgo(1).toISOString()} for s3 in eu-west-1) and ${NEW} (never used)`,
    ],
  ])('for %s', async (_, user, alice, exempt, message) => {
    mockAccount({ alice }, exempt);
    const { result, error } = await force(user);
    expect(error).toBeInstanceOf(ForceRotateRefusedError);
    expect(error?.message).toContain(message);
    expect(result).toMatchObject({
      status: 'failed',
      users: [],
      mails: [],
      failures: [{ user, step: 'force rotate', error: 'ForceRotateRefusedError', message: error?.message }],
    });
    expect(changesOf(iam, secrets)).toEqual([]);
    expect(namesOf(ses)).toEqual([]);
  });

  it('for a user who joined the exemption group after its members were read', async () => {
    mockAccount({ alice: { keys: [old(400)] } });
    iam.on(ListGroupsForUserCommand).resolves({ Groups: [groupNamed('IAMKeyRotationExemptionGroup')] });
    const { result, error } = await force();
    expect(error).toMatchObject({
      name: 'ForceRotateRefusedError',
      message: 'alice: exempt, because the user is a member of IAMKeyRotationExemptionGroup',
    });
    expect(result).toMatchObject({ status: 'failed', users: [] });
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('of a user whose own groups cannot be read, nothing is changed', async () => {
    mockAccount({ alice: { keys: [old(400)] } });
    iam.on(ListGroupsForUserCommand).rejects(accessDenied());
    const { result } = await force();
    expect(result).toMatchObject({ status: 'partial', failures: [{ user: 'alice', step: 'rotate', error: 'RotationError' }] });
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('when it cannot be told who is exempt', async () => {
    mockAccount({ alice: { keys: [old(400)] } });
    iam.on(GetGroupCommand).rejects(accessDenied());
    const { result, error } = await force();
    expect(error?.name).toBe('AccountFailedError');
    expect(result.status).toBe('failed');
    expect(changesOf(iam, secrets)).toEqual([]);
  });
});
