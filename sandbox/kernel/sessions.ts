import type { Clock } from './clock';
import type { Credentials, Holder } from './contracts';
import type { Principal } from './world';
import { accessKeyId, secretText } from './identifiers';

interface Session extends Holder {
  parent?: string;
}

const pruneAbove = 20_000;

/** Sessions of roles: kept outside the world, so that warm processes keep theirs when a snapshot is restored. */
export class Sessions {
  private readonly open = new Map<string, Session>();
  private sequence = 0;

  constructor(private readonly clock: Clock) {}

  /** Opens a session; without expiration it lives as long as the sandbox, with a parent it inherits the parent's invocation. */
  create(principal: Principal, options: { expiration?: Date; parent?: string; invocation?: string }): Credentials {
    this.sequence += 1;
    const secret = secretText(`session-secret-${this.sequence}`, 40);
    const sessionToken = secretText(`session-token-${this.sequence}`, 120);
    const id = accessKeyId('ASIA', `session-${this.sequence}`);
    this.prune();
    this.open.set(id, { principal, secret, sessionToken, ...options });
    const { expiration } = options;
    return { accessKeyId: id, secretAccessKey: secret, sessionToken, ...(expiration && { expiration }) };
  }

  /** The session of an access key id, with the invocation it works for now. */
  find(id: string): Holder | undefined {
    const session = this.open.get(id);
    if (!session) return undefined;
    const invocation = this.invocationOf(session);
    return { ...session, ...(invocation !== undefined && { invocation }) };
  }

  /** Says which invocation a session works for from now on; throws when there is no such session. */
  relabel(id: string, invocation: string | undefined): void {
    const session = this.open.get(id);
    if (!session) throw new Error(`no session has the access key ${id}`);
    if (invocation === undefined) delete session.invocation;
    else session.invocation = invocation;
  }

  private invocationOf(session: Session): string | undefined {
    const parent = session.parent === undefined ? undefined : this.open.get(session.parent);
    return session.invocation ?? (parent && this.invocationOf(parent));
  }

  private prune(): void {
    if (this.open.size < pruneAbove) return;
    const now = this.clock.now();
    for (const [id, { expiration }] of this.open) if (expiration && expiration < now) this.open.delete(id);
  }
}
