import { EXIT, type ExitCode } from '../base/exit-codes';
import { print } from '../base/output';
import type { LastUsedAsked } from './last-used';
import { findKey } from './operations/find-key';
import { shownKey } from './operations/list-keys';
import { openSession } from './session';
import { keyAnswer, keyTable } from './show-keys';

/** Looks a key up and prints what is known of it. */
export async function lastUsedAndShow({ keyId, output, ...access }: LastUsedAsked): Promise<ExitCode> {
  const { user, key } = await findKey(await openSession(access), keyId);
  const shown = shownKey(user, key, new Date());
  await print(
    output,
    keyAnswer([shown], shown, () => keyTable([shown])),
  );
  return EXIT.fine;
}
