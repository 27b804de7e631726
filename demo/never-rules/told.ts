import type { ObservedCall } from '../../sandbox/kernel/observe';
import type { Sandbox } from '../../sandbox/sandbox';

/** Where a mail's text begins to name such keys; written here once more, because what judges the mails must not follow them. */
const NOTICE = '== Will be disabled without a replacement ==';
/** An item's first line, and what the mail says of its step; dates are days of UTC. */
const ITEM = /^\* \S+ {2}(AKIA[A-Z0-9]{12,})$/m;
const STEP = /\bwill be (disabled|deleted) on (\d{1,2}) ([A-Z][a-z]{2})[a-z]* (\d{4})/;
/** Where the rotator remembers what it has told. */
const MEMORY = /^memory\/\d{12}\.json$/;
const DAY = 86_400_000;

/** The steps that mails give dates of. */
export type ToldStep = 'disable' | 'delete';

/** A date that a mail gave for a step of a key. */
export interface ToldDate {
  keyId: string;
  step: ToldStep;
  /** The day of the step. */
  on: Date;
  /** When the mail was delivered, and which of all mails it was. */
  at: Date;
  mail: number;
}

/** What is known of mails at one moment. */
export interface SavedTold {
  first: ReadonlyMap<string, Date>;
  dates: readonly ToldDate[];
  kept: ReadonlySet<number>;
  read: number;
}

/** What people were told of their keys' steps, in mails of enforcing runs that were really delivered. */
export class Told {
  private first = new Map<string, Date>();
  private dates: ToldDate[] = [];
  private read = 0;
  /** Mails whose acceptance a rotator has learned and could remember: it may not bring their dates forward. */
  private kept = new Set<number>();
  /** Invocation → mails whose acceptance it has learned and not yet remembered. */
  private readonly learned = new Map<string, number[]>();
  private readonly sending = new WeakMap<ObservedCall, number>();

  constructor(private readonly sandbox: Sandbox) {}

  /** A copy of everything known, to go back to with the sandbox's own snapshot. */
  save(): SavedTold {
    this.catchUp();
    return { first: new Map(this.first), dates: [...this.dates], kept: new Set(this.kept), read: this.read };
  }

  /** Goes back to a saved state, which stays as it is. */
  load({ first, dates, kept, read }: SavedTold): void {
    this.first = new Map(first);
    this.dates = [...dates];
    this.kept = new Set(kept);
    this.read = read;
    this.learned.clear();
  }

  /** Whether a delivered mail gave notice of the key at this moment or earlier; a warning of another step is none. */
  before(keyId: string, moment: Date): boolean {
    this.catchUp();
    const at = this.first.get(keyId);
    return at !== undefined && at <= moment;
  }

  /** The dates that mails gave for a key's step on this day or later; `kept` asks for those that the rotator could remember. */
  since(keyId: string, step: ToldStep, begin: Date, kept = false): ToldDate[] {
    this.catchUp();
    return this.dates.filter(
      (date) => date.keyId === keyId && date.step === step && day(date.at) >= day(begin) && (!kept || this.kept.has(date.mail)),
    );
  }

  /** Takes in a call that has just taken effect. */
  sent(call: ObservedCall): void {
    // The mail that was just accepted is the last.
    if (call.operation === 'SendEmail') this.sending.set(call, this.sandbox.mails.length - 1);
  }

  /** Takes in a call whose answer is on its way: of a mail that was accepted, or of what the rotator remembers. */
  answered(call: ObservedCall): void {
    const { service, operation, input } = call;
    const invocation = call.caller.invocation ?? '';
    const mail = this.sending.get(call);
    if (mail !== undefined) this.learned.set(invocation, [...(this.learned.get(invocation) ?? []), mail]);
    if (service !== 's3' || operation !== 'PutObject' || typeof input['Key'] !== 'string' || !MEMORY.test(input['Key'])) return;
    for (const one of this.learned.get(invocation) ?? []) this.kept.add(one);
    this.learned.delete(invocation);
  }

  private catchUp(): void {
    const { mails } = this.sandbox;
    for (const [index, mail] of mails.slice(this.read).entries()) {
      if (mail.trouble !== undefined || mail.subject.startsWith('[Dry run]')) continue;
      for (const section of mail.text?.split(/^(?=== )/m) ?? []) {
        const keys = section.split(/^(?=\* )/m).flatMap((item) => this.takeIn(item, mail.at, this.read + index) ?? []);
        if (!section.startsWith(NOTICE)) continue;
        for (const id of keys) if (!this.first.has(id)) this.first.set(id, mail.at);
      }
    }
    this.read = mails.length;
  }

  /** The key that an item of a mail names. */
  private takeIn(item: string, at: Date, mail: number): string | undefined {
    const keyId = ITEM.exec(item)?.[1];
    const [, step, date, month, year] = STEP.exec(item) ?? [];
    if (keyId === undefined || step === undefined) return keyId;
    const on = new Date(`${date ?? ''} ${month ?? ''} ${year ?? ''} UTC`);
    this.dates.push({ keyId, step: step === 'disabled' ? 'disable' : 'delete', on, at, mail });
    return keyId;
  }
}

const day = (at: Date): number => Math.floor(at.getTime() / DAY);
