import type { AccountResult } from '../../../lambda/runs/schemas';
import { actionsOf, sweepDayOf, TEAM, testOrganization, type TestOrganization } from '../../helpers/sandbox-organization';
import { refuse, runOnDays, secretOf } from '../support';

/** Two days on which every user is listed, further apart than `deleteSecretAfter`, and one in between. */
const FIRST = sweepDayOf(TEAM) + 7;
const [BETWEEN, LATER] = [FIRST + 14, FIRST + 35];

const done = (results: ReadonlyMap<number, AccountResult>): string[] =>
  [...results].flatMap(([day, result]) =>
    actionsOf([result], 'alice').flatMap(({ action, outcome }) =>
      action.endsWith('orphaned-secret') ? [`${action} ${outcome} on ${day}`] : [],
    ),
  );
const NOTED = [`orphaned-secret done on ${FIRST}`, `orphaned-secret done on ${BETWEEN}`];

/** A user who has a secret of ours. */
async function withSecret(org: TestOrganization): Promise<void> {
  org.addUser(TEAM, 'bob', [{ ageDays: 1, usedDaysAgo: 0 }]);
  org.addUser(TEAM, 'alice', [{ ageDays: 95, usedDaysAgo: 0 }]);
  org.goToDay(0);
  await org.rotate(TEAM);
}

describe.each<[string, Record<string, string>]>([
  ['member', { deleteSecretAfter: '30d' }],
  ['central', { deleteSecretAfter: '30d', secretStore: 'central' }],
])('case F11: a user is deleted whose secret is in the %s store', (_, settings) => {
  const organization = testOrganization('enforcing', [TEAM], { settings });
  const held = (org: TestOrganization) => secretOf(org, TEAM, 'alice') ?? centralSecret(org);

  it('the secret is told of, and deleted when it was seen so for long enough, and can be restored', async () => {
    const org = organization();
    await withSecret(org);
    org.sandbox.people(TEAM.id).deleteUser('alice');
    expect(done(await runOnDays(org, TEAM, [FIRST, FIRST + 1, BETWEEN]))).toEqual(NOTED);
    expect(held(org)?.deleted).toBeUndefined();
    expect(done(await runOnDays(org, TEAM, [LATER]))).toEqual([`delete-orphaned-secret done on ${LATER}`]);
    expect(held(org)?.deleted).toBeDefined();
    expect(done(await runOnDays(org, TEAM, [LATER + 7]))).toEqual([]);
  });

  it('sibling: the user is made anew with the same name, and the secret is theirs', async () => {
    const org = organization();
    await withSecret(org);
    org.sandbox.people(TEAM.id).deleteUser('alice');
    await runOnDays(org, TEAM, [FIRST]);
    org.addUser(TEAM, 'alice', [{ ageDays: 0, usedDaysAgo: 0 }]);
    expect(done(await runOnDays(org, TEAM, [BETWEEN]))).toEqual([]);
    org.sandbox.people(TEAM.id).deleteUser('alice');
    expect(done(await runOnDays(org, TEAM, [LATER]))).toEqual([`orphaned-secret done on ${LATER}`]);
    expect(held(org)?.deleted).toBeUndefined();
  });

  it('sibling: nothing is deleted when IAM cannot say whether the user is gone', async () => {
    const org = organization();
    await withSecret(org);
    org.sandbox.people(TEAM.id).deleteUser('alice');
    await runOnDays(org, TEAM, [FIRST]);
    refuse(org, { service: 'iam', operation: 'GetUser' });
    const results = await runOnDays(org, TEAM, [LATER]);
    expect(results.get(LATER)).toMatchObject({ status: 'partial', failures: [{ user: 'alice', step: 'look for its user' }] });
    expect(held(org)?.deleted).toBeUndefined();
  });

  it('sibling: a renamed user, whose key is in it, keeps it', async () => {
    const org = organization();
    await withSecret(org);
    org.sandbox.people(TEAM.id).renameUser('alice', 'after');
    expect(done(await runOnDays(org, TEAM, [FIRST, LATER]))).toEqual([]);
    expect(held(org)?.deleted).toBeUndefined();
  });
});

const centralSecret = (org: TestOrganization) =>
  [...org.sandbox.kernel.account(org.central.id).secrets.values()].find(({ name }) => name === `Account_${TEAM.id}_User_alice_AccessKey`);
