import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CentralStore } from '../rotation/central-store';
import type { KeyStore } from '../rotation/key-store';
import { SecretStore } from '../rotation/secret-store';
import { clientDefaults, type MemberClients } from '../shared/clients';
import type { RotatorEnvironment } from '../shared/environment';
import type { Pace } from '../shared/pace';

/** The account whose keys are stored, and what paces the calls about it. */
interface Place {
  account: string;
  partition: string;
  pace: Pace;
}

/** Where one account's keys are stored: there, with the member role, or centrally, with the function's own. */
export function keyStore(environment: RotatorEnvironment, clients: MemberClients, { account, partition, pace }: Place): KeyStore {
  const { BREAK_GLASS: breakGlass, CENTRAL_STORE: central, POLICY } = environment;
  const deletes = POLICY.deleteSecretAfter !== undefined;
  if (!central) return new SecretStore(clients.secrets, account, { breakGlass, deletes });
  const secrets = new SecretsManagerClient(clientDefaults);
  pace.watch(secrets);
  const policyArn = `arn:${partition}:iam::${account}:policy/${central.readerPolicy}`;
  const store = new SecretStore(secrets, account, { breakGlass, key: central.key, deletes });
  return new CentralStore(store, new SecretStore(clients.secrets, account), { iam: clients.iam, policyArn });
}
