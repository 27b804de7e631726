import { createRequire } from 'node:module';
import { NeverRules } from '../../demo/never-rules/never-rules';
import type { SideRule } from '../../demo/never-rules/side-policies';
import { Results } from '../../demo/story/results';
import { Sandbox, type Snapshot } from '../../sandbox/sandbox';
import type { LogLine } from '../../sandbox/kernel/contracts';
import { defaultSettings } from '../../sandbox/kernel/settings';
import type { CallRecord, LambdaFunction, User } from '../../sandbox/kernel/world';
import type { AccountResult, ActionResult } from '../../lambda/runs/schemas';
import type * as Direct from '../safety/direct/direct-lambda';
import { wrongWith } from './bus-events';
import { wrongInBucket } from './stored-objects';
import { assemblyOf, assemblyWith, type Mode } from './sandbox-assemblies';

export const DAY = 86_400_000;
/** An hour before a scheduled run. */
export const START = new Date('2026-01-05T01:00:00Z');
export const MANAGEMENT = { id: '111122223333', name: 'Acme Management', email: 'aws@acme.example' };
export const TEAM = { id: '222233334444', name: 'Team', email: 'team@acme.example' };
export const OTHER = { id: '333344445555', name: 'Other', email: 'other@acme.example' };
export const ADMIN = 'key-rotation@example.com';
export const NAMES = { memberRole: 'iam-key-rotation-member', exemptionGroup: 'IAMKeyRotationExemptionGroup' };
export const FUNCTIONS = {
  orchestrator: 'iam-key-rotation-orchestrator',
  rotator: 'iam-key-rotation-rotator',
  reporter: 'iam-key-rotation-reporter',
  organizationFacts: 'iam-key-rotation-organization-facts',
  mailEvents: 'iam-key-rotation-mail-events',
} as const;
/** The functions' sources take a while to load, and most tests run the bundles. */
const directly = (): typeof Direct => createRequire(__filename)('../safety/direct/direct-lambda') as typeof Direct;
const FAILED_QUEUE = 'iam-key-rotation-failed';

export interface Account {
  id: string;
  name: string;
  email: string;
}

/** One key in days before START. */
export interface KeyStory {
  ageDays: number;
  status?: 'Active' | 'Inactive';
  /** Absent: never used. */
  usedDaysAgo?: number;
}

/** A deployment other than the tests' usual one into the management account. */
export interface Shape {
  /** As `-c name=value`. */
  settings?: Readonly<Record<string, string>>;
  /** The account that the app is deployed into. */
  central?: Account;
  region?: string;
  partition?: string;
  /** Functions run in processes of their own, for tests of processes; default false. */
  processes?: boolean;
  /**
   * Orchestrator, rotator and reporter run from their sources and without the SDK's wire, in a fifth of the time; of their logs there are only
   * the lines on the way; default false. Asynchronous work waits for `drain`, or starts by itself, for commands in processes that wait for it.
   */
  direct?: boolean | 'by itself';
  /** Policies of minutes among the settings, for the never-rules. */
  sides?: readonly SideRule[];
  /** What people do in AWS beforehand. */
  prepare?: (sandbox: Sandbox) => void;
}

/** A deployed organization with a never-rules book-keeper, which every run is judged by. */
export class TestOrganization {
  rules: NeverRules;
  results: Results;
  /** Faults or people interfere: what a run could not finish is left to the next one. */
  disturbed = false;
  private readonly began: Snapshot;

  /** Runs orchestrator, rotator and reporter where they run directly. */
  readonly direct: Direct.DirectLambda | undefined;
  /** Runs every function as it is deployed. */
  private readonly deployed: Sandbox['kernel']['lambda'];

  private constructor(
    readonly sandbox: Sandbox,
    readonly mode: Mode,
    readonly central: Account,
    direct: boolean | 'by itself',
    private readonly sides: readonly SideRule[],
  ) {
    this.began = sandbox.snapshot();
    this.deployed = sandbox.kernel.lambda;
    if (direct !== false) {
      this.direct = new (directly().DirectLambda)(sandbox);
      this.direct.startsByItself = direct === 'by itself';
    }
    [this.rules, this.results] = this.observers();
  }

  static async deployed(mode: Mode, accounts: readonly Account[], shape: Shape = {}): Promise<TestOrganization> {
    const { settings, central = MANAGEMENT, prepare, direct = false, sides = [], ...place } = shape;
    const assembly = settings === undefined ? assemblyOf(mode) : await assemblyWith(mode, settings);
    const sandbox = await Sandbox.start({ now: START, managementAccount: MANAGEMENT, quickStarts: true, processes: false, ...place });
    try {
      for (const account of accounts) sandbox.organization.addAccount(account);
      sandbox.organization.verifyIdentity(central.id, 'example.com');
      prepare?.(sandbox);
      await sandbox.deploy(assembly, { account: central.id, stack: 'IamKeyRotation' });
      sandbox.clock.set(START);
      return new TestOrganization(sandbox, mode, central, direct, sides);
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
  }

  /** Back to the moment after deployment: processes stay warm, everything else is as new. */
  reset(): void {
    const { sandbox } = this;
    sandbox.faults.clear();
    Object.assign(sandbox.kernel.settings, defaultSettings());
    this.goTo(this.began);
  }

  /** Goes to a snapshot; logs of calls and invocations begin anew, and so do the never-rules. */
  goTo(snapshot: Snapshot): void {
    const { sandbox } = this;
    sandbox.restore(snapshot);
    this.direct?.discard();
    sandbox.calls.length = 0;
    sandbox.invocations.length = 0;
    this.disturbed = false;
    [this.rules, this.results] = this.observers();
    if (this.mode === 'dry-run') this.expectDryRun();
  }

  private observers(): [NeverRules, Results] {
    this.sandbox.kernel.observers.clear();
    const policy = this.functionNamed(FUNCTIONS.rotator).environment['POLICY'] ?? '{}';
    const deletesSecrets = 'deleteSecretAfter' in (JSON.parse(policy) as object);
    const rules = new NeverRules(this.sandbox, { disableGraceDays: 10, deleteGraceDays: 10, deletesSecrets, sides: this.sides, ...NAMES });
    return [rules, new Results(this.sandbox)];
  }

  /** From now on nothing may change, and a lost key stays where it is. */
  expectDryRun(): void {
    this.rules.expectDryRun(true);
    this.disturbed = true;
  }

  /** A user with keys of these ages; the first is the oldest as given. */
  addUser(account: Account, name: string, keys: readonly KeyStory[], more: { path?: string; owner?: string; exempt?: boolean } = {}): User {
    const people = this.sandbox.people(account.id);
    const { path, owner, exempt } = more;
    people.addUser({
      name,
      ...(path !== undefined && { path }),
      ...(owner !== undefined && { tags: { OwnerEmail: owner } }),
      ...(exempt && { groups: [NAMES.exemptionGroup] }),
    });
    for (const { ageDays, status, usedDaysAgo } of keys) {
      people.addAccessKey(name, {
        created: new Date(START.getTime() - ageDays * DAY),
        ...(status && { status }),
        ...(usedDaysAgo !== undefined && { lastUsed: new Date(START.getTime() - usedDaysAgo * DAY) }),
      });
    }
    return this.user(account, name);
  }

  /** A user's keys are in use since yesterday, and their secret was fetched for the last time so many days ago. */
  handOver(account: Account, name: string, { fetchedDaysAgo }: { fetchedDaysAgo: number }): void {
    const ago = (days: number): Date => new Date(this.sandbox.clock.now().getTime() - days * DAY);
    for (const key of this.user(account, name).keys) key.lastUsed = { at: ago(1), service: 's3', region: 'eu-west-1' };
    for (const { id } of [account, this.central]) {
      const secrets = [...this.sandbox.kernel.account(id).secrets.values()];
      for (const secret of secrets.filter((one) => one.name === `Account_${account.id}_User_${name}_AccessKey`))
        secret.accessed = ago(fetchedDaysAgo);
    }
  }

  user(account: Account, name: string): User {
    return this.sandbox.people(account.id).user(name);
  }

  /** Runs something as one run, judged by the never-rules before, meanwhile and after; what it tells and leaves behind keeps to its schemas. */
  async judged<T>(work: () => Promise<T>): Promise<T> {
    this.rules.beforeRun();
    const startedAt = this.sandbox.clock.now();
    const done = await work();
    this.rules.afterRun(startedAt, !this.disturbed);
    const wrong = [
      ...this.sandbox.world.events.filter(({ at }) => at >= startedAt).flatMap((event) => wrongWith(event) ?? []),
      ...wrongInBucket(this.sandbox, startedAt),
    ];
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
    return done;
  }

  /** Does something with the bundles of all functions, although some run directly otherwise. */
  async onBundles<T>(work: () => Promise<T>): Promise<T> {
    const { kernel } = this.sandbox;
    kernel.lambda = this.deployed;
    try {
      return await work();
    } finally {
      kernel.lambda = this.direct ?? this.deployed;
    }
  }

  /** Everything that functions wrote to their logs, in processes or directly. */
  get logs(): LogLine[] {
    return this.sandbox.kernel.lambda?.logs ?? [];
  }

  /** Invokes the orchestrator as its schedule does, at this moment, with everything that follows; gives every result stored meanwhile. */
  async run(event: object = {}, day = 0): Promise<AccountResult[]> {
    await this.judged(async () => {
      await this.sandbox.invoke(FUNCTIONS.orchestrator, event, { type: 'Event', account: this.central.id });
      await this.sandbox.drain();
    });
    return this.results.take(day);
  }

  /** Invokes a function and waits for its answer; a failing function is an Error with its error type as name. */
  async invoke(functionName: string, event: unknown): Promise<unknown> {
    const { payload, functionError } = await this.judged(() => this.sandbox.invoke(functionName, event, { account: this.central.id }));
    await this.sandbox.drain();
    if (functionError === undefined) return payload;
    const { errorType, errorMessage } = payload as { errorType: string; errorMessage: string };
    throw Object.assign(new Error(errorMessage), { name: errorType });
  }

  /** Invokes the rotator for one account by hand. */
  async rotate(
    account: Account,
    more: { ForceRotate?: string; dryrun?: boolean; runId?: string; policy?: string } = {},
  ): Promise<AccountResult> {
    if (more.ForceRotate !== undefined) this.rules.expectForced(account.id, more.ForceRotate);
    return (await this.invoke(FUNCTIONS.rotator, {
      account: account.id,
      email: account.email,
      name: account.name,
      ...more,
    })) as AccountResult;
  }

  /** A first run in an account in which nobody has a key yet: from then on something is remembered of it, and the next run needs no sweep. */
  async begin(account: Account): Promise<void> {
    await this.rotate(account);
    this.results.take(0);
    this.sandbox.calls.length = 0;
  }

  /** Kills every rotator that is at work; gives how many there were. */
  killRotator(): number {
    return (this.direct ?? this.sandbox).killBusy(FUNCTIONS.rotator);
  }

  /** Moves the clock to a moment some days after START, without any run. */
  goToDay(day: number, offsetMinutes = 0): void {
    this.sandbox.clock.set(new Date(START.getTime() + day * DAY + offsetMinutes * 60_000));
  }

  /** A deployed function, to look at or to change. */
  functionNamed(name: string): LambdaFunction {
    const fn = [...this.sandbox.kernel.account(this.central.id).functions.values()].find((one) => one.name === name);
    if (!fn) throw new Error(`no function ${name} is deployed`);
    return fn;
  }

  /** What waits in the queue of failed events, parsed. */
  failedEvents(): { requestPayload: unknown; responsePayload?: { errorType: string; errorMessage: string } }[] {
    const queues = [...this.sandbox.kernel.account(this.central.id).queues.values()];
    return queues
      .filter((queue) => queue.name === FAILED_QUEUE)
      .flatMap((queue) =>
        queue.messages.map((message) => JSON.parse(message.body) as ReturnType<TestOrganization['failedEvents']>[number]),
      );
  }

  /** Calls of the app's own roles that may have changed something in IAM or Secrets Manager. */
  mutations(): CallRecord[] {
    return this.callsOfApp().filter(({ service, mutating }) => mutating && ['iam', 'secretsmanager'].includes(service));
  }

  /** Every call that a role of the app made. */
  callsOfApp(): CallRecord[] {
    return this.sandbox.calls.filter(({ principal }) => /:assumed-role\/(?!Administrator\/)/.test(principal));
  }

  stop(): Promise<void> {
    this.direct?.stop();
    return this.sandbox.stop();
  }
}

/** Deploys once for a test file, starts every test from there, and fails every test that broke a never-rule. */
export function testOrganization(mode: Mode, accounts: readonly Account[], shape: Shape = {}): () => TestOrganization {
  let organization: TestOrganization | undefined;
  const current = (): TestOrganization => {
    if (!organization) throw new Error('the organization is deployed before the first test, not earlier');
    return organization;
  };
  beforeAll(async () => {
    organization = await TestOrganization.deployed(mode, accounts, shape);
  });
  beforeEach(() => {
    current().reset();
  });
  afterEach(() => {
    expect(current().rules.broken).toEqual([]);
  });
  afterAll(async () => {
    await organization?.stop();
  });
  return current;
}

/** The first day from START on which every user of the account is read, whatever the credential report says. */
export function sweepDayOf(account: Account): number {
  const start = Math.floor(START.getTime() / DAY);
  return [0, 1, 2, 3, 4, 5, 6].find((day) => (start + day) % 7 === Number(account.id) % 7) ?? 0;
}

/** What was decided about a user's keys, in order. */
export function actionsOf(results: readonly AccountResult[], user: string): ActionResult[] {
  return results.flatMap(({ users }) => users.filter((one) => one.user === user).flatMap(({ actions }) => actions));
}
