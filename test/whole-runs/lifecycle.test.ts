import { DAY, START, TEAM, testOrganization, type TestOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM], { direct: true });
const LAST_DAY = 111;
/** On these days something happens; on all others the functions run from their sources, which would show a step that slips by a day. */
const STEP_DAYS = [0, 10, 20, 90, 100, 110];
const STEPS = new Set(['rotate', 'disable', 'delete']);

/** Every step taken to a user's keys: `day 90 rotate key 1`, keys numbered in order of creation. */
function stepsOf(org: TestOrganization, user: string): string[] {
  const taken = org.results.happened.filter((one) => one.user === user && STEPS.has(one.action) && one.outcome === 'done');
  const keys = [...new Set(taken.flatMap((one) => [one.keyId, one.successorId]).filter((id) => id !== undefined))];
  return taken.map((one) => `day ${one.day} ${one.action} key ${keys.indexOf(one.keyId ?? '') + 1}`);
}

const NORMAL = ['day 90 rotate key 1', 'day 100 disable key 1', 'day 110 delete key 1'];
const FIRST_MET = ['day 0 rotate key 1', 'day 10 disable key 1', 'day 20 delete key 1'];
const SUCCESSOR = ['day 90 rotate key 2', 'day 100 disable key 2', 'day 110 delete key 2'];

it('takes keys through 90, 100 and 110 days with the deployed schedule, and gives a 400-day-old key first met on day 0 its 10 + 10', async () => {
  const org = organization();
  org.addUser(TEAM, 'fresh', [{ ageDays: 0 }]);
  org.addUser(TEAM, 'ancient', [{ ageDays: 400, usedDaysAgo: 1 }]);
  for (let day = 0; day <= LAST_DAY; day += 1) {
    org.goToDay(day);
    const live = () => org.judged(() => org.sandbox.advanceTo(new Date(START.getTime() + day * DAY + 4 * 3_600_000)));
    const firings = await (STEP_DAYS.includes(day) ? org.onBundles(live) : live());
    expect(firings.map(({ schedule, error }) => [schedule, error])).toEqual([
      ['iam-key-rotation-orchestrator', undefined],
      ['iam-key-rotation-reporter', undefined],
    ]);
    org.results.take(day);
  }
  expect(stepsOf(org, 'fresh')).toEqual(NORMAL);
  expect(stepsOf(org, 'ancient')).toEqual([...FIRST_MET, ...SUCCESSOR]);
  expect(org.results.failed).toEqual([]);
  for (const name of ['fresh', 'ancient']) expect(org.user(TEAM, name).keys).toMatchObject([{ status: 'Active' }]);
});

it('slips no day when runs start up to 15 minutes early or late, whatever hour of day 0 the key was made', async () => {
  const org = organization();
  for (const schedule of org.sandbox.kernel.account('111122223333').schedules.values()) schedule.state = 'DISABLED';
  const midnight = START.getTime() - 3_600_000;
  const hours = { 'at-midnight': 0, 'at-two': 2, 'just-after-two': 2.01, 'before-midnight': 23.99 };
  for (const [name, hour] of Object.entries(hours)) {
    org.addUser(TEAM, name, []);
    org.sandbox.people(TEAM.id).addAccessKey(name, { created: new Date(midnight + hour * 3_600_000) });
  }
  org.addUser(TEAM, 'ancient', [{ ageDays: 400 }]);
  const offsets = new Set<number>();
  for (let day = 0; day <= LAST_DAY; day += 1) {
    const offset = ((day * 37) % 31) - 15;
    offsets.add(offset);
    org.goToDay(day, 60 + offset);
    await org.run({ accounts: [TEAM.id] }, day);
  }
  expect(offsets.size).toBe(31);
  for (const name of Object.keys(hours)) expect([name, stepsOf(org, name)]).toEqual([name, NORMAL]);
  expect(stepsOf(org, 'ancient')).toEqual([...FIRST_MET, ...SUCCESSOR]);
});
