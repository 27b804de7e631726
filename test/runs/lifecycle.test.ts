import { actionsOf, DAY, START, TEAM, testOrganization } from '../helpers/sandbox-organization';
import type { TestOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);

/** The days on which each step was done to a user's first key. */
function life(org: TestOrganization, user: string, keyId: string): (number | undefined)[] {
  return ['rotate', 'disable', 'delete'].map((action) => org.results.dayOf(user, action, keyId));
}

it('takes a key created on day 0 through 90, 100 and 110, with the daily schedule', async () => {
  const org = organization();
  const [fresh] = org.addUser(TEAM, 'fresh', [{ ageDays: 0 }]).keys;
  const began = Date.now();
  for (let day = 0; day <= 20; day += 1) {
    await org.judged(() => org.sandbox.advanceTo(new Date(START.getTime() + day * DAY + 2 * 3_600_000)));
    org.results.take(day);
  }
  console.log(Date.now() - began, life(org, 'fresh', fresh!.id), actionsOf([], ''));
});
