import type { MiddlewareStack } from '@smithy/types';
import { isThrottled } from './while-throttled';

/**
 * How much is done at once: half as much after every call that AWS throttles, never less than one; a little more after every call that it
 * answers, up to the most. AWS publishes no rates of IAM, so they are found by trying, as TCP finds the rate of a
 * connection.
 */
export class Pace {
  private width: number;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly most: number) {
    this.width = most;
  }

  /** Lets every attempt of a client's calls set the pace, those that the SDK repeats, too; an earlier pace no longer counts. */
  watch<Input extends object, Output extends object>(client: { middlewareStack: MiddlewareStack<Input, Output> }): void {
    client.middlewareStack.add(
      (next) => async (args) => {
        try {
          const answer = await next(args);
          this.width = Math.min(this.most, this.width + 1 / this.width);
          this.admit();
          return answer;
        } catch (error) {
          if (isThrottled(error)) this.width = Math.max(1, this.width / 2);
          throw error;
        }
      },
      // Outside of what reads an answer, inside of what repeats a call.
      { step: 'deserialize', priority: 'high', name: 'pace', override: true },
    );
  }

  /** Runs `work` for every item, begun in the items' order, and gives the answers in that order; the first error wins. */
  async each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
    return Promise.all(
      items.map(async (item) => {
        await this.turn();
        try {
          return await work(item);
        } finally {
          this.running -= 1;
          this.admit();
        }
      }),
    );
  }

  private turn(): Promise<void> {
    return new Promise((begin) => {
      this.waiting.push(begin);
      this.admit();
    });
  }

  private admit(): void {
    while (this.running < Math.floor(this.width)) {
      const begin = this.waiting.shift();
      if (!begin) return;
      this.running += 1;
      begin();
    }
  }
}
