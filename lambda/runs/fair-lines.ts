/** An account's lines as far as there is room, and how many more it has. */
interface AccountLines<T> {
  lines: T[];
  more: number;
}

/**
 * Lines of many accounts of which no more than so many are kept: all of them where there is room, else of each account the first ones, as
 * many of each as of any other and one at the least. The order in which accounts come changes nothing.
 */
export class FairLines<T> {
  readonly accounts: AccountLines<T>[] = [];
  private kept = 0;
  private share: number;

  constructor(private readonly room: number) {
    this.share = room;
  }

  /** Takes one account's lines. */
  add(all: readonly T[]): void {
    if (all.length === 0) return;
    const lines = all.slice(0, this.share);
    this.accounts.push({ lines, more: all.length - lines.length });
    this.kept += lines.length;
    while (this.kept > this.room && this.share > 1) this.shrink();
  }

  private shrink(): void {
    this.share = Math.ceil(this.share / 2);
    this.kept = 0;
    for (const account of this.accounts) {
      account.more += Math.max(0, account.lines.length - this.share);
      account.lines.length = Math.min(account.lines.length, this.share);
      this.kept += account.lines.length;
    }
  }
}
