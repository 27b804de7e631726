import { CreateSecretCommand, SecretsManagerClient, TagResourceCommand } from '@aws-sdk/client-secrets-manager';
import type { AccessKey } from '../../sandbox/kernel/world';
import { statusesOf, storedKey, secretOf, runOnDays, days, timeline, readSecret } from '../safety/support';
import { TEAM, testOrganization, type KeyStory } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM], { direct: true });
const nameOf = (user: string): string => `Account_${TEAM.id}_User_${user}_AccessKey`;

/** A user whose key another program rotated: the secret has our name and our payload, but nothing else of ours. */
async function rotatedByAnother(user: string, old: KeyStory, successorAgeDays: number): Promise<[AccessKey, AccessKey]> {
  const [first, second] = organization().addUser(TEAM, user, [old, { ageDays: successorAgeDays, usedDaysAgo: 1 }]).keys as [
    AccessKey,
    AccessKey,
  ];
  const value = {
    UserName: user,
    AccessKeyId: second.id,
    SecretAccessKey: second.secret,
    Status: 'Active',
    CreateDate: second.created.toISOString(),
  };
  await asAdministrator((client) => client.send(new CreateSecretCommand({ Name: nameOf(user), SecretString: JSON.stringify(value) })));
  return [first, second];
}

/** What docs/migration.md tells to do. */
const takeOver = (user: string): Promise<unknown> =>
  asAdministrator((client) =>
    client.send(new TagResourceCommand({ SecretId: nameOf(user), Tags: [{ Key: 'key-rotation:managed', Value: 'true' }] })),
  );

async function asAdministrator(work: (client: SecretsManagerClient) => Promise<unknown>): Promise<void> {
  const client = new SecretsManagerClient(organization().sandbox.client(TEAM.id));
  await work(client).finally(() => {
    client.destroy();
  });
}

it('a user in the middle of another program’s rotation is not rotated again: the old key gets a notice and its whole grace', async () => {
  const org = organization();
  const [old, successor] = await rotatedByAnother('midway', { ageDays: 95, usedDaysAgo: 1 }, 5);
  await takeOver('midway');
  const results = await runOnDays(org, TEAM, days(0, 21));
  expect(timeline(results, 'midway', old.id)).toEqual(['notify on day 0', 'disable on day 10', 'delete on day 20']);
  expect(org.user(TEAM, 'midway').keys.map(({ id }) => id)).toEqual([successor.id]);
  expect([...results.values()].flatMap(({ failures }) => failures)).toEqual([]);
});

it('an old key that another program disabled is deleted after its recovery time', async () => {
  const org = organization();
  const [old] = await rotatedByAnother('disabled', { ageDays: 105, status: 'Inactive' }, 15);
  await takeOver('disabled');
  const results = await runOnDays(org, TEAM, days(0, 11));
  expect(timeline(results, 'disabled', old.id)).toEqual(['note-inactive on day 0', 'delete on day 10']);
  expect(statusesOf(org, TEAM, 'disabled')).toEqual(['Active']);
});

it('the next rotation goes into the same secret: the former value stays as AWSPREVIOUS, and its user alone reads it', async () => {
  const org = organization();
  org.addUser(TEAM, 'neighbour', [{ ageDays: 1 }]);
  const [key] = org.addUser(TEAM, 'due', [{ ageDays: 90, usedDaysAgo: 1 }]).keys as [AccessKey];
  await asAdministrator((client) =>
    client.send(
      new CreateSecretCommand({ Name: nameOf('due'), SecretString: JSON.stringify({ AccessKeyId: key.id, SecretAccessKey: key.secret }) }),
    ),
  );
  await takeOver('due');
  await runOnDays(org, TEAM, [0]);
  const successor = org.user(TEAM, 'due').keys.find(({ id }) => id !== key.id)!;
  expect(storedKey(org, TEAM, 'due')).toEqual({ id: successor.id, right: true });
  const previous = [...secretOf(org, TEAM, 'due')!.versions.values()].find(({ stages }) => stages.has('AWSPREVIOUS'));
  expect(previous?.value).toContain(key.id);
  expect(await readSecret(org, TEAM, key, nameOf('due'))).toContain(successor.id);
  const [neighbour] = org.user(TEAM, 'neighbour').keys;
  await expect(readSecret(org, TEAM, neighbour!, nameOf('due'))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

it('a secret that was not handed over is left alone, and no key is made for it', async () => {
  const org = organization();
  const [key] = org.addUser(TEAM, 'kept', [{ ageDays: 90, usedDaysAgo: 1 }]).keys as [AccessKey];
  await asAdministrator((client) => client.send(new CreateSecretCommand({ Name: nameOf('kept'), SecretString: 'of another program' })));
  const results = await runOnDays(org, TEAM, [0]);
  expect(results.get(0)?.failures).toMatchObject([{ user: 'kept', step: 'rotate', error: 'SecretUnusableError' }]);
  expect(org.user(TEAM, 'kept').keys.map(({ id }) => id)).toEqual([key.id]);
});
