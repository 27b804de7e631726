import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { MemberClients, Watch } from '../../shared/clients';
import type { RotatorEnvironment } from '../../shared/environment';
import { CentralStore } from './central-store';
import type { KeyStore } from './key-store';
import { SecretStore, type SecretOptions } from './secret-store';
import { TurnStore } from './turn-store';

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
  /** Two secrets of a user take new keys in turn. */
  inTurn?: boolean;
}

/** Where one account's keys are stored by the settings: there, or centrally. */
export function openKeyStore(
  { environment, secrets, sleep }: StoreServices,
  { account, partition, clients, watches, inTurn = false }: StoredAccount,
): KeyStore {
  const { BREAK_GLASS: breakGlass, CENTRAL_STORE: central, REPLICA_REGIONS: regions = [], KEY_API: keyApi, POLICY } = environment;
  const options = {
    breakGlass,
    tags: environment.SECRET_TAGS,
    replicas: { regions, sleep },
    deletes: POLICY.deleteSecretAfter !== undefined,
  };
  const inPlace = (secretsManager: SecretsManagerClient, one: SecretOptions, turns: boolean): TurnStore =>
    new TurnStore(new SecretStore(secretsManager, account, one), new SecretStore(secretsManager, account, { ...one, second: true }), turns);
  if (!central) return inPlace(clients.secrets, { ...options, memberKey: environment.MEMBER_KEY }, inTurn);
  for (const one of watches) one.watch(secrets);
  const policyArn = `arn:${partition}:iam::${account}:policy/${central.readerPolicy}`;
  const reader = keyApi && { arn: keyApi.reader, users: keyApi.users[account] ?? [] };
  const store = inPlace(secrets, { ...options, key: central.key, reader }, inTurn);
  return new CentralStore(store, inPlace(clients.secrets, {}, false), { iam: clients.iam, policyArn });
}
