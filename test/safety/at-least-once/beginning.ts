import { copy } from '../../../sandbox/kernel/copy';
import type { AccountState, Bucket } from '../../../sandbox/kernel/world';
import type { SavedRules } from '../../../demo/never-rules/never-rules';
import type { DirectLambda } from '../direct/direct-lambda';
import type { Kit } from '../kit/kit';

type Stored = Bucket['objects'] extends Map<string, infer O> ? O : never;
type Part = Pick<AccountState, 'users' | 'secrets' | 'credentialReport'>;

/** The moment before the invocations under test, to go back to thousands of times: only what a rotator can change is copied. */
export class Beginning {
  private readonly part: Part;
  private readonly objects: ReadonlyMap<string, Stored>;
  private readonly rules: SavedRules;
  private readonly at: Date;
  private readonly mails: number;
  private readonly events: number;

  constructor(
    private readonly kit: Kit,
    private readonly lambda: DirectLambda,
    private readonly account: AccountState,
  ) {
    this.part = partOf(account);
    this.objects = new Map(resultsOf(kit).objects);
    this.rules = kit.rules.save();
    this.at = kit.sandbox.clock.now();
    this.mails = kit.sandbox.mails.length;
    this.events = kit.sandbox.world.events.length;
  }

  /** What rotators remember now, as text. */
  remembered(): string[] {
    return memoryIn(this.kit).map(([, { body }]) => Buffer.from(body).toString('utf8'));
  }

  goBack(): void {
    const { kit, account } = this;
    this.lambda.discard();
    this.lambda.hooks = {};
    delete account.credentialReport;
    Object.assign(account, copy(this.part));
    resultsOf(kit).objects.clear();
    for (const [key, object] of this.objects) resultsOf(kit).objects.set(key, object);
    kit.sandbox.mails.length = this.mails;
    kit.sandbox.world.events.length = this.events;
    kit.sandbox.calls.length = 0;
    kit.sandbox.invocations.length = 0;
    kit.sandbox.clock.set(this.at);
    kit.rules.load(this.rules);
  }
}

function partOf({ users, secrets, credentialReport }: AccountState): Part {
  return copy({ users, secrets, ...(credentialReport && { credentialReport }) });
}

/** What rotators remember of accounts; an object that is written again is another one. */
const memoryIn = (kit: Kit): [string, Stored][] => [...resultsOf(kit).objects].filter(([key]) => key.startsWith('memory/'));

function resultsOf({ sandbox, org }: Kit): Bucket {
  const [results] = sandbox.kernel.account(org.central.id).buckets.values();
  if (!results) throw new Error('no bucket is deployed');
  return results;
}
