import type { Sandbox } from '../../sandbox/sandbox';
import { IAMClient } from '@aws-sdk/client-iam';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Session } from '../../cli/keys/session';
import { Pace } from '../../lambda/shared/pace';

/** The process is gone: whoever catches this does nothing that anybody could see. */
class Killed extends Error {
  override readonly name = 'Killed';
}

/** Any client of the SDK. */
interface Sending {
  send(...call: unknown[]): Promise<unknown>;
}

/** A process that is killed before its nth call, which is after the one before it; from then on it does nothing more. */
export class Mortal {
  private points = 0;
  isDead = false;

  constructor(private readonly diesBefore = Infinity) {}

  /** One thing that the process does: nothing of it happens when it is dead. */
  point(): void {
    this.points += 1;
    if (this.points >= this.diesBefore) this.isDead = true;
    if (this.isDead) throw new Killed();
  }

  /** Its calls by a client. */
  watch(client: Sending): void {
    const send = client.send.bind(client);
    client.send = async (...call: unknown[]) => {
      this.point();
      return send(...call);
    };
  }

  /** One account of the sandbox, entered by its administrator as a command does; its clients have to be connected directly. */
  session(sandbox: Sandbox, account: string): Session {
    const { credentials, region } = sandbox.client(account);
    const settings = { credentials, region };
    const clients = {
      iam: new IAMClient(settings),
      iamWithoutRetries: new IAMClient({ ...settings, maxAttempts: 1 }),
      secrets: new SecretsManagerClient(settings),
    };
    for (const client of Object.values(clients)) this.watch(client);
    const arn = `arn:aws:sts::${account}:assumed-role/Administrator/test`;
    return { ...clients, pace: new Pace(1), whoAmI: () => Promise.resolve({ account, partition: 'aws', arn }) };
  }
}

/**
 * Kills some work at each of its points in turn, beginning with the first, until it comes to its end; `begin` is for whom it is done, `after`
 * what follows each death. Gives the number of points.
 */
export async function killedEverywhere<T>(
  begin: (nth: number) => T,
  work: (mortal: Mortal, subject: T) => Promise<unknown>,
  after: (subject: T) => Promise<void>,
): Promise<number> {
  for (let nth = 1; ; nth += 1) {
    const subject = begin(nth);
    const mortal = new Mortal(nth);
    try {
      await work(mortal, subject);
    } catch (error) {
      if (!mortal.isDead) throw error;
    }
    await after(subject);
    if (!mortal.isDead) return nth - 1;
  }
}
