import { Sandbox, type ClientConfiguration, type Snapshot } from '../../sandbox/sandbox';
import { defaultSettings } from '../../sandbox/kernel/settings';
import type { AccessKey, PolicyDocument } from '../../sandbox/kernel/world';
import { connectDirectly } from '../safety/direct/direct-aws';
import type { Ended } from './commands-host';
import { operate, type Operating } from './operator';
import { DAY, MANAGEMENT } from './sandbox-organization';

/** A key as a test describes it, in days before now. */
export interface KeyAge {
  days: number;
  status?: 'Active' | 'Inactive';
  usedDaysAgo?: number;
}

/** One account without a rotation, in which a person works by hand. */
export class KeysSandbox {
  constructor(readonly sandbox: Sandbox) {}

  /** A user with these keys, the first of which is the oldest. */
  user(name: string, keys: readonly KeyAge[] = [], policies: Record<string, PolicyDocument> = {}): AccessKey[] {
    const people = this.sandbox.people(MANAGEMENT.id);
    people.addUser({ name, policies });
    const ago = (days: number): Date => new Date(this.sandbox.clock.now().getTime() - days * DAY);
    return keys.map(({ days, status = 'Active', usedDaysAgo }) =>
      people.addAccessKey(name, { created: ago(days), status, ...(usedDaysAgo !== undefined && { lastUsed: ago(usedDaysAgo) }) }),
    );
  }

  /** Each key of a user with its status. */
  keysOf(name: string): Record<string, string> {
    return Object.fromEntries(
      this.sandbox
        .people(MANAGEMENT.id)
        .user(name)
        .keys.map(({ id, status }) => [id, status]),
    );
  }

  /** The id of the key that is the current version of the user's secret. */
  storedKeyOf(name: string): string | undefined {
    const secret = [...this.sandbox.kernel.account(MANAGEMENT.id).secrets.values()].find((one) => one.name.includes(`_User_${name}_`));
    const current = [...(secret?.versions.values() ?? [])].find(({ stages }) => stages.has('AWSCURRENT'));
    return current === undefined ? undefined : (JSON.parse(current.value) as { AccessKeyId: string }).AccessKeyId;
  }

  /** Runs a command; what it writes holds no secret of any key. */
  async keys(args: readonly string[], operating: Operating = {}): Promise<Ended> {
    const ended = await operate(this.sandbox, args, operating);
    for (const { keys } of this.sandbox.kernel.account(MANAGEMENT.id).users.values())
      for (const { secret } of keys) expect(`${ended.out}${ended.error}`).not.toContain(secret);
    return ended;
  }

  /** Names of the calls since the last look that may have changed something. */
  changes(): string[] {
    return this.sandbox.calls.splice(0).flatMap(({ mutating, operation }) => (mutating ? [operation] : []));
  }

  /** Credentials of a user with a key. */
  as(key: AccessKey): Pick<ClientConfiguration, 'credentials'> {
    return { credentials: { accessKeyId: key.id, secretAccessKey: key.secret } };
  }
}

/** A sandbox for a test file; each test begins with an empty account, at this moment. `direct`: clients without an endpoint call it without HTTP. */
export function keysSandbox({ direct = false }: { direct?: boolean } = {}): () => KeysSandbox {
  let disconnect: (() => void) | undefined;
  let began: { keys: KeysSandbox; snapshot: Snapshot } | undefined;
  beforeAll(async () => {
    const sandbox = await Sandbox.start({ now: new Date(), managementAccount: MANAGEMENT, processes: false });
    began = { keys: new KeysSandbox(sandbox), snapshot: sandbox.snapshot() };
    if (direct) disconnect = connectDirectly(sandbox.kernel, sandbox.clock, {});
  });
  beforeEach(() => {
    const { sandbox } = began!.keys;
    sandbox.faults.clear();
    sandbox.kernel.observers.clear();
    Object.assign(sandbox.kernel.settings, defaultSettings());
    sandbox.restore(began!.snapshot);
    sandbox.calls.length = 0;
    // The processes of operators live in real time.
    sandbox.clock.set(new Date());
  });
  afterAll(async () => {
    disconnect?.();
    await began?.keys.sandbox.stop();
  });
  return () => began!.keys;
}
