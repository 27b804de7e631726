import { daysBetween } from '../../lambda/shared/period';
import { secretNameFor } from '../../lambda/shared/secret-name';
import type { Secret, SentMail, SecretVersion } from '../../sandbox/kernel/world';
import type { Sandbox } from '../../sandbox/sandbox';
import { ControlError } from './control-error';

/** An account at a glance. */
export interface AccountFacts {
  id: string;
  name: string;
  email: string;
  state: string;
  users: number;
  keys: number;
  secrets: number;
}

/** A user's keys and what is remembered about them; no secret. */
export interface UserFacts {
  account: string;
  accountName: string;
  user: string;
  keys: { id: string; status: 'Active' | 'Inactive' | 'Expired'; created: Date; ageDays: number; lastUsed?: Date }[];
  tags: Record<string, string>;
  /** The secret that holds the newest key, once there is one. */
  secret?: string;
}

/** A secret with its versions, without their values. */
export interface SecretFacts extends Pick<Secret, 'created' | 'changed' | 'deleted' | 'policy'> {
  accountName: string;
  /** Whose key it holds, where its name says it. */
  user?: string;
  tags: Record<string, string>;
  /** The newest first. */
  versions: (Pick<SecretVersion, 'id' | 'created' | 'accessed'> & { stages: string[]; keyId?: string })[];
}

/** Every account of the organization. */
export function accountFacts({ world, kernel }: Sandbox): AccountFacts[] {
  return [...world.organization.members.values()].map(({ id, name, email, state }) => {
    const { users, secrets } = kernel.account(id);
    const keys = [...users.values()].reduce((sum, user) => sum + user.keys.length, 0);
    return { id, name, email, state, users: users.size, keys, secrets: secrets.size };
  });
}

/** The keys of every user of a name, in one account or all; throws a ControlError when there is none. */
export function userFacts(sandbox: Sandbox, user: string, account?: string): UserFacts[] {
  const now = sandbox.clock.now();
  const found = [...sandbox.world.organization.members.values()].flatMap(({ id, name }): UserFacts[] => {
    const holder = account === undefined || account === id ? sandbox.kernel.account(id) : undefined;
    const known = holder?.users.get(user);
    if (!holder || !known) return [];
    const secret = secretNameFor(id, user);
    return [
      {
        account: id,
        accountName: name,
        user,
        keys: known.keys.map((key) => ({
          id: key.id,
          status: key.status,
          created: key.created,
          ageDays: daysBetween(key.created, now),
          ...(key.lastUsed && { lastUsed: key.lastUsed.at }),
        })),
        tags: Object.fromEntries(known.tags),
        ...([...holder.secrets.values()].some((one) => one.name === secret) && { secret }),
      },
    ];
  });
  if (found.length > 0) return found;
  const users = [...sandbox.world.accounts.values()]
    .filter(({ id }) => account === undefined || account === id)
    .flatMap((one) => [...one.users.keys()]);
  throw new ControlError(
    `no user ${user}${account === undefined ? '' : ` in account ${account}`}; there are: ${users.join(', ') || 'none'}`,
    404,
  );
}

/** One secret; throws a ControlError when there is none. */
export function secretFacts({ kernel, world }: Sandbox, account: string, name: string): SecretFacts {
  const member = world.organization.members.get(account);
  const holder = member && kernel.account(account);
  const secret = holder && [...holder.secrets.values()].find((one) => one.name === name);
  if (!holder || !secret) throw new ControlError(`there is no secret ${name} in account ${account}`, 404);
  const { created, changed, deleted, policy, tags, versions } = secret;
  const user = [...holder.users.keys()].find((one) => secretNameFor(account, one) === name);
  return {
    accountName: member.name,
    created,
    changed,
    ...(deleted && { deleted }),
    ...(policy !== undefined && { policy }),
    ...(user !== undefined && { user }),
    tags: Object.fromEntries(tags),
    versions: [...versions.values()]
      .map(({ id, value, created: at, accessed, stages }) => ({
        id,
        created: at,
        ...(accessed && { accessed }),
        stages: [...stages],
        ...keyIdIn(value),
      }))
      .sort((a, b) => b.created.getTime() - a.created.getTime()),
  };
}

/** The id of the key that a value holds; its secret half is read by nobody here. */
function keyIdIn(value: string): { keyId?: string } {
  const [, keyId] = /"AccessKeyId"\s*:\s*"(\w+)"/.exec(value) ?? [];
  return keyId === undefined ? {} : { keyId };
}

/** What a mail says, as text in which names are looked for. */
const textOf = ({ subject, text = '' }: SentMail): string => `${subject}\n${text}`;
/** Letters that names are made of: no name is found as a part of another one. */
const NAME = /[\w+=,.@-]+/g;
/** Every page of a user looks into every mail. */
const known = new WeakMap<SentMail, ReadonlySet<string>>();

function wordsIn(mail: SentMail): ReadonlySet<string> {
  const words = known.get(mail) ?? new Set([...textOf(mail).matchAll(NAME)].flatMap(([word]) => [word, word.replace(/[.,]+$/, '')]));
  known.set(mail, words);
  return words;
}

/** Numbers, from 1, of the mails that name a user of an account. */
export const mailsAbout = ({ mails }: Sandbox, account: string, user: string): number[] =>
  mails.flatMap((mail, index) => {
    const words = wordsIn(mail);
    return words.has(account) && words.has(user) ? [index + 1] : [];
  });

/** The users whom a mail names. */
export function usersIn({ world }: Sandbox, mail: SentMail): { account: string; user: string }[] {
  const words = wordsIn(mail);
  return [...world.accounts.values()]
    .filter(({ id }) => words.has(id))
    .flatMap(({ id, users }) => [...users.keys()].filter((user) => words.has(user)).map((user) => ({ account: id, user })));
}
