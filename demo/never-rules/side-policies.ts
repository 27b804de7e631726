import type { Sandbox } from '../../sandbox/sandbox';
import type { KeyEntry } from './book';

/** A policy of minutes, as it is told to its users: by group, exact times. */
export interface SideRule {
  group: string;
  rotateMs: number;
  /** From a key's successor to its being disabled. */
  disableGraceMs: number;
  /** From there to its being deleted. */
  deleteGraceMs: number;
}

/** Watches who is in the groups of policies of minutes, and since when. */
export class SidePolicies {
  private since = new Map<string, Date>();

  constructor(
    private readonly sandbox: Sandbox,
    private readonly rules: readonly SideRule[],
  ) {}

  save(): ReadonlyMap<string, Date> {
    return new Map(this.since);
  }

  load(saved: ReadonlyMap<string, Date>): void {
    this.since = new Map(saved);
  }

  /** Takes in who is in which group. */
  look(): void {
    if (this.rules.length === 0) return;
    for (const [account, { users }] of this.sandbox.world.accounts) {
      for (const { name } of users.values()) {
        const id = `${account}/${name}`;
        if (!this.ruleOf(account, name)) this.since.delete(id);
        else if (!this.since.has(id)) this.since.set(id, this.sandbox.clock.now());
      }
    }
  }

  /** The policy of the user's group. */
  ruleOf(account: string, name: string): SideRule | undefined {
    const groups = this.sandbox.world.accounts.get(account)?.users.get(name)?.groups;
    return groups && this.rules.find(({ group }) => groups.has(group));
  }

  /**
   * The policy by whose minutes the key may end: its user is in the group, and it was no older than the policy lets keys be when they came
   * there. Any other key is somebody's who has to be told.
   */
  quick({ account, user, created, reenabledAt }: KeyEntry): SideRule | undefined {
    const rule = this.ruleOf(account, user);
    const since = this.since.get(`${account}/${user}`) ?? this.sandbox.clock.now();
    return rule && !reenabledAt && created.getTime() + rule.rotateMs > since.getTime() ? rule : undefined;
  }
}
