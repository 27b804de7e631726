import type { Account } from '../../helpers/sandbox-organization';
import { endState } from '../kit/end-state';
import type { Kit } from '../kit/kit';

/** What `endState` says of each user of an account, by user name; a user who is gone is absent. */
export function statesOf(kit: Kit, account: Account): Map<string, string> {
  const states = new Map<string, string>();
  for (const line of endState(kit, [account])) {
    const [, user = '', state = ''] = /^\d{12} (\S+): (.*)$/.exec(line) ?? [];
    const before = states.get(user);
    states.set(user, before === undefined ? state : `${before}; ${state}`);
  }
  return states;
}

/** The state without what the rotator remembers in its own account. */
export const withoutMemory = (state: string): string => state.replace(/; (told of|issued by us|fetched|put off)[^;]*/g, '');

/** The state without an announcement that only the next run clears. */
export const withoutIntents = (state: string): string => state.replace(/; open intents: \d+/, '');
