import { CreateSecretCommand, DeleteSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Sandbox } from '../../sandbox/sandbox';
import type { User } from '../../sandbox/kernel/world';

/** What the demonstration's people did on their own, for the story at the end. */
export interface Habits {
  /** Users who fetched their new key themselves, with the old one. */
  fetched: { account: string; user: string; keyId: string; day: number }[];
  /** Attempts by another user of the same account to read it, all refused. */
  refused: number;
  /** Attempts by another user that were not refused. */
  leaked: string[];
}

/** Makes people live with their keys: they use them, fetch new ones from the secret with their old key, and sometimes get in the way. */
export class People {
  readonly habits: Habits = { fetched: [], refused: 0, leaked: [] };
  private readonly holding = new Map<string, string>();

  /** `apart` names users whose programs look after their own keys. */
  constructor(
    private readonly sandbox: Sandbox,
    private readonly apart: readonly { account: string; user: string }[] = [],
  ) {}

  /** A working day: everyone uses the newest key they hold; whoever has a new one in the secret fetches it. */
  async live(day: number): Promise<void> {
    for (const [account, { users, secrets }] of this.sandbox.world.accounts) {
      for (const user of users.values()) {
        if (this.apart.some((one) => one.account === account && one.user === user.name)) continue;
        const secret = [...secrets.values()].find((one) => one.name.includes(`_User_${user.name.replaceAll(',', '/2C')}_AccessKey`));
        if (secret) await this.fetch(account, user, secret.name, day);
        const holds = this.holding.get(user.arn);
        const key =
          user.keys.find((one) => one.id === holds && one.status === 'Active') ?? user.keys.find((one) => one.status === 'Active');
        if (key?.lastUsed) this.sandbox.people(account).useKey(user.name, key.id);
      }
    }
  }

  private async fetch(account: string, user: User, secretName: string, day: number): Promise<void> {
    const active = user.keys.filter((key) => key.status === 'Active');
    const [old, latest] = active;
    if (!old || !latest || this.holding.get(user.arn) === latest.id) return;
    const value = await this.read(account, old.id, old.secret, secretName);
    const keyId = value && (JSON.parse(value) as { AccessKeyId?: string }).AccessKeyId;
    if (keyId !== latest.id) return;
    this.holding.set(user.arn, latest.id);
    this.sandbox.people(account).useKey(user.name, latest.id);
    this.habits.fetched.push({ account, user: user.name, keyId, day });
    await this.tryAsSomebodyElse(account, user, secretName);
  }

  /** A neighbour in the same account tries to read the secret, too. */
  private async tryAsSomebodyElse(account: string, user: User, secretName: string): Promise<void> {
    const neighbours = [...(this.sandbox.world.accounts.get(account)?.users.values() ?? [])].filter((one) => one.name !== user.name);
    const key = neighbours.flatMap((one) => one.keys).find((one) => one.status === 'Active');
    if (!key) return;
    if ((await this.read(account, key.id, key.secret, secretName)) === undefined) this.habits.refused += 1;
    else this.habits.leaked.push(`${secretName} was readable with ${key.id}`);
  }

  private async read(account: string, accessKeyId: string, secretAccessKey: string, secretName: string): Promise<string | undefined> {
    const client = new SecretsManagerClient(this.sandbox.client(account, { accessKeyId, secretAccessKey }));
    try {
      return (await client.send(new GetSecretValueCommand({ SecretId: secretName }))).SecretString;
    } catch (error) {
      if (error instanceof Error && error.name === 'AccessDeniedException') return undefined;
      throw error;
    } finally {
      client.destroy();
    }
  }

  /** Somebody made a secret of the very name that the rotation uses. */
  async putSecretInTheWay(account: string, user: string): Promise<void> {
    await this.asAdministrator(account, (client) =>
      client.send(new CreateSecretCommand({ Name: `Account_${account}_User_${user}_AccessKey`, SecretString: 'a note of a person' })),
    );
  }

  /** And takes it away again. */
  async takeSecretAway(account: string, user: string): Promise<void> {
    await this.asAdministrator(account, (client) =>
      client.send(new DeleteSecretCommand({ SecretId: `Account_${account}_User_${user}_AccessKey`, ForceDeleteWithoutRecovery: true })),
    );
  }

  private async asAdministrator(account: string, work: (client: SecretsManagerClient) => Promise<unknown>): Promise<void> {
    const client = new SecretsManagerClient(this.sandbox.client(account));
    await work(client);
    client.destroy();
  }
}
