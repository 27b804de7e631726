import pLimit from 'p-limit';
import type { StackOutputs } from '../../cli/deployment/outputs';
import { lengthOf, parsePeriod } from '../../lambda/shared/period';
import type { AccountResult } from '../../lambda/runs/schemas';
import { Results } from '../story/results';
import type { Sandbox } from '../../sandbox/sandbox';
import type { Firing } from '../../sandbox/scheduler/scheduler';
import type { SentMail } from '../../sandbox/kernel/world';
import { ControlError } from './control-error';

/** What happened while the clock moved or a run was started. */
export interface Passage {
  from: Date;
  now: Date;
  firings: Firing[];
  /** What rotators stored meanwhile, in order of time. */
  results: AccountResult[];
  /** Mails that were sent meanwhile. */
  mails: number;
  /** Those that were sent before. */
  mailsBefore: number;
}

const MAX_DAYS = 400;
const DAY_MS = 86_400_000;

/** Moves the served organization's time and starts its runs, one request after the other. */
export class Controls {
  /** What the last movement of time or run brought. */
  last: Passage | undefined;
  private readonly stored: Results;
  private readonly inTurn = pLimit(1);

  constructor(
    readonly sandbox: Sandbox,
    readonly deployment: StackOutputs,
  ) {
    this.stored = new Results(sandbox);
  }

  get mails(): readonly SentMail[] {
    return this.sandbox.mails;
  }

  /** Moves the clock on by a period such as `10d`, `36h` or `10m`, with every scheduled run on the way; a day is 24 hours. */
  async advance(period: string): Promise<Passage> {
    const parsed = parsePeriod(period);
    if (!parsed) throw new ControlError(`advance: "${period}" must be a number with d, h or m, such as 10d`);
    const length = lengthOf(parsed);
    if (length > MAX_DAYS * DAY_MS) throw new ControlError(`advance: ${period} is more than ${MAX_DAYS}d, the most at a time`);
    return this.passing(() => this.sandbox.advanceTo(new Date(this.sandbox.clock.now().getTime() + length)));
  }

  /** Moves the clock to a moment that is still to come, with every scheduled run on the way. */
  async goTo(moment: string): Promise<Passage> {
    const to = new Date(moment);
    if (Number.isNaN(to.getTime())) throw new ControlError(`to: "${moment}" must be a time such as 2026-04-05T03:00:00Z`);
    return this.passing(() => {
      const now = this.sandbox.clock.now();
      if (to < now) throw new ControlError(`to: ${to.toISOString()} is past, the clock is at ${now.toISOString()} and only moves on`);
      if (to.getTime() - now.getTime() > MAX_DAYS * DAY_MS) throw new ControlError(`to: ${moment} is more than ${MAX_DAYS} days ahead`);
      return this.sandbox.advanceTo(to);
    });
  }

  /** Fires the rotation schedule and then the report schedule now, and waits for everything that follows. */
  async run(): Promise<Passage> {
    const { orchestrator, reporter } = this.deployment;
    return this.passing(async () => [await this.sandbox.runSchedule(orchestrator), await this.sandbox.runSchedule(reporter)]);
  }

  /** Everybody whose answer an account's operators wait for says yes: mails are read, DNS records published, requests to AWS granted. */
  agree(account: string): string[] {
    const { organization } = this.sandbox;
    if (!this.sandbox.world.organization.members.has(account)) throw new ControlError(`there is no account ${account}`, 404);
    return organization.agree(account);
  }

  private passing(work: () => Promise<Firing[]>): Promise<Passage> {
    return this.inTurn(async () => {
      // What the command line started before is not this passage's doing.
      await this.sandbox.drain();
      this.stored.take(0);
      const from = this.sandbox.clock.now();
      const before = this.mails.length;
      const firings = await work();
      const results = this.stored.take(0).sort((a, b) => a.startedAt.localeCompare(b.startedAt));
      this.last = { from, now: this.sandbox.clock.now(), firings, results, mails: this.mails.length - before, mailsBefore: before };
      return this.last;
    });
  }
}
