/** The sandbox's time: a settable moment that runs on with real time. */
export class Clock {
  private base: number;
  private setAt: number;

  constructor(start: Date) {
    this.base = start.getTime();
    this.setAt = Date.now();
  }

  /** Sandbox time minus real time, in milliseconds: what a child process adds to its own clock. */
  get offsetMs(): number {
    return this.base - this.setAt;
  }

  /** The sandbox's present moment. */
  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /** Moves to a moment, forward or back. */
  set(moment: Date): void {
    this.base = moment.getTime();
    this.setAt = Date.now();
  }

  /** Moves on by milliseconds; a negative number moves back. */
  advance(ms: number): void {
    this.base += ms;
  }
}
