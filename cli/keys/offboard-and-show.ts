import { confirm } from '../base/ask';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import { UsageError } from '../base/program';
import type { OffboardAsked } from './offboard';
import { offboard, planOffboard, type Offboarded, type OffboardPlan } from './operations/offboard';
import { useInWords } from './operations/list-keys';
import { openSession } from './session';
import { keyAnswer, keyTable } from './show-keys';

/** Deactivates a leaver's keys, or activates them again, after a yes, and prints what was done. */
export async function offboardAndShow({ user, undo, output, yes, dryRun, ...access }: OffboardAsked): Promise<ExitCode> {
  const session = await openSession(access);
  const plan = await planOffboard(session, user, undo, new Date());
  if (!dryRun && plan.keys.length > 0 && !(await confirm(question(plan), { yes }))) throw new UsageError('you said no');
  const done: Offboarded = dryRun ? { ...plan, failed: [] } : await offboard(session, plan);
  const failed = new Set(done.failed.map(({ keyId }) => keyId));
  const keys = done.keys.map((key) => ({ ...key, status: dryRun || failed.has(key.keyId) ? key.status : done.to }));
  await print(
    output,
    keyAnswer(keys, { ...done, keys, dryRun }, () => told(done, keys, dryRun)),
  );
  return done.failed.length > 0 ? EXIT.bad : EXIT.fine;
}

const verb = ({ to }: OffboardPlan): string => (to === 'Inactive' ? 'Deactivate' : 'Activate');

const question = (plan: OffboardPlan): string =>
  `${verb(plan)} ${plan.keys.map((key) => `${key.keyId} (${useInWords(key)})`).join(' and ')} of ${plan.user}?`;

function told(done: Offboarded, keys: Offboarded['keys'], dryRun: boolean): string {
  const { user, to, failed } = done;
  const state = to === 'Inactive' ? 'inactive' : 'active';
  if (keys.length === 0) return `${user} has no key that is not ${state} already.`;
  const changed = keys.length - failed.length;
  const what = `${changed} of ${keys.length} keys of ${user}`;
  return [
    keyTable(keys),
    dryRun ? `${what} would be made ${state}.` : `${what} are ${state} now.`,
    ...failed.map(({ keyId, reason }) => `${keyId} could not be changed: ${reason}`),
    ...(to === 'Inactive' && !dryRun && changed > 0 ? [`To undo it: iam-keys offboard ${user} --undo`] : []),
  ].join('\n');
}
