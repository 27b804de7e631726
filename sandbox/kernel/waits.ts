import type { Clock } from './clock';

/** Turns of the event loop without anything new after which nothing is under way but waiting. */
const QUIET_TURNS = 6;
const soon = setImmediate;

interface Wait {
  due: number;
  work: () => void;
}

/**
 * Waiting in the sandbox's own time: once nothing is under way any more, the clock moves on to what is due next. However slow the machine,
 * nothing that works is overtaken by its time limit.
 */
export class Waits {
  private readonly waiting = new Set<Wait>();
  private busy = 0;
  private quiet = 0;
  private looking = false;

  constructor(private readonly clock: Clock) {}

  /** Does something when so many milliseconds have gone by; gives the function that calls it off. */
  after(ms: number, work: () => void): () => void {
    const wait = { due: this.clock.now().getTime() + ms, work };
    this.waiting.add(wait);
    this.look();
    return () => {
      this.quiet = 0;
      this.waiting.delete(wait);
    };
  }

  /** Waits so many milliseconds. */
  pass(ms: number): Promise<void> {
    return this.outside(() => new Promise((resolve) => this.after(ms, resolve)));
  }

  /** Keeps the time from moving while this is under way. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
      this.look();
    }
  }

  /** Waiting is not being under way, also within `during`. */
  private async outside(wait: () => Promise<void>): Promise<void> {
    this.busy -= 1;
    try {
      await wait();
    } finally {
      this.busy += 1;
    }
  }

  private look(): void {
    this.quiet = 0;
    if (this.looking) return;
    this.looking = true;
    soon(() => {
      this.turn();
    });
  }

  private turn(): void {
    this.looking = false;
    if (this.busy > 0 || this.waiting.size === 0) return;
    const quiet = (this.quiet += 1);
    if (quiet > QUIET_TURNS) this.goOn();
    this.look();
    if (quiet <= QUIET_TURNS) this.quiet = quiet;
  }

  private goOn(): void {
    const [first, ...others] = this.waiting;
    if (!first) return;
    const next = others.reduce((earliest, wait) => (wait.due < earliest.due ? wait : earliest), first);
    this.waiting.delete(next);
    const now = this.clock.now().getTime();
    if (next.due > now) this.clock.advance(next.due - now);
    next.work();
  }
}
