import type { AccountResult, ActionResult, Failure } from '../../lambda/runs/schemas';
import type { Sandbox } from '../../sandbox/sandbox';

/** One action with where and when it happened, for tables. */
export interface Happened extends ActionResult {
  day: number;
  account: string;
  accountName: string;
  user: string;
}

/** One failure with where and when it happened. */
export interface Failed extends Failure {
  day: number;
  account: string;
}

/** Reads the results that rotators stored, each once, day by day. */
export class Results {
  readonly happened: Happened[] = [];
  readonly failed: Failed[] = [];
  private readonly read = new Set<string>();

  constructor(private readonly sandbox: Sandbox) {}

  /** Every result stored since the last call, in this day's name. */
  take(day: number): AccountResult[] {
    const taken: AccountResult[] = [];
    for (const { buckets } of this.sandbox.world.accounts.values()) {
      for (const bucket of buckets.values()) {
        for (const [key, { body }] of bucket.objects) {
          if (!/^runs\/[^/]+\/\d{12}\.json$/.test(key) || this.read.has(key)) continue;
          this.read.add(key);
          taken.push(JSON.parse(Buffer.from(body).toString('utf8')) as AccountResult);
        }
      }
    }
    for (const result of taken) this.note(day, result);
    return taken;
  }

  private note(day: number, { account, users, failures }: AccountResult): void {
    for (const { user, actions } of users) {
      for (const action of actions) this.happened.push({ ...action, day, account: account.id, accountName: account.name, user });
    }
    for (const failure of failures) this.failed.push({ ...failure, day, account: account.id });
  }

  /** The day on which an action was first done for one of a user's keys, or undefined. */
  dayOf(user: string, action: string, keyId?: string): number | undefined {
    return this.happened.find(
      (one) => one.user === user && one.action === action && one.outcome === 'done' && (keyId === undefined || one.keyId === keyId),
    )?.day;
  }
}
