import { createHash } from 'node:crypto';
import type { Account } from '../../helpers/sandbox-organization';
import { endStateWithDays } from './end-state';
import type { Kit } from './kit';
import { memoryOf } from './memory';

/** Secret parts of keys differ from run to run; whether the stored ones are right is a part of the end state. */
const LEFT_OUT: ReadonlySet<string> = new Set(['secret', 'value']);

/**
 * Everything that the days to come depend on: users with keys, tags and groups, secrets with their versions and policies, the credential
 * report, what people were told, what is remembered of that and what waits in the failed queue, and what the never-rules know. Two moments
 * alike in this have the same future, and only one of them has to be lived through. Seconds don't count, nor do the random parts of an
 * intent's name.
 */
export function momentOf(kit: Kit, accounts: readonly Account[] = kit.accounts): string {
  const { sandbox, org } = kit;
  const { book, forced, told } = kit.rules.save();
  const states = [...new Set([...accounts.map(({ id }) => id), org.central.id])].map((id) => {
    const { users, groups, secrets, credentialReport, queues } = sandbox.kernel.account(id);
    return { users, groups, secrets, credentialReport, waiting: [...queues.values()].map(({ messages }) => messages.length) };
  });
  const memories = accounts.map(({ id }) => memoryOf(kit, id));
  const mails = sandbox.mails.map(({ at, from, to, subject, text }) => ({ at, from, to, subject, text }));
  const intents = new Map<string, string>();
  const text = JSON.stringify({ states, memories, book, forced, told, mails, end: endStateWithDays(kit, accounts) }, plain)
    .replace(/(\d{4}-\d\d-\d\dT\d\d:\d\d):[\d.]+Z/g, '$1')
    .replace(/issuing:(\w+)/g, (_, token: string) => {
      const name = intents.get(token) ?? `issuing:${intents.size}`;
      intents.set(token, name);
      return name;
    });
  return createHash('sha1').update(text).digest('base64');
}

function plain(key: string, value: unknown): unknown {
  if (LEFT_OUT.has(key)) return undefined;
  if (value instanceof Map) return [...(value as Map<string, unknown>)].sort(([a], [b]) => (a < b ? -1 : 1));
  return value instanceof Set ? [...value].sort() : value;
}
