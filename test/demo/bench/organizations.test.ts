import { collectMetrics } from '../../../demo/bench/cost-basis';
import { organizationOf } from '../../../demo/bench/organizations';
import { orchestrator, type Dispatching } from '../../../demo/bench/parts/orchestrator';
import { reporting } from '../../../demo/bench/parts/report';
import { runTable, wholeRun } from '../../../demo/bench/parts/organization';
import { assemblyOf, provideAssemblies } from '../../helpers/sandbox-assemblies';

beforeAll(provideAssemblies);

describe('an organization that is measured', () => {
  it('has every account, and the role in each', async () => {
    const sandbox = await organizationOf(assemblyOf('enforcing'), 4, 0);
    const roles = [...sandbox.world.accounts.values()].map(({ roles: all }) => all.has('iam-key-rotation-member'));
    await sandbox.stop();
    expect(roles).toEqual([true, true, true, true]);
  });

  it('is dispatched to, one call per account, and no rotator runs', async () => {
    const progress = { begin: jest.fn(), step: jest.fn() };
    const { data } = await orchestrator.measure({
      assembly: assemblyOf('enforcing'),
      users: [],
      accounts: [3, 25],
      runs: 2,
      latencyMs: 0,
      progress,
    });
    const measured = data as Dispatching[];
    expect(measured.map(({ accounts, calls }) => ({ accounts, calls }))).toEqual([
      { accounts: 3, calls: { 'lambda:Invoke': 3, 'organizations:ListAccounts': 1, 's3:PutObject': 1 } },
      { accounts: 25, calls: { 'lambda:Invoke': 25, 'organizations:ListAccounts': 2, 's3:PutObject': 1 } },
    ]);
    for (const { milliseconds, peakMemory } of measured) {
      expect(milliseconds).toHaveLength(2);
      expect(peakMemory).toBeGreaterThan(0);
    }
    expect(progress.begin).toHaveBeenCalledWith(2);
    expect(progress.step).toHaveBeenCalledTimes(2);
  });

  it('is reported from results that rotators might have stored', async () => {
    const { keys, report, keysFile, summary } = await reporting(assemblyOf('enforcing'), 'failed', 3, 0);
    expect(keys).toBe(60);
    for (const bytes of [report, keysFile, summary]) expect(bytes).toBeGreaterThan(5_000);
  });

  it('has a whole day: every account answers, the reporter mails and writes its report', async () => {
    const sandbox = await organizationOf(assemblyOf('enforcing'), 5, 2);
    try {
      const run = await wholeRun(sandbox, 5, () => undefined);
      // 100 users aged 1 to 90 days, over and over: the 90th is due, and no other.
      expect(run).toMatchObject({ accounts: 5, users: 100, rotated: 1, failedInvocations: 0, results: 5 });
      expect(run.report).toBeGreaterThan(1_000);
      expect(run.summary).toBeGreaterThan(100);
      expect(run.mail).toBeGreaterThan(1_000);
      expect(sandbox.mails.at(-1)?.template).toContain('summary');
      expect(runTable(run).rows).toContainEqual(['results stored', '5']);
      const metrics = new Set<string>();
      collectMetrics(sandbox, metrics);
      expect([...metrics].filter((metric) => metric.includes('AccountsDispatched'))).toEqual([
        JSON.stringify(['IamKeyRotation', 'AccountsDispatched', ['orchestrator']]),
      ]);
    } finally {
      await sandbox.stop();
    }
  });
});
