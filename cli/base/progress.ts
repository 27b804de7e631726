import { SingleBar } from 'cli-progress';
import { removeAtEnd } from './ending';
import { columnsOf } from './terminal';

const MAX_BAR_COLUMNS = 40;

/** A progress bar on the standard error, and only where that is a terminal; an interrupted program gives the cursor back. */
export class Progress {
  private readonly bar: SingleBar;

  /** `text` follows the bar: `{value}`, `{total}` and `{what}` are filled in. */
  constructor(text: string) {
    const barsize = Math.min(MAX_BAR_COLUMNS, Math.floor(columnsOf(process.stderr) / 3));
    this.bar = new SingleBar({ format: `  {bar} ${text}`, barsize, hideCursor: true, clearOnComplete: true, stream: process.stderr });
    removeAtEnd(() => {
      this.bar.stop();
    });
  }

  /** Shows the bar, for so many steps, some of which may be done. */
  start(total: number, value = 0): void {
    this.bar.start(total, value, { what: '' });
  }

  /** Says how far the work is, and with what. */
  update(value: number, what: string): void {
    this.bar.update(value, { what });
  }

  /** Takes the bar away. */
  stop(): void {
    this.bar.stop();
  }
}
