import { FUNCTIONS, OTHER, TEAM } from '../helpers/sandbox-organization';
import { DirectLambda } from './direct/direct-lambda';
import { reportCount } from './kit/counts';
import { endState } from './kit/end-state';
import { openSandbox, type Answer, type Kit, type Saved } from './kit/kit';
import { momentOf } from './kit/moment';

const ACCOUNTS = [TEAM, OTHER];
/** A run is inserted at one in so many calls, another third of them for each pair; at every call with SAFETY=whole. */
const EVERY = process.env['SAFETY'] === 'whole' ? 1 : 3;
const USERS = ['alice', 'bob', 'carol'];
let kit: Kit;
let due: Saved;
let points = 0;

/** The deployed functions in their own processes: every account has three due users and a key that a day's run would disable. */
beforeAll(async () => {
  kit = await openSandbox({ accounts: ACCOUNTS, processes: true });
  for (const account of ACCOUNTS) for (const user of USERS) kit.org.addUser(account, user, [{ ageDays: 90, usedDaysAgo: 1 }]);
  due = kit.save();
});
beforeEach(() => {
  kit.restore(due);
});
afterEach(() => {
  expect(kit.broken).toEqual([]);
});
afterAll(async () => {
  reportCount('places in a run at which another run was inserted', points);
  await kit.stop();
});

/** Every user has the old key and one successor, which the secret holds. */
function expectOneKeyIssued(): void {
  const created = kit.org.callsOfApp().filter(({ operation, outcome }) => operation === 'CreateAccessKey' && outcome === 'ok');
  expect(created.map(({ account, input }) => `${account} ${String(input['UserName'])}`).sort()).toEqual(
    ACCOUNTS.flatMap(({ id }) => USERS.map((user) => `${id} ${user}`)),
  );
  for (const { id } of ACCOUNTS) {
    for (const user of USERS) {
      expect(endState(kit)).toEqual(
        expect.arrayContaining([
          expect.stringMatching(new RegExp(`^${id} ${user}: key 1 of … Active, not in the secret`)),
          expect.stringMatching(new RegExp(`^${id} ${user}: key 2 of … Active, held as AWSCURRENT`)),
          `${id} ${user}: open intents: 0`,
        ]),
      );
    }
  }
}

/** Sends an event as the schedule does, once or several times, and waits for everything it sets in motion. */
async function fire(times: number): Promise<void> {
  kit.rules.beforeRun();
  const startedAt = kit.sandbox.clock.now();
  for (let i = 0; i < times; i += 1) await kit.sandbox.invoke(FUNCTIONS.orchestrator, {}, { type: 'Event' });
  await kit.sandbox.drain();
  kit.rules.afterRun(startedAt, !kit.disturbed);
}

it('a schedule that fires twice issues one key per user', async () => {
  await fire(2);
  expectOneKeyIssued();
  await kit.days(2);
  expectOneKeyIssued();
});

it.each([1, 2, 3])('an orchestrator that dies after dispatch %d of 3 and is retried by Lambda issues one key per user', async (nth) => {
  const fault = kit.sandbox.faults.add({
    match: { service: 'lambda', operation: 'Invoke', principal: 'orchestrator', nth, times: 1 },
    when: 'after',
    then: { kind: 'call', run: () => void kit.sandbox.killBusy(FUNCTIONS.orchestrator) },
  });
  await fire(1);
  expect(fault.hits).toBe(1);
  expect(kit.sandbox.invocations.find(({ functionName }) => functionName === FUNCTIONS.orchestrator)).toMatchObject({ attempts: 2 });
  expectOneKeyIssued();
});

it('a forced rotation that Lambda retries after a crash is refused while the key may still be stored, and one key remains in the end', async () => {
  kit.sandbox.faults.add({
    match: { operation: 'CreateAccessKey', times: 1 },
    when: 'after',
    then: { kind: 'call', run: () => void kit.sandbox.killBusy(FUNCTIONS.rotator) },
  });
  const { id: account, email, name } = TEAM;
  kit.rules.expectForced(account, 'alice');
  await kit.sandbox.invoke(FUNCTIONS.rotator, { account, email, name, ForceRotate: 'alice' }, { type: 'Event' });
  await kit.sandbox.drain();
  expect(kit.org.failedEvents()).toMatchObject([{ responsePayload: { errorType: 'ForceRotateRefusedError' } }]);
  kit.sandbox.clock.advance(16 * 60_000);
  const { result } = await kit.force('alice');
  expect(result?.users[0]?.actions.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
    'remove-orphan done',
    'forget done',
    'rotate done',
  ]);
  const repeated = await kit.force('alice');
  expect(repeated.result?.users[0]?.actions).toMatchObject([
    { action: 'wait', reason: expect.stringContaining('nothing to do') as string },
  ]);
  expect(endState(kit, [TEAM]).filter((line) => line.includes('alice: key'))).toHaveLength(2);
});

describe('a second run inserted at a call of the first leaves what one run leaves', () => {
  const daily = (): Promise<Answer> => kit.daily();
  const force = (): Promise<Answer> => kit.force('alice');
  let direct: DirectLambda;
  beforeAll(() => {
    const { kernel } = kit.sandbox;
    const processes = kernel.lambda;
    direct = new DirectLambda(kit.sandbox);
    kernel.lambda = processes;
  });
  afterAll(() => {
    direct.stop();
  });

  /** Two days on which nothing interferes, from the functions' sources. */
  async function quietDays(): Promise<void> {
    const { kernel } = kit.sandbox;
    const processes = kernel.lambda;
    kernel.lambda = direct;
    await kit.days(2);
    kernel.lambda = processes;
  }

  it.each([
    ['daily inside daily', daily, daily, 1],
    ['forced inside daily', daily, force, 2],
    ['daily inside forced', force, daily, 3],
    ['forced inside forced', force, force, 2],
  ])('%s', async (_, outer, inner, first) => {
    kit.sandbox.people(TEAM.id).deleteUser('bob');
    kit.sandbox.people(TEAM.id).deleteUser('carol');
    const beginning = kit.save();
    await outer();
    await inner();
    await quietDays();
    const expected = endState(kit, [TEAM]);
    // Equal moments have one future.
    const moments = new Set<string>();
    for (let nth = Math.min(first, EVERY); ; nth += EVERY) {
      kit.restore(beginning);
      const fault = kit.sandbox.faults.add({
        match: { principal: 'assumed-role/iam-key-rotation', nth, times: 1 },
        when: 'before',
        then: {
          kind: 'call',
          run: async () => {
            await inner();
          },
        },
      });
      await outer();
      if (fault.hits === 0) break;
      points += 1;
      expect([nth, kit.broken]).toEqual([nth, []]);
      const moment = momentOf(kit);
      if (moments.has(moment)) continue;
      moments.add(moment);
      await quietDays();
      expect([nth, kit.broken, endState(kit, [TEAM])]).toEqual([nth, [], expected]);
    }
  });
});
