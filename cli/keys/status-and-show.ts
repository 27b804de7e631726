import { confirm } from '../base/ask';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import { UsageError } from '../base/program';
import { changeStatus, isOnlyActive } from './operations/change-status';
import { findKey } from './operations/find-key';
import { shownKey, useInWords } from './operations/list-keys';
import { openSession } from './session';
import { keyAnswer } from './show-keys';
import type { StatusAsked } from './status';

/** Activates or deactivates a key, after a yes, and prints what was done. */
export async function statusAndShow({ keyId, status, output, yes, dryRun, ...access }: StatusAsked): Promise<ExitCode> {
  const session = await openSession(access);
  const found = await findKey(session, keyId);
  const before = shownKey(found.user, found.key, new Date());
  const isNew = before.status !== status;
  const alone = status === 'Inactive' && isOnlyActive(found) ? '; it is the only active key of its user' : '';
  const facts = `${keyId} of ${found.user}, ${useInWords(before)}${alone}`;
  if (isNew && !dryRun && status === 'Inactive' && !(await confirm(`Deactivate ${facts}?`, { yes }))) throw new UsageError('you said no');
  if (!dryRun) await changeStatus(session, found, status);
  const after = { ...before, status: dryRun ? before.status : status };
  const state = status === 'Active' ? 'active' : 'inactive';
  const back = status === 'Inactive' ? `To undo it: iam-keys activate ${keyId}` : `To undo it: iam-keys deactivate ${keyId}`;
  const says = !isNew ? `Already ${state}: ${facts}` : dryRun ? `Would be made ${state}: ${facts}` : `Now ${state}: ${facts}\n${back}`;
  await print(
    output,
    keyAnswer([after], { ...after, changed: isNew && !dryRun, dryRun }, () => says),
  );
  return EXIT.fine;
}
