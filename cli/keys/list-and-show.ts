import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import { Progress } from '../base/progress';
import type { ListAsked } from './list';
import { listUsersKeys } from './operations/list-keys';
import { openSession } from './session';
import { keyAnswer, keyTable } from './show-keys';

/** Lists keys and prints them. */
export async function listAndShow({ user, output, ...access }: ListAsked): Promise<ExitCode> {
  const session = await openSession(access);
  const progress = new Progress('{value} of {total} users');
  const list = await listUsersKeys(session, user, new Date(), (done, users) => {
    if (done === 0) progress.start(users);
    else progress.update(done, '');
  });
  progress.stop();
  const none = user === undefined ? `None of the ${list.users} users has an access key.` : `${user} has no access key.`;
  await print(
    output,
    keyAnswer(list.keys, list, () => (list.keys.length === 0 ? none : keyTable(list.keys))),
  );
  return EXIT.fine;
}
