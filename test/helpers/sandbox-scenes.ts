import type { Snapshot } from '../../sandbox/sandbox';
import { FUNCTIONS, MANAGEMENT, sweepDayOf, TEAM, type TestOrganization } from './sandbox-organization';
import { forgetMemory } from './sandbox-memory';
import { everySituation, witnessPast } from './sandbox-situations';

/** A part of the app's work that can be played by itself. */
export interface Scene {
  name: string;
  /** Before any run, or after the day's run. */
  from: 'before' | 'after';
  play: (org: TestOrganization) => Promise<unknown>;
}

const ACCOUNTS = [MANAGEMENT, TEAM];
const failing = (name: string): Scene => ({
  name: `${name} fails for good`,
  from: 'after',
  play: async ({ sandbox }) => {
    await sandbox.invoke(name, { unknown: 'event' }, { type: 'Event' });
    await sandbox.drain();
  },
});

/** CloudFormation asks for the organization's ids, as it does at deployment. */
async function askOrganization({ sandbox }: TestOrganization): Promise<unknown> {
  const path = '/_sandbox/test/answer';
  const answers: string[] = [];
  sandbox.kernel.routes.set(path, async (request, response) => {
    for await (const chunk of request) answers.push(String(chunk));
    response.writeHead(200).end();
  });
  await sandbox.invoke(FUNCTIONS.organizationFacts, {
    RequestType: 'Create',
    ResponseURL: `${sandbox.url}${path}`,
    StackId: 'arn:aws:cloudformation:eu-west-1:111122223333:stack/x/1',
    RequestId: '1',
    LogicalResourceId: 'Facts',
    ResourceType: 'Custom::OrganizationFacts',
    ResourceProperties: {},
  });
  sandbox.kernel.routes.delete(path);
  return answers.join('');
}

/** Everything the app does: together these scenes use every permission. */
export const SCENES: readonly Scene[] = [
  { name: 'CloudFormation asks for the organization', from: 'before', play: askOrganization },
  ...ACCOUNTS.flatMap((account): Scene[] => [
    { name: `every situation in ${account.name}`, from: 'before', play: (org) => org.rotate(account) },
    {
      name: `a first run in ${account.name}, of which nothing is remembered`,
      from: 'before',
      play: (org) => {
        forgetMemory(org, account);
        return org.rotate(account);
      },
    },
    {
      name: `every user of ${account.name} is read`,
      from: 'before',
      play: (org) => {
        org.goToDay(sweepDayOf(account));
        return org.rotate(account);
      },
    },
    {
      name: `an operator forces a rotation in ${account.name}`,
      from: 'before',
      play: (org) => org.rotate(account, { ForceRotate: 'due-beside-inactive' }),
    },
  ]),
  {
    name: 'an operator forces a rotation through the orchestrator',
    from: 'after',
    play: async (org) => {
      org.rules.expectForced(TEAM.id, 'young');
      return org.run({ account: TEAM.id, ForceRotate: 'young' });
    },
  },
  {
    name: 'the doctor has every account checked',
    from: 'before',
    play: async (org) => {
      const sent = await org.invoke(FUNCTIONS.orchestrator, { check: true });
      await org.sandbox.drain();
      return sent;
    },
  },
  { name: 'the schedule starts a run', from: 'before', play: (org) => org.judged(() => org.sandbox.runSchedule(FUNCTIONS.orchestrator)) },
  {
    name: 'the schedule starts the report',
    from: 'after',
    play: (org) => {
      org.sandbox.clock.advance(2 * 3_600_000);
      return org.sandbox.runSchedule(FUNCTIONS.reporter);
    },
  },
  {
    name: 'an operator asks for a report again',
    from: 'after',
    play: async (org) => {
      org.sandbox.clock.advance(2 * 3_600_000);
      await org.sandbox.runSchedule(FUNCTIONS.reporter);
      return org.invoke(FUNCTIONS.reporter, { runId: org.results.take(0)[0]?.runId });
    },
  },
  {
    name: 'SES does not deliver a mail, which the next run finds out',
    from: 'before',
    play: async (org) => {
      org.sandbox.people(MANAGEMENT.id).troubleMails(TEAM.email, 'reject');
      await org.rotate(TEAM);
      org.goToDay(1);
      return org.rotate(TEAM);
    },
  },
  ...Object.values(FUNCTIONS).map(failing),
];

/** Plays scenes, each from its own beginning. */
export class Stage {
  private constructor(
    private readonly org: TestOrganization,
    private readonly snapshots: Readonly<Record<Scene['from'], Snapshot>>,
  ) {}

  /** Prepares both beginnings on a freshly deployed organization. */
  static async prepared(org: TestOrganization): Promise<Stage> {
    for (const account of ACCOUNTS) everySituation(org, account);
    const before = org.sandbox.snapshot();
    await org.run();
    return new Stage(org, { before, after: org.sandbox.snapshot() });
  }

  /** Plays one scene, after a change to the deployed world; gives everything that people could read of it. */
  async play(scene: Scene, change: () => void = () => undefined): Promise<string> {
    const { org } = this;
    org.goTo(this.snapshots[scene.from]);
    witnessPast(org, ACCOUNTS);
    org.disturbed = true;
    change();
    const logs = () => org.sandbox.kernel.lambda?.logs ?? [];
    const logged = logs().length;
    const outcome = await scene.play(org).catch((error: unknown) => String(error));
    const objects = [...org.sandbox.kernel.account(MANAGEMENT.id).buckets.values()].flatMap((bucket) =>
      [...bucket.objects.values()].map(({ body }) => Buffer.from(body).toString('utf8')),
    );
    return JSON.stringify([outcome, objects, logs().slice(logged), org.sandbox.invocations]);
  }
}
