import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { MemberClients, Watch } from '../../shared/clients';
import type { RotatorEnvironment } from '../../shared/environment';
import { CentralStore } from './central-store';
import type { KeyStore } from './key-store';
import { SecretStore } from './secret-store';

/** What every account's store is made of. */
interface StoreServices {
  environment: RotatorEnvironment;
  /** Works in the account of the rotation, where the central store is. */
  secrets: SecretsManagerClient;
  sleep: (milliseconds: number) => Promise<void>;
}

/** The account whose keys are stored, with what works there and watches the calls about it. */
interface StoredAccount {
  account: string;
  partition: string;
  clients: Pick<MemberClients, 'iam' | 'secrets'>;
  watches: readonly Watch[];
}

/** Where one account's keys are stored by the settings: there, or centrally. */
export function openKeyStore(
  { environment, secrets, sleep }: StoreServices,
  { account, partition, clients, watches }: StoredAccount,
): KeyStore {
  const { BREAK_GLASS: breakGlass, CENTRAL_STORE: central, REPLICA_REGIONS: regions = [], KEY_API: keyApi, POLICY } = environment;
  const options = {
    breakGlass,
    tags: environment.SECRET_TAGS,
    replicas: { regions, sleep },
    deletes: POLICY.deleteSecretAfter !== undefined,
  };
  if (!central) return new SecretStore(clients.secrets, account, { ...options, memberKey: environment.MEMBER_KEY });
  for (const one of watches) one.watch(secrets);
  const policyArn = `arn:${partition}:iam::${account}:policy/${central.readerPolicy}`;
  const reader = keyApi && { arn: keyApi.reader, users: keyApi.users[account] ?? [] };
  const store = new SecretStore(secrets, account, { ...options, key: central.key, reader });
  return new CentralStore(store, new SecretStore(clients.secrets, account), { iam: clients.iam, policyArn });
}
