import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { serviceControlPolicy } from '../../lib/documents/service-control-policy';
import type { PolicyDocument } from '../../sandbox/kernel/world';
import { actionsOf, TEAM, testOrganization } from '../helpers/sandbox-organization';

const organization = testOrganization('enforcing', [TEAM]);

it('keeps the secret from an administrator of the account, and nothing from the rotation, through rotate, disable and delete', async () => {
  const org = organization();
  org.sandbox.organization.putServiceControlPolicy(serviceControlPolicy() as PolicyDocument);
  org.addUser(TEAM, 'alice', [{ ageDays: 90, usedDaysAgo: 1 }]);
  const seen: string[] = [];
  for (const day of [0, 10, 20]) {
    org.goToDay(day);
    seen.push(...actionsOf(await org.run({}, day), 'alice').map(({ action, outcome }) => `${action} ${outcome}`));
  }
  expect(seen).toEqual(expect.arrayContaining(['rotate done', 'disable done', 'delete done']));
  expect(org.sandbox.denials).toEqual([]);
  const administrator = new SecretsManagerClient(org.sandbox.client(TEAM.id));
  await expect(administrator.send(new DeleteSecretCommand({ SecretId: `Account_${TEAM.id}_User_alice_AccessKey` }))).rejects.toThrow(
    'with an explicit deny in a service control policy',
  );
});
