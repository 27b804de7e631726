import type { Fault, FaultEffect } from '../../../sandbox/kernel/faults';
import { FUNCTIONS, type TestOrganization } from '../../helpers/sandbox-organization';
import type { DirectCall } from '../direct/direct-aws';
import type { DirectLambda } from '../direct/direct-lambda';
import type { Accident, Trouble } from './story';

const EFFECTS: Readonly<Record<Trouble['effect'], { when: 'before' | 'after'; then: FaultEffect }>> = {
  throttled: { when: 'before', then: { kind: 'error', code: 'Throttling', status: 400 } },
  failed: { when: 'before', then: { kind: 'error', code: 'ServiceFailure', status: 500 } },
  denied: { when: 'before', then: { kind: 'error', code: 'AccessDenied', status: 403 } },
  'lost before': { when: 'before', then: { kind: 'drop' } },
  'lost after': { when: 'after', then: { kind: 'drop' } },
};

/** What goes wrong from some day on: judged run by run, and over at its time or when it has happened. */
export class Troubles {
  private readonly faults = new Map<Fault, number>();
  private readonly deaths = new Set<Accident & { what: 'the rotator dies' }>();
  private killed = 0;
  private readonly seen = new Map<object, number>();

  constructor(
    private readonly org: TestOrganization,
    private readonly lambda: DirectLambda,
  ) {
    const dies =
      (when: 'before' | 'after') =>
      ({ operation }: DirectCall): void => {
        for (const death of this.deaths) if (death.operation === operation && death.when === when) this.countDown(death);
      };
    lambda.hooks = { before: dies('before'), after: dies('after') };
  }

  /** Begins an accident and says so. */
  begin(accident: Accident, day: number): string {
    if (accident.what === 'the rotator dies') {
      this.deaths.add(accident);
      return `from now on the rotator dies ${accident.when} its ${accident.operation} number ${accident.nth}`;
    }
    const { operation, effect, nth, times, forDays } = accident.trouble;
    const match = { operation, nth, times, principal: 'assumed-role/iam-key-rotation' };
    this.faults.set(this.org.sandbox.faults.add({ match, ...EFFECTS[effect] }), day + forDays);
    return `for ${forDays} days ${operation} is ${effect}${effect.startsWith('lost') ? ' its effect' : ''}, ${times} times from number ${nth} on`;
  }

  /** Ends what is over by this day. */
  endBefore(day: number): void {
    for (const [fault, until] of this.faults) {
      if (day < until) continue;
      this.org.sandbox.faults.remove(fault);
      this.faults.delete(fault);
    }
  }

  /** Ends everything. */
  end(): void {
    this.endBefore(Infinity);
    this.deaths.clear();
  }

  /** How many calls were changed, and how often the rotator died, since this was asked last. */
  take(): { calls: number; deaths: number } {
    let calls = 0;
    for (const fault of this.faults.keys()) {
      calls += fault.hits - (this.seen.get(fault) ?? 0);
      this.seen.set(fault, fault.hits);
    }
    const deaths = this.killed;
    this.killed = 0;
    return { calls, deaths };
  }

  private countDown(death: Accident & { what: 'the rotator dies' }): void {
    const seen = (this.seen.get(death) ?? 0) + 1;
    this.seen.set(death, seen);
    if (seen < death.nth) return;
    this.deaths.delete(death);
    this.killed += this.lambda.killBusy(FUNCTIONS.rotator);
  }
}
