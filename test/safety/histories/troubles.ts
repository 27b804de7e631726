import type { Fault, FaultEffect } from '../../../sandbox/faults';
import { FUNCTIONS, type TestOrganization } from '../../helpers/sandbox-organization';
import type { DirectLambda } from '../direct/direct-lambda';
import type { Accident, Trouble } from './story';

const EFFECTS: Readonly<Record<Trouble['effect'], { when: 'before' | 'after'; then: FaultEffect }>> = {
  throttled: { when: 'before', then: { kind: 'error', code: 'Throttling', status: 400 } },
  failed: { when: 'before', then: { kind: 'error', code: 'ServiceFailure', status: 500 } },
  denied: { when: 'before', then: { kind: 'error', code: 'AccessDenied', status: 403 } },
  'lost before': { when: 'before', then: { kind: 'drop' } },
  'lost after': { when: 'after', then: { kind: 'drop' } },
};

/** What goes wrong on one day: made ready before the day's run, counted and taken away after it. */
export class Troubles {
  private faults: Fault[] = [];
  private killed = 0;

  constructor(
    private readonly org: TestOrganization,
    private readonly lambda: DirectLambda,
  ) {}

  /** Makes an accident ready and says so. */
  prepare(accident: Accident): string {
    if (accident.what === 'the rotator dies') {
      this.killAt(accident.atCall, accident.when);
      return `the rotator dies ${accident.when} its call ${accident.atCall}`;
    }
    const { operation, effect, nth, times } = accident.trouble;
    const match = { operation, nth, times, principal: 'assumed-role/iam-key-rotation' };
    this.faults.push(this.org.sandbox.faults.add({ match, ...EFFECTS[effect] }));
    return `${operation} is ${effect}${effect.startsWith('lost') ? ' its effect' : ''}, ${times} times from call ${nth} on`;
  }

  /** Ends the day's troubles; gives how many calls they changed and how often the rotator died. */
  end(): { calls: number; deaths: number } {
    const calls = this.faults.reduce((sum, { hits }) => sum + hits, 0);
    const deaths = this.killed;
    this.org.sandbox.faults.clear();
    this.lambda.hooks = {};
    this.faults = [];
    this.killed = 0;
    return { calls, deaths };
  }

  private killAt(atCall: number, when: 'before' | 'after'): void {
    let seen = 0;
    const count = (): void => {
      seen += 1;
      if (seen === atCall) this.killed += this.lambda.killBusy(FUNCTIONS.rotator);
    };
    this.lambda.hooks = when === 'before' ? { before: count } : { after: count };
  }
}
