import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Administrators } from './kernel/administrators';
import type { Clock } from './kernel/clock';
import { deployAssembly, type Chosen } from './cloudformation/deploy';
import { stackPlatform } from './cloudformation/platform';
import { deleteStack, type DeploymentEvent } from './cloudformation/stack';
import { syncStackSets } from './cloudformation/stack-sets';
import type { Credentials } from './kernel/contracts';
import type { Faults } from './kernel/faults';
import { createKernel, type Kernel, type KernelOptions } from './kernel/kernel';
import type { Invocation } from './lambda/invocation';
import type { LogLine } from './kernel/contracts';
import { LambdaRuntime } from './lambda/runtime';
import { EXECUTE_API } from './execute-api/serve';
import { organization, type NewAccount, type OrganizationPeople } from './kernel/organization';
import { people, type People } from './kernel/people';
import { Scheduler, type Firing } from './scheduler/scheduler';
import { createSandboxServer } from './wire/server';
import type { CallRecord, Member, SentMail, StackState, World } from './kernel/world';

/** How a sandbox starts. */
export interface SandboxOptions extends Omit<KernelOptions, 'clockRuns'> {
  /** 0, the default, takes any free port. */
  port?: number;
  /** Added to every call over HTTP. */
  latencyMs?: number;
  /** Most asynchronous invocations at a time, all functions together; default 2. */
  concurrency?: number;
  /** New processes begin with the code that earlier ones have compiled, which makes their starts cheaper than Lambda's; default false. */
  quickStarts?: boolean;
  /**
   * False: functions run inside this process, and time stands still but for what calls and waits take; a run is the same on every machine,
   * and takes a fraction of the time. Default true: each function has processes of its own, as on Lambda.
   */
  processes?: boolean;
}

/** What is deployed where. */
export interface DeployOptions extends Chosen {
  account?: string;
  /** The sandbox's own when absent. */
  region?: string;
  onProgress?: (event: DeploymentEvent) => void;
}

/** State and time of a sandbox at one moment. */
export interface Snapshot {
  world: World;
  at: Date;
}

/** What an SDK client is constructed with to talk to the sandbox as somebody. */
export interface ClientConfiguration {
  endpoint: string;
  region: string;
  credentials: Credentials;
  /** Makes the SDK sign in sandbox time; the clock at the moment of asking. */
  systemClockOffset: number;
}

/**
 * A local AWS organization: deploys synthesized apps, runs their functions and schedules, and answers the SDK and the `aws` command line.
 */
export class Sandbox {
  /** Where the server listens, for `AWS_ENDPOINT_URL`. */
  readonly url: string;
  private readonly administrators: Administrators;
  private readonly runtime: LambdaRuntime;
  private readonly scheduler: Scheduler;
  /** Assets of every deployment, for change sets that make functions again. */
  private readonly published = new Map<string, string>();

  private constructor(
    readonly kernel: Kernel,
    private readonly server: Server,
    options: { concurrency: number; quickStarts: boolean; processes: boolean },
  ) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.administrators = new Administrators(kernel);
    this.administrators.ensure(kernel.world.managementAccount);
    this.runtime = new LambdaRuntime(kernel, { endpoint: this.url, ...options });
    kernel.lambda = this.runtime;
    kernel.stacks = stackPlatform(kernel, this.url, this.published);
    this.scheduler = new Scheduler(kernel, () => this.drain());
  }

  /** Starts an organization whose only account is the management account, and its server on the loopback interface. */
  static async start({
    port = 0,
    latencyMs = 0,
    concurrency = 2,
    quickStarts = false,
    processes = true,
    ...options
  }: SandboxOptions): Promise<Sandbox> {
    const kernel = createKernel({ ...options, clockRuns: processes });
    kernel.latencyMs = latencyMs;
    const server = createSandboxServer(kernel);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return new Sandbox(kernel, server, { concurrency, quickStarts, processes });
  }

  get world(): World {
    return this.kernel.world;
  }

  get clock(): Clock {
    return this.kernel.clock;
  }

  get faults(): Faults {
    return this.kernel.faults;
  }

  /** Every call so far; `length = 0` empties the log. */
  get calls(): CallRecord[] {
    return this.kernel.calls;
  }

  /** The calls that a policy did not allow. */
  get denials(): CallRecord[] {
    return this.kernel.calls.filter(({ authorized }) => authorized.some(({ allowed }) => !allowed));
  }

  get mails(): SentMail[] {
    return this.kernel.world.mails;
  }

  /** Every invocation of a function so far, with its outcome; `length = 0` empties the list. */
  get invocations(): Invocation[] {
    return this.runtime.invocations;
  }

  /** What functions wrote, one function or all. */
  logs(functionName?: string): LogLine[] {
    return this.runtime.logs.filter((line) => functionName === undefined || line.functionName === functionName);
  }

  /** What people do in an account, without signing. */
  people(accountId: string): People {
    return people(this.kernel, accountId);
  }

  /** What happens to the organization: accounts join, move, are suspended. */
  get organization(): OrganizationPeople {
    return organization(this.kernel);
  }

  /** Adds an account as `organization.addAccount` does, and brings automatic stack sets to it. */
  async addAccount(account: NewAccount): Promise<Member> {
    const member = this.organization.addAccount(account);
    this.administrators.ensure(member.id);
    await this.syncStackSets();
    return member;
  }

  /**
   * Deploys a cloud assembly, or one stack of it, into an account, by default the management account; throws a DeploymentError, and then
   * nothing has changed.
   */
  async deploy(assemblyDirectory: string, options: DeployOptions = {}): Promise<StackState[]> {
    const { account = this.world.managementAccount, region = this.kernel.region, onProgress, ...chosen } = options;
    this.administrators.ensure(account);
    const { kernel, url, published } = this;
    return deployAssembly({ kernel, url, published, account, region, onProgress }, assemblyDirectory, chosen);
  }

  /**
   * Deletes a stack as `cdk destroy` does, and then the stacks of its stack sets; throws a DeploymentError, and then nothing has changed.
   */
  async destroy(stack: string, { account = this.world.managementAccount }: { account?: string } = {}): Promise<void> {
    const before = this.kernel.snapshot();
    try {
      await deleteStack(this.place(account), stack);
      await this.syncStackSets();
    } catch (error) {
      this.kernel.restore(before);
      throw error;
    }
  }

  private place(account: string) {
    const { kernel, url, published: assets } = this;
    return { kernel, url, account, region: kernel.region, assets };
  }

  /** Brings automatic stack sets to accounts that joined, and removes them from accounts that left. */
  async syncStackSets(onProgress?: (event: DeploymentEvent) => void): Promise<void> {
    await syncStackSets({ kernel: this.kernel, url: this.url, onProgress }, { onlyAutomatic: true });
  }

  /**
   * Invokes a function as an administrator of its account, by default the management account; throws Lambda's own error when it cannot be
   * invoked.
   */
  async invoke(
    functionNameOrArn: string,
    payload: unknown,
    { type = 'RequestResponse', account = this.world.managementAccount }: { type?: 'RequestResponse' | 'Event'; account?: string } = {},
  ): Promise<{ payload: unknown; functionError?: string }> {
    const { accessKeyId } = this.administrators.credentials(account);
    const holder = this.kernel.caller(accessKeyId);
    if (!holder) throw new Error(`the administrator of account ${account} has no session`);
    const output = await this.kernel.dispatch(
      'lambda',
      'Invoke',
      { FunctionName: functionNameOrArn, InvocationType: type, Payload: Buffer.from(JSON.stringify(payload)) },
      { principal: holder.principal, region: this.kernel.region, accessKeyId },
    );
    const { Payload, FunctionError } = output as { Payload?: Uint8Array; FunctionError?: string };
    const text = Payload === undefined ? '' : Buffer.from(Payload).toString('utf8');
    return {
      payload: text === '' ? undefined : (JSON.parse(text) as unknown),
      ...(FunctionError === undefined ? {} : { functionError: FunctionError }),
    };
  }

  /** Resolves when no asynchronous work is left; waits before retries move the clock. */
  async drain(): Promise<void> {
    await (this.kernel.lambda ?? this.runtime).drain();
  }

  /** Moves the clock to a moment, firing every schedule that comes due on the way, in order of time, with everything it sets in motion. */
  async advanceTo(date: Date): Promise<Firing[]> {
    return this.scheduler.advanceTo(date);
  }

  /** Fires a schedule now and waits for everything it sets in motion; throws when its target cannot be invoked. */
  async runSchedule(name: string): Promise<Firing> {
    const firing = await this.scheduler.runNow(name);
    await this.drain();
    return firing;
  }

  /** Client configuration for an account's administrator, or for whoever holds the credentials given. */
  client(accountId: string, credentials: Credentials = this.administrators.credentials(accountId)): ClientConfiguration {
    return { endpoint: this.url, region: this.kernel.region, credentials, systemClockOffset: this.clock.offsetMs };
  }

  /** Where a URL of a REST API, as stacks put it out, is answered here; another URL stays as it is. */
  apiUrl(url: string): string {
    return url.replace(/^https:\/\/([a-z0-9]{10}(?:-vpce-[0-9a-f]+)?)\.execute-api\.[^/]+/, `${this.url}${EXECUTE_API}$1`);
  }

  /** Kills the processes of a function that are working; their invocations fail as crashed. Returns how many there were. */
  killBusy(functionName: string): number {
    return this.runtime.killBusy(functionName);
  }

  /** Ends the processes that wait for work, as Lambda does after a while: the next invocations are cold starts. */
  async coolDown(): Promise<void> {
    await this.runtime.coolDown();
  }

  /** Peak resident memory of each function's living processes so far, in bytes. */
  peakMemory(): Map<string, number> {
    return this.runtime.peakMemory();
  }

  /** State and time; throws while asynchronous work is under way, since processes cannot be copied. */
  snapshot(): Snapshot {
    const { pending } = this.runtime;
    if (pending > 0) throw new Error(`${pending} asynchronous invocations are under way: call drain() before snapshot()`);
    return { world: this.kernel.snapshot(), at: this.clock.now() };
  }

  /** Goes back to a snapshot, in time too; asynchronous work under way is dropped, idle processes stay warm. */
  restore({ world, at }: Snapshot): void {
    this.runtime.discard();
    this.kernel.restore(world);
    this.clock.set(at);
  }

  /** Ends every process and the server. */
  async stop(): Promise<void> {
    await this.runtime.stop();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
  }
}
