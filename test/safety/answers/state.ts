import type { AccessKey, User } from '../../../sandbox/world';
import type { Account, TestOrganization } from '../../helpers/sandbox-organization';
import { secretName } from './situations';

const ISSUING = 'key-rotation:issuing:';
const KEY_TAG = /^key-rotation:(AKIA\w+)$/;

/** The names of what a tag of ours says, without its moments: a repeat a day later is the same state. */
function remembered(user: User, key: AccessKey): string {
  const value = user.tags.get(`key-rotation:${key.id}`) ?? '';
  const names = value.split(' ').flatMap((part) => (part === '' ? [] : [part.split('=')[0] ?? '']));
  return names.length === 0 ? '' : ` {${names.join(' ')}}`;
}

function leftovers(user: User): string[] {
  const intents = [...user.tags.keys()].filter((tag) => tag.startsWith(ISSUING)).length;
  const stale = [...user.tags.keys()].filter((tag) => {
    const id = KEY_TAG.exec(tag)?.[1];
    return id !== undefined && !user.keys.some((key) => key.id === id);
  }).length;
  return [...(intents > 0 ? [`${intents} intents`] : []), ...(stale > 0 ? [`${stale} stale tags`] : [])];
}

function readable(org: TestOrganization, account: Account, user: User): boolean {
  const { kernel } = org.sandbox;
  const secret = kernel.account(account.id).secrets.get(`${kernel.region}/${secretName(account, user.name)}`);
  return secret?.deleted === undefined && (secret?.policy?.includes(user.arn) ?? false);
}

/**
 * Every user of an account in one line each: keys from old to new with their status, whether they were there at the beginning, what is
 * remembered of them, which one AWSCURRENT holds for the user to read, and what an interrupted run left behind. Moments and key ids are
 * left out, so that an end state reached a day later is the same end state.
 */
export function stateOf(org: TestOrganization, account: Account, known: ReadonlySet<string>): Map<string, string> {
  const { book } = org.rules;
  return new Map(
    [...org.sandbox.kernel.account(account.id).users.values()].map((user) => {
      const keys = user.keys.map((key) => {
        const entry = { account: account.id, user: user.name, id: key.id, created: key.created, issued: false };
        const held = book.isStored(entry, true) ? (readable(org, account, user) ? ' current' : ' current but unreadable') : '';
        return `${known.has(key.id) ? 'old' : 'new'} ${key.status}${held}${remembered(user, key)}`;
      });
      return [user.name, [keys.join(', ') || 'no keys', ...leftovers(user)].join('; ')];
    }),
  );
}

/** The state without what only the next run tidies up: tags about nothing. */
export const withoutLeftovers = (state: string): string => state.split('; ')[0] ?? '';
