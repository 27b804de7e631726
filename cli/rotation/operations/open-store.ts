import type { KeyStore } from '../../../lambda/core/store/key-store';
import { openKeyStore } from '../../../lambda/core/store/open-key-store';
import type { Identity } from '../../base/access';
import type { Session } from '../../keys/session';
import type { Rotation } from '../service';

/** Where the rotation stores the keys of an account's users, as the person reaches it with their own credentials. */
export const openStore = (
  session: Session,
  { environment, service }: Pick<Rotation, 'environment' | 'service'>,
  { account, partition }: Pick<Identity, 'account' | 'partition'>,
): KeyStore =>
  openKeyStore(
    {
      environment,
      secrets: service?.secrets ?? session.secrets,
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    },
    { account, partition, clients: session, watches: [] },
  );
