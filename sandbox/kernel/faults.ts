import type { Principal } from './world';

/** One call as faults see it. */
export interface FaultTarget {
  service: string;
  operation: string;
  principal: Principal;
  input: Record<string, unknown>;
}

/** Which calls a fault hits; every given part must match. */
export interface FaultMatch {
  /** The signing name: `iam`, `secretsmanager`. */
  service?: string;
  operation?: string;
  /** Part of the caller's ARN. */
  principal?: string;
  input?: (input: Record<string, unknown>) => boolean;
  /** Hits from the nth matching call on, counted from 1; default 1. */
  nth?: number;
  /** How many calls it hits; default every one. */
  times?: number;
}

/** What happens to a hit call. */
export type FaultEffect =
  | { kind: 'error'; code: string; status?: number; message?: string }
  | { kind: 'drop' }
  | { kind: 'delay'; ms: number }
  | { kind: 'call'; run: () => void | Promise<void> };

/** Which calls fail, when, and how. */
export interface FaultSpecification {
  match: FaultMatch;
  /** `before`: the call has no effect; `after`: it took effect and the answer is lost or changed. */
  when: 'before' | 'after';
  then: FaultEffect;
}

/** An injected fault with its counters. */
export interface Fault extends FaultSpecification {
  /** Calls that matched. */
  seen: number;
  /** Calls that it changed. */
  hits: number;
}

/** The answer never arrives: the server destroys the socket. */
export class DroppedConnection extends Error {
  override readonly name = 'DroppedConnection';
}

/** Faults injected into calls, in the order they were added. */
export class Faults {
  private readonly active = new Set<Fault>();

  /** Injects a fault until `remove` or `clear`; the returned object counts its hits. */
  add(specification: FaultSpecification): Fault {
    const fault = { ...specification, seen: 0, hits: 0 };
    this.active.add(fault);
    return fault;
  }

  remove(fault: Fault): void {
    this.active.delete(fault);
  }

  clear(): void {
    this.active.clear();
  }

  /** Whether any call may be delayed. */
  get mayDelay(): boolean {
    for (const { then } of this.active) if (then.kind === 'delay') return true;
    return false;
  }

  /** The effects that hit this call now; counts them. Call once per call and moment. */
  hitting(when: 'before' | 'after', target: FaultTarget): FaultEffect[] {
    if (this.active.size === 0) return [];
    const effects: FaultEffect[] = [];
    for (const fault of this.active) {
      if (fault.when !== when || !matches(fault.match, target)) continue;
      fault.seen += 1;
      if (fault.seen < (fault.match.nth ?? 1) || fault.hits >= (fault.match.times ?? Infinity)) continue;
      fault.hits += 1;
      effects.push(fault.then);
    }
    return effects;
  }
}

function matches(match: FaultMatch, target: FaultTarget): boolean {
  return (
    (match.service === undefined || match.service === target.service) &&
    (match.operation === undefined || match.operation === target.operation) &&
    (match.principal === undefined || target.principal.arn.includes(match.principal)) &&
    (match.input === undefined || match.input(target.input))
  );
}
