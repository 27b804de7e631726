import { fastOrganization, goTo, GROUP, MINUTE } from '../helpers/fast-policy';
import { KeyConsumer } from '../helpers/key-consumer';
import { FUNCTIONS, START, TEAM, type TestOrganization } from '../helpers/sandbox-organization';
import type { AccountResult } from '../../lambda/runs/schemas';

const LAG_MS = 30_000;
/** `disable - rotate - L`: so long a key that was just fetched works. */
const USABLE_MS = 2 * MINUTE - LAG_MS;
const DAYS = process.env['SAFETY'] === 'whole' ? 14 : 1;

/** The same numbers every time. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

let org: TestOrganization;
beforeAll(async () => {
  org = await fastOrganization();
}, 120_000);
afterAll(() => org.stop());

it('in days of late, missed, doubled and interrupted runs and reads and keys that lag, nobody who fetches meets a key that does not work', async () => {
  const random = randomFrom(7);
  const { sandbox, direct } = org;
  if (!direct) throw new Error('the functions do not run directly');
  org.disturbed = true;
  const names = ['bot', 'job'];
  const consumers = names.map((name) => {
    sandbox.people(TEAM.id).addUser({ name, groups: [GROUP] });
    const { id } = sandbox.people(TEAM.id).addAccessKey(name, { created: START });
    return new KeyConsumer(sandbox, { account: TEAM, name, firstKey: id }, { usableMs: USABLE_MS, random });
  });
  const step = async (): Promise<void> => {
    for (const consumer of consumers) await consumer.step();
  };
  sandbox.kernel.settings.lag = { seed: 11, maxMs: LAG_MS, share: 0.3, newKeyMs: LAG_MS };
  const counts = { ticks: 0, missed: 0, doubled: 0, killed: 0, late: 0, rotated: 0, disabled: 0, deleted: 0 };
  const failures = new Map<string, number>();
  let killAfter = Infinity;
  direct.hooks = {
    async before() {
      killAfter -= 1;
      if (killAfter === 0) counts.killed += org.killRotator();
      await step();
    },
  };
  const run = async (): Promise<void> => {
    const event = { account: TEAM.id, email: TEAM.email, name: TEAM.name, policy: 'fast' };
    const { payload } = await sandbox.invoke(FUNCTIONS.rotator, event, { account: org.central.id });
    const { users = [], failures: failed = [] } = payload as Partial<AccountResult>;
    for (const { actions } of users)
      for (const { action, outcome } of actions)
        if (outcome === 'done') {
          if (action === 'rotate') counts.rotated += 1;
          if (action === 'disable') counts.disabled += 1;
          if (action === 'delete') counts.deleted += 1;
        }
    for (const { error } of failed) failures.set(error, (failures.get(error) ?? 0) + 1);
  };
  for (let minute = 1; minute <= DAYS * 1_440; minute += 1) {
    const luck = random();
    const lateBy = luck > 0.9 ? random() * 1.5 : 0;
    for (let at = minute - 1; at < minute + lateBy; at += 0.2) {
      goTo(org, at);
      await step();
    }
    goTo(org, minute + lateBy);
    sandbox.calls.length = 0;
    if (luck < 0.1) {
      counts.missed += 1;
      continue;
    }
    killAfter = luck < 0.14 ? 1 + Math.floor(random() * 30) : Infinity;
    counts.ticks += 1;
    if (lateBy > 0) counts.late += 1;
    const twice = luck > 0.14 && luck < 0.2;
    if (twice) counts.doubled += 1;
    await org.judged(() => Promise.all(twice ? [run(), run()] : [run()]));
  }
  direct.hooks = {};
  expect(org.rules.broken).toEqual([]);
  expect(consumers.flatMap(({ broken }) => broken)).toEqual([]);
  expect([...failures]).toEqual([]);
  expect(Math.min(counts.missed, counts.doubled, counts.killed, counts.late)).toBeGreaterThan(DAYS * 20);
  expect(counts.rotated).toBeGreaterThan(DAYS * 200);
  expect(consumers.every(({ uses }) => uses > DAYS * 10_000)).toBe(true);
}, 600_000);
