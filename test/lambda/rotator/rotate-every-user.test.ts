import { GetGroupCommand, ListGroupsForUserCommand, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { enterAccount } from '../../../lambda/rotator/account';
import { rotateEveryUser } from '../../../lambda/rotator/rotate-every-user';
import type { RotatorVariables } from '../../../lambda/shared/environment';
import { accessDenied, changesOf, namesOf, noSuchEntity } from '../../helpers/aws';
import { accessKey, NOW } from '../../helpers/facts';
import { EVENT, groupNamed, iam, invocation, mockAccount, rotatorServices, secrets } from '../../helpers/mock-account';
import { accountResult } from '../../helpers/results';

const due = (tags: Record<string, string> = {}) => ({ alice: { keys: [accessKey()], tags } });

async function rotate({
  variables = {},
  endsAt = undefined as Date | undefined,
}: { variables?: Partial<RotatorVariables>; endsAt?: Date } = {}) {
  const result = accountResult();
  const account = await enterAccount(rotatorServices({ variables }), EVENT, invocation(endsAt));
  const { worked } = await rotateEveryUser(account, result);
  return { result, worked, actions: worked.flatMap((user) => user.result.actions) };
}

it('rotates whose key is due', async () => {
  mockAccount(due());
  expect((await rotate()).actions).toMatchObject([{ action: 'rotate', outcome: 'done' }]);
});

it('asks who is exempt only when somebody may need work', async () => {
  mockAccount({ alice: { keys: [accessKey({ ageDays: 5 })] } });
  expect((await rotate()).worked).toEqual([]);
  expect(iam.commandCalls(GetGroupCommand)).toHaveLength(0);
});

it('reads no user below an exempt path', async () => {
  mockAccount(due());
  const { actions } = await rotate({ variables: { EXEMPT_PATHS: JSON.stringify(['/']) } });
  expect(actions).toMatchObject([{ action: 'skip', reason: 'the user is below the path /' }]);
  expect(namesOf(iam)).not.toContain('ListUserTags');
});

it('case F6: leaves a member alone of whom IAM says that there is no such user', async () => {
  mockAccount(due(), ['alice']);
  iam.on(ListUserTagsCommand).rejects(noSuchEntity());
  const { actions, worked } = await rotate();
  expect(actions).toMatchObject([{ action: 'skip', reason: expect.stringContaining('IAM shows no tags of theirs') as string }]);
  expect(worked[0]?.failures).toEqual([]);
  expect(changesOf(iam, secrets)).toEqual([]);
});

it('leaves a member alone whose tags cannot be read, as a failure', async () => {
  mockAccount(due(), ['alice']);
  iam.on(ListUserTagsCommand).rejects(accessDenied());
  const { worked } = await rotate();
  expect(worked).toMatchObject([{ result: { actions: [] }, failures: [{ user: 'alice', step: 'read user', error: 'AccessDenied' }] }]);
  expect(changesOf(iam, secrets)).toEqual([]);
});

it('names a mark of exemption that exempts nobody, and rotates', async () => {
  mockAccount(due({ 'key-rotation:exempt-until': '2027-01-31' }));
  expect((await rotate()).actions).toMatchObject([{ action: 'unclear-exemption' }, { action: 'rotate', outcome: 'done' }]);
});

it('begins nobody when the time for it is over', async () => {
  mockAccount(due());
  const { result, worked } = await rotate({ endsAt: new Date(NOW.getTime() + 150_000) });
  expect([result.left, worked]).toEqual([['alice'], []]);
  expect(changesOf(iam, secrets)).toEqual([]);
});

describe('who joined the exemption group after its members were read', () => {
  const joined = { Groups: [groupNamed('IAMKeyRotationExemptionGroup')] };

  it('is left alone, and the tag that ends an exemption is not called lost', async () => {
    mockAccount(due({ 'key-rotation:exempt-until': '2099-01-31' }));
    iam.on(ListGroupsForUserCommand).resolves(joined);
    const { actions } = await rotate();
    expect(actions).toMatchObject([{ action: 'skip', reason: 'the user is a member of IAMKeyRotationExemptionGroup' }]);
    expect(actions).toHaveLength(1);
    expect(changesOf(iam, secrets)).toEqual([]);
  });

  it('is rotated when their exemption has lapsed', async () => {
    mockAccount(due({ 'key-rotation:exempt-until': '2020-01-31' }));
    iam.on(ListGroupsForUserCommand).resolves(joined);
    expect((await rotate()).actions).toMatchObject([{ action: 'unclear-exemption' }, { action: 'rotate', outcome: 'done' }]);
  });

  it('is not asked about in DryRun, which changes nothing', async () => {
    mockAccount(due());
    await rotate({ variables: { DRY_RUN: 'true' } });
    expect(namesOf(iam)).not.toContain('ListGroupsForUser');
  });
});
