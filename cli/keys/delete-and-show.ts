import { confirm } from '../base/ask';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import { UsageError } from '../base/program';
import type { DeleteAsked } from './delete';
import { assertDeletable, deleteKey } from './operations/change-status';
import { findKey } from './operations/find-key';
import { shownKey, useInWords } from './operations/list-keys';
import { openSession } from './session';
import { keyAnswer } from './show-keys';

/** Deletes an inactive key, after a yes, and prints what was done. */
export async function deleteAndShow({ keyId, output, yes, dryRun, ...access }: DeleteAsked): Promise<ExitCode> {
  const session = await openSession(access);
  const found = await findKey(session, keyId);
  assertDeletable(found);
  const key = shownKey(found.user, found.key, new Date());
  const facts = `${keyId} of ${found.user}, ${useInWords(key)}`;
  if (!dryRun) {
    if (!(await confirm(`Delete ${facts}, for good?`, { yes }))) throw new UsageError('you said no');
    await deleteKey(session, found);
  }
  const data = { ...key, deleted: !dryRun, dryRun };
  await print(
    output,
    keyAnswer([key], data, () => `${dryRun ? 'Would be deleted' : 'Deleted'}: ${facts}`),
  );
  return EXIT.fine;
}
