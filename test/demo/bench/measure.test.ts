import { Bench } from '../../../demo/bench/measure';
import { countTables, timeTable } from '../../../demo/bench/parts/accounts';
import { ACCOUNT, dueUsers, SCENARIOS, type Scenario } from '../../../demo/bench/scenarios';
import { STEPS, tellStory } from '../../../demo/bench/story';
import { assemblyOf, provideAssemblies } from '../../helpers/sandbox-assemblies';

let bench: Bench;
beforeAll(async () => {
  await provideAssemblies();
  bench = await Bench.start(assemblyOf('enforcing'), 0);
});
afterEach(() => {
  bench.sandbox.faults.clear();
});
afterAll(() => bench.stop());

const scenario = (name: string): Scenario => SCENARIOS.find((one) => one.name === name)!;
const failing = (operation: string) =>
  bench.sandbox.faults.add({
    match: { service: 'iam', operation },
    when: 'before',
    then: { kind: 'error', code: 'AccessDenied', status: 403 },
  });

describe('a measurement', () => {
  it('of a quiet day counts the same few calls for any number of users', async () => {
    const few = await bench.measure(scenario('quiet day, nothing due'), 2, 1);
    const many = await bench.measure(scenario('quiet day, nothing due'), 150, 1);
    expect(few.calls).toMatchObject({ 'iam:GetCredentialReport': 1, 's3:GetObject': 1, 's3:PutObject': 1, 'sts:AssumeRole': 1 });
    expect(many.calls).toEqual(few.calls);
    expect(many).toMatchObject({ users: 150, due: 0 });
  });

  it('of a sweep counts a call per user', async () => {
    const { calls } = await bench.measure(scenario('weekly sweep, nothing due'), 7, 1);
    expect(calls).toMatchObject({ 'iam:ListAccessKeys': 7, 'iam:ListUsers': 1, 's3:PutObject': 2, 'sts:AssumeRole': 1 });
  });

  it('repeats a run from the same state, and reports each', async () => {
    const onRun = jest.fn();
    const measured = await bench.measure(scenario('everything due'), 3, 3, onRun);
    expect(measured.calls).toMatchObject({ 'iam:CreateAccessKey': 3, 'secretsmanager:CreateSecret': 3, 'ses:SendEmail': 1 });
    expect(measured.totalCalls).toBe(Object.values(measured.calls).reduce((sum, count) => sum + count, 0));
    expect(measured.milliseconds).toHaveLength(3);
    expect(onRun).toHaveBeenCalledTimes(3);
  });

  it('tells the memory of a process of its own, before and after the work', async () => {
    const { peakMemory, idleMemory } = await bench.measure(scenario('everything due'), 3, 1);
    expect(idleMemory).toBeGreaterThan(10_000_000);
    expect(peakMemory).toBeGreaterThanOrEqual(idleMemory);
  });

  it('fails when the work was not done', async () => {
    const fault = failing('CreateAccessKey');
    await expect(bench.measure(scenario('everything due'), 2, 1)).rejects.toThrow(
      /"rotated":0\} instead of .*"rotated":2\}; failures: .*AccessDenied/,
    );
    expect(fault.hits).toBe(2);
  });

  it('fails when a later run makes other calls', async () => {
    const again = bench.measure(scenario('quiet day, nothing due'), 2, 2, () => {
      bench.sandbox.faults.add({
        match: { service: 'sts', operation: 'AssumeRole', times: 1 },
        when: 'before',
        then: { kind: 'error', code: 'Throttling', status: 400 },
      });
    });
    await expect(again).rejects.toThrow(
      /quiet day, nothing due, 2 users: run 2 made other calls than run 1: .*"sts:AssumeRole":1.*"sts:AssumeRole":2/,
    );
  });
});

describe('the story of a key', () => {
  it('is issued, disabled, deleted and issued again, a run each', async () => {
    const told = await tellStory(bench, 2);
    expect(told.map(({ step }) => step)).toEqual(STEPS.map(({ step }) => step));
    const writes = ['iam:CreateAccessKey', 'iam:UpdateAccessKey', 'iam:DeleteAccessKey'];
    expect(told.map(({ calls }) => writes.map((name) => calls[name] ?? 0))).toEqual([
      [2, 0, 0],
      [0, 2, 0],
      [0, 0, 2],
      [2, 0, 0],
    ]);
  });

  it('fails when a step is not taken', async () => {
    failing('UpdateAccessKey');
    await expect(tellStory(bench, 1)).rejects.toThrow(/old key disabled: done for 0 of 1 users, the account partial: .*AccessDenied/);
  });
});

describe('scenarios', () => {
  it.each([
    [20, 1],
    [100, 3],
    [1_000, 30],
  ])('3 % of %i users are %i', (users, due) => {
    expect(dueUsers(scenario('3 % due'), users)).toBe(due);
  });
});

describe('tables', () => {
  it('show every operation per number of users, and the times', async () => {
    const measurements = [await bench.measure(scenario('3 % due'), 2, 1), await bench.measure(scenario('3 % due'), 40, 1)];
    const [counts] = countTables(measurements);
    expect(counts).toMatchObject({ title: expect.stringContaining('3 % due') as unknown, head: ['call', '2 users', '40 users'] });
    expect(counts?.rows).toContainEqual(['iam:CreateAccessKey', '1', '2']);
    expect(counts?.rows.at(-1)).toEqual(['in total', ...measurements.map(({ totalCalls }) => String(totalCalls))]);
    expect(timeTable(measurements).rows.map(([day, users, due]) => [day, users, due])).toEqual([
      ['3 % due', '2', '1'],
      ['3 % due', '40', '2'],
    ]);
    expect(bench.sandbox.kernel.account(ACCOUNT.id).users.size).toBe(40);
  });
});
