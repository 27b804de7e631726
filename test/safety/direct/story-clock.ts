import type { Sandbox } from '../../../sandbox/sandbox';

/** The time of a sandbox that moves only when it is told to, so that a story can be told twice. */
export class StoryClock {
  private at: number;

  private constructor(start: Date) {
    this.at = start.getTime();
  }

  /** Replaces the running clock of a sandbox. */
  static of({ clock }: Sandbox): StoryClock {
    const story = new StoryClock(clock.now());
    const now = (): Date => new Date(story.at);
    const set = (moment: Date): void => {
      story.at = moment.getTime();
    };
    const advance = (milliseconds: number): void => {
      story.advance(milliseconds);
    };
    Object.assign(clock, { now, set, advance });
    return story;
  }

  now(): Date {
    return new Date(this.at);
  }

  set(moment: Date): void {
    this.at = moment.getTime();
  }

  advance(milliseconds: number): void {
    this.at += milliseconds;
  }
}
