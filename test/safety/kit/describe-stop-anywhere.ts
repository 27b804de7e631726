import { reportCount } from './counts';
import { stopWithLateReads } from './late-reads';
import { openSandbox, type Kit, type Saved } from './kit';
import type { Scenario } from './scenarios';
import { killProcess, stopAnywhere } from './stop-anywhere';

/** Which calls are killed with late reads, and which reads are late; with SAFETY=whole in the environment, all calls are. */
const LATE_SEED = 20_261_127;
const LATE_POINTS = process.env['SAFETY'] === 'whole' ? Infinity : 3;

/** The tests of "stop anywhere" for some scenarios, each from a freshly deployed organization, with settings other than the usual ones if given. */
export function describeStopAnywhere(scenarios: readonly Scenario[], settings?: Readonly<Record<string, string>>): void {
  let kit: Kit | undefined;
  let deployed: Saved;
  let points = 0;
  let done = 0;
  let late = 0;
  beforeAll(async () => {
    kit = await openSandbox({ settings, direct: true });
    deployed = kit.save();
  });
  afterAll(async () => {
    await kit?.stop();
    reportCount('interrupted scenarios', done);
    reportCount('interruption points', points);
    reportCount('interruption points with late reads', late);
  });

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s: killed at any call, it breaks no never-rule and ends within two daily runs where the undisturbed run does',
    async (_, scenario) => {
      if (!kit) throw new Error('no sandbox was opened');
      kit.restore(deployed);
      const stopped = await stopAnywhere(kit, scenario);
      expect(stopped.problems).toEqual([]);
      expect(stopped.does).toBe(scenario.does);
      expect(stopped.points).toBe(2 * new Set(stopped.calls).size);
      for (const call of ['sts:AssumeRole()', 'events:PutEvents()', 's3:PutObject()']) expect(stopped.calls).toContain(call);
      points += stopped.points;
      done += 1;
    },
  );

  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    '%s: killed, and repeated a minute later, while reads are up to two minutes late, it breaks no never-rule and ends where it should',
    async (_, scenario) => {
      if (!kit) throw new Error('no sandbox was opened');
      kit.restore(deployed);
      const stopped = await stopWithLateReads(kit, scenario, LATE_SEED, LATE_POINTS);
      expect(stopped.problems).toEqual([]);
      late += stopped.points;
    },
  );

  describe('in processes of their own', () => {
    let processes: Kit | undefined;
    let beginning: Saved;
    beforeAll(async () => {
      processes = await openSandbox({ settings, processes: true });
      beginning = processes.save();
    });
    afterAll(() => processes?.stop());

    const dying = scenarios.filter(({ dies = false }) => dies || process.env['SAFETY'] === 'whole');
    it.each(dying.map((scenario) => [scenario.name, scenario] as const))(
      '%s: recovers from the death of its process',
      async (_, scenario) => {
        if (!processes) throw new Error('no sandbox was opened');
        processes.restore(beginning);
        const { undisturbed, killed, problems } = await killProcess(processes, scenario);
        expect(problems).toEqual([]);
        expect(killed).toEqual(undisturbed);
      },
    );
  });
}
