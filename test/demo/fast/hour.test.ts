import { checksOf } from '../../../demo/fast/check-hour';
import { Hour } from '../../../demo/fast/hour';
import { CONTEXT, MANAGEMENT, PROGRAMS, START } from '../../../demo/fast/organization';
import { Sandbox } from '../../../sandbox/sandbox';
import { DirectLambda } from '../../safety/direct/direct-lambda';
import { assemblyWith } from '../../helpers/sandbox-assemblies';

/** Long enough for each kind of step, and over before the daily run. */
const MINUTES = 15;

let sandbox: Sandbox;
let direct: DirectLambda;
let hour: Hour;
beforeAll(async () => {
  const assembly = await assemblyWith('enforcing', CONTEXT);
  sandbox = await Sandbox.start({ now: START, managementAccount: MANAGEMENT, processes: false });
  // The key API runs as it is deployed.
  direct = new DirectLambda(sandbox);
  hour = await Hour.deploy(sandbox, assembly);
  await hour.live(MINUTES);
});
afterAll(() => {
  direct.stop();
  return sandbox.stop();
});

it('a quarter of an hour of keys of minutes passes every check but that of the daily run, which has not been yet', () => {
  const failed = checksOf(hour.outcome()).filter(([good]) => !good);
  expect(failed).toEqual([[false, expect.stringContaining('the daily run') as string]]);
  expect(hour.rules.broken).toEqual([]);
});

it('every program calls in each minute, whether it fetches each time or keeps its key as long as promised', () => {
  expect(hour.consumers.map(({ calls, failures }) => [calls, failures])).toEqual(PROGRAMS.map(() => [MINUTES, []]));
  const fetches = hour.consumers.map((consumer) => consumer.fetches);
  expect([fetches[0], fetches[2]]).toEqual([MINUTES, MINUTES]);
  expect(fetches[1]).toBeLessThan(MINUTES);
  const callers = sandbox.calls.filter(({ operation }) => operation === 'GetCallerIdentity').map(({ principal }) => principal);
  for (const { account, user } of PROGRAMS) {
    const own = callers.filter((principal) => principal === `arn:aws:iam::${account}:user/${user}`);
    expect(own.length).toBeGreaterThanOrEqual(MINUTES);
  }
});

it('a program without a working key says so in that minute', async () => {
  const [consumer] = hour.consumers;
  const people = sandbox.people('222233334444');
  for (const { id } of people.user('checkout').keys) people.disableKey('checkout', id);
  await consumer?.live();
  expect(consumer?.failures).toEqual([expect.stringContaining('checkout: RefusedError: the key API answered 503 no-working-key')]);
  expect(checksOf(hour.outcome())[0]?.[0]).toBe(false);
});
