import type { Sandbox } from '../../sandbox/sandbox';

/** Where a mail's text begins to name such keys; written here once more, because what judges the mails must not follow them. */
const NOTICE = '== Will be disabled without a replacement ==';

/** When people were told, in a mail that was really delivered, that a key will be disabled without a successor. */
export class Told {
  private readonly first = new Map<string, Date>();
  private read = 0;

  constructor(private readonly sandbox: Sandbox) {}

  /** Whether a delivered mail of an enforcing run gave notice of the key at this moment or earlier; a warning of another step is none. */
  before(keyId: string, moment: Date): boolean {
    this.catchUp();
    const at = this.first.get(keyId);
    return at !== undefined && at <= moment;
  }

  /** Reads the mails of the sandbox's world from the beginning, after it went back to a snapshot. */
  forget(): void {
    this.first.clear();
    this.read = 0;
  }

  private catchUp(): void {
    const { mails } = this.sandbox;
    for (const mail of mails.slice(this.read)) {
      if (mail.renderingFailure !== undefined || mail.subject.startsWith('[Dry run]')) continue;
      const notice = mail.text?.split(/^(?=== )/m).find((section) => section.startsWith(NOTICE)) ?? '';
      for (const id of notice.match(/\bAKIA[A-Z0-9]{12,}\b/g) ?? []) if (!this.first.has(id)) this.first.set(id, mail.at);
    }
    this.read = mails.length;
  }
}
