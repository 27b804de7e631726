import { errorFacts } from '../../../lambda/shared/errors';
import { limited } from '../../../lambda/shared/limited';
import type { Rotation } from '../service';
import type { AccountToRead } from './accounts';
import { readAccount, type ReadAccount } from './read-account';

/** Accounts that are read at the same time; each has its own limits at AWS. */
const ACCOUNTS_AT_ONCE = 4;

/** An account that could not be read as a whole, with the reason. */
export interface UnreadAccount {
  account: string;
  reason: string;
}

/** How far reading is: of several accounts, whole ones; of one, its users. */
export type OnProgress = (done: number, total: number, unit: 'accounts' | 'users') => void;

/** What was read of accounts, by their ids. */
export interface ReadAccounts {
  accounts: ReadAccount[];
  failed: UnreadAccount[];
}

/** Reads every user of accounts; of several, one that cannot be read is named and does not end the others. */
export async function readAccounts(
  accounts: readonly AccountToRead[],
  rotation: Rotation,
  clock: () => Date,
  onProgress: OnProgress = () => undefined,
): Promise<ReadAccounts> {
  const [only, ...more] = accounts;
  if (only && more.length === 0) {
    const read = await readAccount(await only.enter(), rotation, clock, (done, users) => {
      onProgress(done, users, 'users');
    });
    return { accounts: [read], failed: [] };
  }
  const failed: UnreadAccount[] = [];
  let done = 0;
  onProgress(done, accounts.length, 'accounts');
  const read = await limited(ACCOUNTS_AT_ONCE, accounts, async ({ id, enter }) => {
    try {
      return [await readAccount(await enter(), rotation, clock, () => undefined)];
    } catch (error) {
      failed.push({ account: id, reason: errorFacts(error).message });
      return [];
    } finally {
      onProgress((done += 1), accounts.length, 'accounts');
    }
  });
  return { accounts: read.flat(), failed: failed.sort((a, b) => (a.account < b.account ? -1 : 1)) };
}
