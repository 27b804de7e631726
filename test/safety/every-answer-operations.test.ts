import { FUNCTIONS, MANAGEMENT, OTHER, TEAM } from '../helpers/sandbox-organization';
import { CHECKED, HANDING_OUT, operationsIn, operationsInSources, ROTATOR_POINTS, TRIED, TRIED_WITH_OWN } from './answers/operations';
import { everySituation, secretName, SITUATIONS, SWEPT } from './answers/situations';
import { openSandbox, type Kit } from './kit/kit';

let kit: Kit;
beforeAll(async () => {
  kit = await openSandbox({ accounts: [TEAM, SWEPT, OTHER] });
  kit.org.addUser(OTHER, 'forced', [{ ageDays: 60, status: 'Inactive' }, { ageDays: 5 }]);
  await everySituation(kit, TEAM);
  await everySituation(kit, SWEPT);
  // Stored while the situations came about.
  kit.org.results.take(-1);
});
afterAll(() => kit.stop());

test('every situation is what its name says: a run does to each user what it should, and nothing fails', async () => {
  kit.sandbox.calls.length = 0;
  const results = await kit.org.run();
  expect(results.flatMap(({ failures }) => failures)).toEqual([]);
  expect(kit.broken).toEqual([]);
  for (const { id } of [TEAM, SWEPT]) {
    const users = results.find((result) => result.account.id === id)?.users ?? [];
    const did = users.map(({ user, actions }) => [user, actions.map(({ action, outcome }) => `${action} ${outcome}`).join(', ')] as const);
    expect(Object.fromEntries(did)).toEqual(SITUATIONS);
  }
});

test('every call of that run that changes something is a point where every answer is tried, user by user', () => {
  const users = Object.keys(SITUATIONS);
  const userOf = (input: Record<string, unknown>): string | undefined =>
    users.find((user) => input['UserName'] === user || [input['SecretId'], input['Name']].includes(secretName(TEAM, user)));
  const changes = kit.org.mutations().filter(({ account }) => account === TEAM.id);
  const made = new Map<string, number>();
  for (const { service, operation, input } of changes) {
    const call = `${service}:${operation} of ${userOf(input) ?? 'nobody'}`;
    made.set(call, (made.get(call) ?? 0) + 1);
  }
  const tried = new Map<string, number>();
  for (const { operation, victim } of ROTATOR_POINTS)
    tried.set(`${operation} of ${victim ?? ''}`, (tried.get(`${operation} of ${victim ?? ''}`) ?? 0) + 1);
  // The key that replaces a lost one is issued as any first key is.
  const issuedAnew = /^(secretsmanager:|iam:TagUser|iam:UntagUser).* of orphaned$/;
  const untried = [...made].filter(([call, times]) => times > (tried.get(call) ?? 0) && !issuedAnew.test(call));
  expect(made.size).toBeGreaterThan(20);
  expect(untried).toEqual([]);
});

test('every operation that the functions call, and every one that their sources name, is tried with every answer', async () => {
  const { sandbox } = kit;
  kit.rules.expectForced(OTHER.id, 'forced');
  await kit.org.run({ account: OTHER.id, ForceRotate: 'forced' });
  sandbox.clock.advance(2 * 3_600_000);
  await kit.org.invoke(FUNCTIONS.reporter, {});
  const called = operationsIn(kit.org.callsOfApp());
  expect(called.length).toBeGreaterThan(25);
  expect(called.filter((operation) => !TRIED.has(operation))).toEqual([]);
  const elsewhere = new Set([...CHECKED, ...HANDING_OUT]);
  expect(operationsInSources().filter((operation) => !TRIED.has(operation) && !elsewhere.has(operation))).toEqual([]);
  expect([...TRIED].filter((operation) => !operationsInSources().includes(operation))).toEqual([]);
});

test('every operation that changes keys, secrets or what people are told is tried with the errors of its own', () => {
  const { id } = MANAGEMENT;
  const changing = operationsIn(kit.org.callsOfApp().filter(({ mutating, account }) => mutating && account !== id));
  expect([...changing, 'ses:SendEmail', 'events:PutEvents', 's3:PutObject'].filter((operation) => !TRIED_WITH_OWN.has(operation))).toEqual(
    [],
  );
});
