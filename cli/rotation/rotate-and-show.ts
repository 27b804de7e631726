import { RotationError } from '../../lambda/shared/errors';
import type { Period } from '../../lambda/shared/period';
import { confirm } from '../base/ask';
import { EXIT, type ExitCode } from '../base/exit-codes';
import { STACK } from '../base/options';
import { print } from '../base/output';
import { Progress } from '../base/progress';
import { columnsOf } from '../base/terminal';
import { wrapHanging } from '../base/wrap';
import { openSession, type Session } from '../keys/session';
import { audit } from './operations/audit';
import { oneAccount } from './operations/accounts';
import { readAccounts } from './operations/read-accounts';
import { isIncomplete, rotateEach, wouldRotate, type Rotated } from './operations/rotate';
import { stepByStep } from './operations/rotate-by-steps';
import { readOne } from './operations/status';
import type { RotateAsked } from './rotate';
import { findRotation, type Rotation, type Service } from './service';
import { environmentWith } from './settings';

const COLUMNS = ['account', 'user', 'runId', 'action', 'keyId', 'outcome', 'successor', 'secret', 'on', 'why'] as const;
const clock = (): Date => new Date();
const waiting = {
  now: Date.now,
  sleep: (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

/** Rotates one user, or all whose keys are old, and prints what came of it. */
export async function rotateAndShow(asked: RotateAsked): Promise<ExitCode> {
  const { output, stack, yes, dryRun, profile, region, account, role } = asked;
  const place = { ...(profile !== undefined && { profile }), ...(region !== undefined && { region }) };
  const access = { ...place, ...(account !== undefined && { account }), ...(role !== undefined && { role }) };
  const session = await openSession(access);
  if ('user' in asked && asked.withoutService) return oneStep(session, asked, await findRotation({ ...place, given: asked.given }));
  const rotation = await findRotation({ ...place, given: {}, ...(stack !== undefined && { stack }) });
  const service = serviceOf(rotation);
  const users = 'user' in asked ? [asked.user] : await usersOlderThan(access, rotation, asked.olderThan);
  const planned = await Promise.all(users.map((user) => whatItWouldDo(session, rotation, user, users.length > 1)));
  if (dryRun || users.length === 0) return show(output, planned, 'The service was not asked, and nothing was changed.');
  const due = planned.filter(({ steps }) => steps.some(({ action }) => action === 'rotate'));
  const question =
    due.length === 1 ? `Rotate ${due[0]?.user ?? ''}?` : `Rotate ${due.length} users: ${due.map(({ user }) => user).join(', ')}?`;
  if (due.length > 0 && !(await confirm(question, { yes }))) return show(output, planned, 'Nothing was changed.');
  const progress = new Progress('{value} of {total} users');
  progress.start(planned.length);
  try {
    const rotated = await rotateEach(service, planned, waiting, (done) => {
      progress.update(done, '');
    });
    progress.stop();
    return await show(output, rotated, service.environment.DRY_RUN ? 'The deployment has dryRun=true: nothing was changed.' : undefined);
  } finally {
    progress.stop();
  }
}

/** Takes the step that is due, without the service. */
async function oneStep(
  session: Session,
  { user, yes, dryRun, output, given }: Extract<RotateAsked, { user: string }>,
  { service }: Rotation,
): Promise<ExitCode> {
  if (service) throw new RotationError(`the stack ${service.deployment.stack} rotates here: leave out --no-service, and it does all steps`);
  // A key in use is not deactivated before the longest time.
  const environment = environmentWith({ whileInUse: 'hold', ...given });
  const { account, due, next, go } = await stepByStep(session, user, { environment, clock });
  const looked: Rotated = { account, user, runId: null, steps: due, failures: [], mails: 0 };
  const [step] = due;
  if (!step) return show(output, [looked], [...(next.length > 0 ? next : ['Nothing is under way.']), 'Nothing was changed.'].join('\n'));
  if (dryRun) return show(output, [looked], ['Nothing was changed.', ...next].join('\n'));
  const question = `${user}: ${due.map(({ action, keyId, why }) => `${action} ${keyId ?? ''} (${why})`).join('; ')}?`;
  if (!(await confirm(question, { yes }))) return show(output, [looked], 'Nothing was changed.');
  return show(output, [await go()], next.join('\n'));
}

function serviceOf({ service, settings }: Rotation): Service {
  if (service) return service;
  throw new RotationError(`the rotation that would do it was not found (${settings}); --stack names it, where it is not ${STACK}`);
}

async function usersOlderThan(access: Parameters<typeof oneAccount>[0], rotation: Rotation, olderThan: Period): Promise<string[]> {
  const read = await readAccounts(await oneAccount(access), rotation, clock);
  const { accounts } = audit(read, rotation.environment, { limits: { olderThan }, now: clock(), settings: rotation.settings });
  return accounts.flatMap(({ users }) => users.flatMap(({ user, keys }) => (keys.some(({ beyond }) => beyond.length > 0) ? [user] : [])));
}

/** Of several users, one who cannot be rotated does not keep the others from it. */
async function whatItWouldDo(session: Session, rotation: Rotation, user: string, isOneOfMany: boolean): Promise<Rotated> {
  const read = await readOne(session, rotation, user, clock);
  try {
    return wouldRotate(read, rotation, clock());
  } catch (error) {
    if (!isOneOfMany || !(error instanceof RotationError)) throw error;
    return { account: read.account, user, runId: null, steps: [], failures: [error.message], mails: 0 };
  }
}

async function show(output: RotateAsked['output'], rotated: readonly Rotated[], note: string | undefined): Promise<ExitCode> {
  await print(output, {
    data: { users: rotated },
    columns: COLUMNS,
    records: rotated.flatMap(({ account, user, runId, steps, failures }) => [
      ...steps.map((step) => ({ account, user, runId, ...step })),
      ...failures.map((why) => ({ account, user, runId, outcome: 'failed', why })),
    ]),
    text: () =>
      wrapHanging(
        [
          ...rotated.flatMap(linesOf),
          ...(rotated.length === 0 ? ['No user has such a key.'] : []),
          ...(note === undefined ? [] : [note]),
        ].join('\n'),
        columnsOf(),
      ),
  });
  return rotated.some(isIncomplete) ? EXIT.bad : EXIT.fine;
}

const linesOf = ({ user, runId, steps, failures, mails }: Rotated): string[] => [
  ...steps.map(({ action, keyId, outcome, successor, secret, on, why }) =>
    [
      `${user}: ${action} ${keyId ?? ''} ${outcome}`.replace(/ {2,}/g, ' '),
      ...(successor === null ? [] : [`the new key is ${successor}`]),
      ...(secret === null ? [] : [`in the secret ${secret}`]),
      ...(on === null ? [] : [`the old key is disabled on ${on.slice(0, 10)}`]),
      why,
    ].join('; '),
  ),
  ...failures.map((why) => `${user}: failed: ${why}`),
  ...(runId === null ? [] : [`${user}: run ${runId}, ${mails} mails sent`]),
];
