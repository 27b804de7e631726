/** What one call takes when time stands still otherwise, in milliseconds. */
const CALL_MS = 10;

/** The sandbox's time: a settable moment that runs on with real time, or stands still but for what calls and waits take. */
export class Clock {
  private base: number;
  private setAt: number;

  constructor(
    start: Date,
    /** False: time stands still, so that a run takes as long on every machine. */
    readonly runs = true,
  ) {
    this.base = start.getTime();
    this.setAt = Date.now();
  }

  /** Sandbox time minus real time, in milliseconds: what a child process adds to its own clock. */
  get offsetMs(): number {
    return this.base - (this.runs ? this.setAt : Date.now());
  }

  /** The sandbox's present moment. */
  now(): Date {
    return new Date(this.runs ? Date.now() + this.offsetMs : this.base);
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

  /** A call is made. */
  tick(): void {
    if (!this.runs) this.advance(CALL_MS);
  }
}
