import type { Access } from '../base/options';
import { Progress } from '../base/progress';
import { everyAccount, oneAccount } from './operations/accounts';
import { readAccounts, type ReadAccounts } from './operations/read-accounts';
import type { GivenSettings } from './options';
import { findRotation, type Rotation } from './service';

/** Which accounts are read, and with which settings. */
export interface WhereAsked extends Access {
  organization: boolean;
  stack?: string;
  given: GivenSettings;
}

/** Finds the rotation's settings and reads every user of the accounts that are asked for, with a progress bar on a terminal. */
export async function readWhere(asked: WhereAsked): Promise<{ rotation: Rotation; read: ReadAccounts }> {
  const { organization, role, account, stack, given, profile, region } = asked;
  const access = { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
  const rotation = await findRotation({ ...access, given, ...(stack !== undefined && { stack }) });
  const accounts =
    organization && role !== undefined
      ? await everyAccount(access, role)
      : await oneAccount({ ...access, ...(account !== undefined && { account }), ...(role !== undefined && { role }) });
  const progress = new Progress('{value} of {total} {what}');
  try {
    const read = await readAccounts(
      accounts,
      rotation,
      () => new Date(),
      (done, total, unit) => {
        if (done === 0) progress.start(total);
        progress.update(done, unit);
      },
    );
    return { rotation, read };
  } finally {
    progress.stop();
  }
}
