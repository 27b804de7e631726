import type { Sandbox } from '../../../sandbox/sandbox';
import { MANAGEMENT } from '../../helpers/sandbox-organization';
import type { Somebody } from './forgeries';
import type { LostMails } from './story';

const DAY = 86_400_000;

/** Addresses whose mails SES takes and does not deliver, for some days each. */
export class Losses {
  private readonly until = new Map<string, number>();

  constructor(private readonly sandbox: Sandbox) {}

  /** Begins a loss and says so; nothing where there is no such address. */
  begin({ to, loss, forDays }: LostMails, { account, user }: Somebody): string | undefined {
    const { email } = this.sandbox.world.organization.members.get(account) ?? {};
    const owner = user.tags.get('OwnerEmail');
    const addresses = [...(to === 'account' ? [] : [owner]), ...(to === 'owner' ? [] : [email])].flatMap((address) => address || []);
    if (addresses.length === 0) return undefined;
    for (const address of addresses) {
      this.until.set(address, this.now() + forDays * DAY);
      if (loss === 'suppressed') this.suppressed().set(this.keyOf(address), { reason: 'BOUNCE', at: this.sandbox.clock.now() });
      else this.people().troubleMails(address, loss);
    }
    return `for ${forDays} days mails to ${addresses.join(' and ')} are lost: ${loss}`;
  }

  /** Ends what is over; whoever sent to an address that bounced asks SES to forget it. */
  endBefore(now = this.now()): void {
    for (const [address, until] of this.until) {
      if (now < until) continue;
      this.people().troubleMails(address);
      this.suppressed().delete(this.keyOf(address));
      this.until.delete(address);
    }
  }

  /** Ends everything. */
  end(): void {
    this.endBefore(Infinity);
  }

  private people() {
    return this.sandbox.people(MANAGEMENT.id);
  }

  private suppressed() {
    return this.sandbox.kernel.account(MANAGEMENT.id).suppressed;
  }

  private keyOf(address: string): string {
    return `${this.sandbox.kernel.region}/${address.toLowerCase()}`;
  }

  private now(): number {
    return this.sandbox.clock.now().getTime();
  }
}
