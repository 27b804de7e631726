import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AccessKey } from '../../sandbox/kernel/world';
import type { Account, TestOrganization } from './sandbox-organization';

/** What one of a user's keys, due on the first day, went through in three runs ten days apart. */
export interface Life {
  /** Day and step, in order. */
  steps: string[];
  /** The id of the key that the user, with nothing but the old key, read from their secret after the first run. */
  fetched: string;
  /** The keys that are left at the end. */
  left: { id: string; status: string }[];
}

async function fetchKey({ sandbox }: TestOrganization, account: Account, user: string, { id, secret }: AccessKey): Promise<string> {
  const client = new SecretsManagerClient(sandbox.client(account.id, { accessKeyId: id, secretAccessKey: secret }));
  try {
    const { SecretString = '' } = await client.send(
      new GetSecretValueCommand({ SecretId: `Account_${account.id}_User_${user}_AccessKey` }),
    );
    return (JSON.parse(SecretString) as { AccessKeyId: string }).AccessKeyId;
  } finally {
    client.destroy();
  }
}

/** Lives through rotation, disabling and deletion of one key per account, all in the same three runs. */
export async function liveThrough(org: TestOrganization, accounts: readonly Account[]): Promise<Record<string, Life>> {
  const name = 'worker';
  const old = new Map(accounts.map((account) => [account.id, org.addUser(account, name, [{ ageDays: 90, usedDaysAgo: 1 }]).keys[0]]));
  const lives: Record<string, Life> = Object.fromEntries(accounts.map(({ id }) => [id, { steps: [], fetched: '', left: [] }]));
  for (const day of [0, 10, 20]) {
    org.goToDay(day);
    for (const { account, users } of await org.run({}, day)) {
      const actions = users.filter(({ user }) => user === name).flatMap((user) => user.actions);
      lives[account.id]?.steps.push(...actions.map(({ action, outcome }) => `${day} ${action} ${outcome}`));
    }
    for (const account of day === 0 ? accounts : []) {
      const key = old.get(account.id);
      const life = lives[account.id];
      if (key && life) life.fetched = await fetchKey(org, account, name, key);
    }
  }
  for (const account of accounts) {
    const life = lives[account.id];
    if (life) life.left = org.user(account, name).keys.map(({ id, status }) => ({ id, status }));
  }
  return lives;
}
