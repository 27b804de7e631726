import { GetGroupCommand, ListUserTagsCommand } from '@aws-sdk/client-iam';
import { enterAccount } from '../../../lambda/rotator/account';
import { rotateEveryUser } from '../../../lambda/rotator/rotate-every-user';
import type { RotatorVariables } from '../../../lambda/shared/environment';
import { accessDenied, changesOf, namesOf, noSuchEntity } from '../../helpers/aws';
import { accessKey, NOW } from '../../helpers/facts';
import { EVENT, iam, invocation, mockAccount, rotatorServices, secrets } from '../../helpers/mock-account';
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
