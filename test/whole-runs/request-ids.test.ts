import { DAY, START, TEAM, testOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);

it('names every call that changes keys, users or secrets in the result of its action, by the id that AWS gave it', async () => {
  const org = organization();
  org.addUser(TEAM, 'due', [{ ageDays: 95, usedDaysAgo: 1 }]);
  org.addUser(TEAM, 'two-active', [
    { ageDays: 95, usedDaysAgo: 1 },
    { ageDays: 40, usedDaysAgo: 1 },
  ]);
  for (const day of [0, 10, 20]) {
    org.sandbox.clock.set(new Date(START.getTime() + day * DAY));
    org.sandbox.calls.length = 0;
    const [result] = await org.run({ accounts: [TEAM.id] });
    const named = (result?.users ?? []).flatMap(({ actions }) => actions.flatMap(({ requests = [] }) => requests));
    const changing = org.mutations().filter(({ account }) => account === TEAM.id);
    const made = changing.map(({ operation, requestId }) => `${operation} ${requestId ?? ''}`);
    expect(made.length).toBeGreaterThan(0);
    expect(named.map(({ call, id = '' }) => `${call} ${id}`).toSorted()).toEqual(made.toSorted());
  }
});
