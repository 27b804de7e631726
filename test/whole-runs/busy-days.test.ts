import type { AccountResult } from '../../lambda/runs/schemas';
import { FUNCTIONS, TEAM, testOrganization, type TestOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);
const USERS = 40;
/** A credential report is kept for four hours. */
const FIVE_HOURS = 5 * 60;
/** In the last 150 of these seconds no user is begun. */
const TIMEOUT_SECONDS = 162;
const EVERY = 10;

const nameOf = (number: number): string => `user-${String(number).padStart(3, '0')}`;
const succeeded = (org: TestOrganization, operation: string) =>
  org.sandbox.calls.filter((call) => call.operation === operation && call.invocation !== undefined && call.outcome === 'ok');

/** Every tenth call in the account is refused, whatever it is. */
function throttle({ sandbox }: TestOrganization): void {
  let calls = 0;
  const input = (): boolean => ++calls % EVERY === 0;
  for (const [service, code] of [
    ['iam', 'Throttling'],
    ['secretsmanager', 'ThrottlingException'],
  ] as const) {
    sandbox.faults.add({
      match: { service, principal: `:${TEAM.id}:`, input },
      when: 'before',
      then: { kind: 'error', code, status: 400 },
    });
  }
}

it('does a first day of many due users in several runs, oldest first, each user once, while AWS throttles every tenth call', async () => {
  const org = organization();
  const { kernel } = org.sandbox;
  for (let number = 0; number < USERS; number += 1) org.addUser(TEAM, nameOf(number), [{ ageDays: 400 - number, usedDaysAgo: 1 }]);
  kernel.latencyMs = 45;
  org.functionNamed(FUNCTIONS.rotator).timeoutSeconds = TIMEOUT_SECONDS;
  throttle(org);

  const runs: AccountResult[] = [];
  while (runs.at(-1)?.left.length !== 0 && runs.length < 20) {
    org.goToDay(0, runs.length * FIVE_HOURS);
    runs.push(await org.rotate(TEAM));
  }

  const rotated = runs.map((run) =>
    run.users
      .filter(({ actions }) => actions.some(({ action, outcome }) => action === 'rotate' && outcome === 'done'))
      .map(({ user }) => user),
  );
  expect(runs.flatMap(({ failures }) => failures)).toEqual([]);
  expect(runs.length).toBeGreaterThan(1);
  expect(rotated.flat().sort()).toEqual(Array.from({ length: USERS }, (_, number) => nameOf(number)));
  expect(rotated.flatMap((users) => users.toSorted())).toEqual(rotated.flat().sort());
  for (const [run, { left }] of runs.entries()) expect(left).toEqual(expect.arrayContaining(rotated.slice(run + 1).flat()));
  expect(runs.map(({ status }) => status)).toEqual(runs.map((_, run) => (run + 1 < runs.length ? 'partial' : 'succeeded')));
  expect(succeeded(org, 'CreateAccessKey')).toHaveLength(USERS);
  expect(new Set(succeeded(org, 'CreateAccessKey').map(({ input }) => input['UserName'])).size).toBe(USERS);
});

it('repeats no more calls than AWS throttled', async () => {
  const org = organization();
  for (let number = 0; number < USERS; number += 1) org.addUser(TEAM, nameOf(number), [{ ageDays: 400 - number, usedDaysAgo: 1 }]);
  throttle(org);
  await expect(org.rotate(TEAM)).resolves.toMatchObject({ status: 'succeeded', failures: [], left: [] });
  const calls = org.sandbox.calls.filter(
    ({ invocation, service }) => invocation !== undefined && ['iam', 'secretsmanager'].includes(service),
  );
  const done = calls.filter(({ outcome }) => outcome === 'ok' || outcome === 'ResourceNotFoundException');
  expect(calls.length / done.length).toBeLessThan(1.01 / (1 - 1 / EVERY));
});
