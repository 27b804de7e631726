import { randomUUID } from 'node:crypto';
import { parseArn } from '../kernel/arn';
import type { Kernel } from '../kernel/kernel';
import { sendToQueue } from '../lambda/send-to-queue';
import type { Principal, Schedule } from '../kernel/world';
import { parseExpression, type Recurrence } from './expression';

/** One firing of a schedule and what came of it. */
export interface Firing {
  account: string;
  schedule: string;
  /** When it was due. */
  due: Date;
  /** Why the target was not invoked; Scheduler itself reports this to nobody but the dead-letter queue. */
  error?: string;
}

/** EventBridge Scheduler: fires schedules while the sandbox's clock is moved. */
export class Scheduler {
  private readonly parsed = new Map<string, Recurrence>();

  constructor(
    private readonly kernel: Kernel,
    /** Waits until everything a firing set in motion is done. */
    private readonly settle: () => Promise<void>,
  ) {}

  /**
   * Moves the clock to a moment, never back, and fires every enabled schedule that comes due after now and until then, in order of time,
   * each at its own time and settled before the next.
   */
  async advanceTo(moment: Date): Promise<Firing[]> {
    const { clock } = this.kernel;
    const firings: Firing[] = [];
    let after = clock.now();
    for (;;) {
      // Settling may move the clock past the moment; what came due meanwhile is fired too.
      const until = new Date(Math.max(moment.getTime(), clock.now().getTime()));
      const due = this.nextDue(after, until);
      if (!due) break;
      this.forwardTo(due.at);
      for (const { account, schedule } of due.schedules) {
        firings.push(await this.fire(account, schedule, due.at));
        await this.settle();
      }
      after = due.at;
    }
    this.forwardTo(moment);
    return firings;
  }

  /** Fires one schedule now, enabled or not; throws when there is none of that name or its target cannot be invoked. */
  async runNow(name: string): Promise<Firing> {
    const found = this.all().find(({ schedule }) => schedule.name === name);
    if (!found) {
      const known = this.all().map(({ schedule }) => schedule.name);
      throw new Error(`there is no schedule "${name}"; there are: ${known.join(', ') || 'none'}`);
    }
    const firing = await this.fire(found.account, found.schedule, this.kernel.clock.now());
    if (firing.error !== undefined) throw new Error(`schedule ${name}: ${firing.error}`);
    return firing;
  }

  private all(): { account: string; schedule: Schedule }[] {
    return [...this.kernel.world.accounts.values()].flatMap(({ id, schedules }) =>
      [...schedules.values()].map((schedule) => ({ account: id, schedule })),
    );
  }

  /** The earliest moment after one and until another at which schedules are due, with those schedules by name. */
  private nextDue(after: Date, until: Date): { at: Date; schedules: { account: string; schedule: Schedule }[] } | undefined {
    const due = this.all().flatMap((entry) => {
      const at = entry.schedule.state === 'ENABLED' ? this.recurrence(entry.schedule).next(after, entry.schedule.created) : undefined;
      return at && at <= until ? [{ ...entry, at: at.getTime() }] : [];
    });
    if (due.length === 0) return undefined;
    const earliest = due.reduce((least, { at }) => Math.min(least, at), Infinity);
    const schedules = due.filter(({ at }) => at === earliest).sort((a, b) => a.schedule.name.localeCompare(b.schedule.name));
    return { at: new Date(earliest), schedules };
  }

  private recurrence({ expression }: Schedule): Recurrence {
    const recurrence = this.parsed.get(expression) ?? parseExpression(expression);
    this.parsed.set(expression, recurrence);
    return recurrence;
  }

  private forwardTo(moment: Date): void {
    const { clock } = this.kernel;
    if (moment > clock.now()) clock.set(moment);
  }

  private async fire(account: string, schedule: Schedule, due: Date): Promise<Firing> {
    schedule.lastFired = due;
    const payload = substitute(schedule, due);
    const executor = this.assume(account, schedule);
    if (typeof executor === 'string') return { account, schedule: schedule.name, due, error: executor };
    try {
      await this.kernel.dispatch(
        'lambda',
        'Invoke',
        { FunctionName: schedule.target.arn, InvocationType: 'Event', Payload: Buffer.from(payload) },
        { principal: executor, region: schedule.region },
      );
      return { account, schedule: schedule.name, due };
    } catch (thrown) {
      const error = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
      const undelivered = schedule.target.deadLetter && sendToQueue(this.kernel, executor, schedule.target.deadLetter, payload);
      return { account, schedule: schedule.name, due, error: undelivered ? `${error}; dead-letter queue: ${undelivered}` : error };
    }
  }

  /** The schedule's role as Scheduler assumes it, or the refusal. */
  private assume(account: string, { region, arn, group, target }: Schedule): Principal | string {
    const caller = { principal: this.kernel.servicePrincipal('scheduler.amazonaws.com', account), region };
    const partition = parseArn(arn)?.partition ?? 'aws';
    const context = {
      'aws:SourceAccount': account,
      // The group, not the schedule: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      'aws:SourceArn': `arn:${partition}:scheduler:${region}:${account}:schedule-group/${group}`,
    };
    try {
      return this.kernel.assumeRole(caller, target.role, 'AmazonEventBridgeScheduler', context).principal;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    }
  }
}

/**
 * Input with Scheduler's context attributes:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
function substitute({ arn, target }: Schedule, due: Date): string {
  const attributes: Record<string, string> = {
    'schedule-arn': arn,
    'scheduled-time': due.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'execution-id': randomUUID(),
    'attempt-number': '1',
  };
  return (target.input ?? '{}').replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name: string) => attributes[name] ?? whole);
}
