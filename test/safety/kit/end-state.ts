import type { AccessKey, Secret, User } from '../../../sandbox/kernel/world';
import type { Account } from '../../helpers/sandbox-organization';
import type { Kit } from './kit';
import { memoryOf, type KeyMemory } from './memory';

/**
 * The state that any interruption must converge to, in lines: of every user the live keys, oldest first, each with its status, where the
 * secret holds it and what is remembered of it, on the user and in the rotation's own account; then what the secret's current version holds and how many intents are open. Dates, key
 * ids and tags of keys that are gone don't count: a step repeated a day later differs in nothing else.
 */
export function endState(kit: Kit, accounts: readonly Account[] = kit.accounts): string[] {
  return linesOf(kit, accounts, () => '…');
}

/**
 * The end state with the day of every date in it, the day on which a mail first named each live key, and how often its step was put off: two
 * worlds alike in this have the same future.
 */
export function endStateWithDays(kit: Kit, accounts: readonly Account[] = kit.accounts): string[] {
  const toldOn = ({ id }: AccessKey): string =>
    kit.sandbox.mails
      .find(({ text }) => text?.includes(id))
      ?.at.toISOString()
      .slice(0, 10) ?? 'never';
  const told = accounts.flatMap(({ id }) => {
    const memory = memoryOf(kit, id);
    const putOff = (key: AccessKey): number => memory?.[key.id]?.putOff?.times ?? 0;
    return [...kit.sandbox.kernel.account(id).users.values()].map(
      ({ name, keys }) => `${id} ${name}: told on ${keys.map(toldOn).join(', ')}, put off ${keys.map(putOff).join(', ')} times`,
    );
  });
  return [...linesOf(kit, accounts, (date) => date.slice(0, 10)), ...told];
}

type ShowDate = (iso: string) => string;

function linesOf(kit: Kit, accounts: readonly Account[], show: ShowDate): string[] {
  return accounts.flatMap(({ id }) => {
    const { users, secrets } = kit.sandbox.kernel.account(id);
    const memory = memoryOf(kit, id) ?? {};
    const places = [...secrets.values(), ...kit.sandbox.kernel.account(kit.org.central.id).secrets.values()];
    return [...users.values()].flatMap((user) => {
      const secret = secretOf(places, id, user);
      return stateOf({ user, secret, memory }, show).map((line) => `${id} ${user.name}: ${line}`);
    });
  });
}

const secretOf = (secrets: readonly Secret[], account: string, user: User): Secret | undefined =>
  secrets.find((secret) => secret.name === `Account_${account}_User_${user.name.replaceAll(',', '/2C')}_AccessKey`);

interface Facts {
  user: User;
  secret: Secret | undefined;
  memory: Readonly<Record<string, KeyMemory>>;
}

function stateOf({ user, secret, memory }: Facts, show: ShowDate): string[] {
  const keys = [...user.keys].sort((a, b) => a.created.getTime() - b.created.getTime());
  const label = (id: string): string => {
    const at = keys.findIndex((key) => key.id === id);
    return at < 0 ? 'a key that is gone' : `key ${at + 1}`;
  };
  const remembered = (key: AccessKey): string =>
    (user.tags.get(`key-rotation:${key.id}`) ?? 'nothing')
      .replace(/\bAKIA[A-Z0-9]+\b/g, (id) => label(id))
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, show);
  const intents = [...user.tags.keys()].filter((tag) => tag.startsWith('key-rotation:issuing:')).length;
  return [
    ...keys.map(
      (key) =>
        `${label(key.id)} of ${show(key.created.toISOString())} ${key.status}, ${placeOf(secret, key)}, remembered: ${remembered(key)}; ${inMemory(memory[key.id], show, keys.length > 1)}`,
    ),
    `secret: ${secret ? describeSecret(secret, user.arn, label) : 'none'}`,
    `open intents: ${intents}`,
  ];
}

/** What people were told, and what is known of the key, in words; who fetched it matters beside another key only. */
function inMemory({ told = {}, issued, fetched }: KeyMemory = {}, show: ShowDate, beside: boolean): string {
  const steps = (['disable', 'delete'] as const).flatMap((step) => {
    const date = told[step];
    return date ? [`told of ${step} on ${show(date.on)} since ${show(date.at)}`] : [];
  });
  const known = [...(issued ? ['issued by us'] : []), ...(fetched === undefined || !beside ? [] : [`fetched ${show(fetched)}`])];
  return [...steps, ...known].join(', ') || 'told of nothing';
}

/** Where the secret holds a key with its right secret access key. */
function placeOf(secret: Secret | undefined, key: AccessKey): string {
  for (const version of secret?.deleted ? [] : (secret?.versions.values() ?? [])) {
    const held = JSON.parse(version.value) as Record<string, unknown>;
    if (held['AccessKeyId'] === key.id && held['SecretAccessKey'] === key.secret)
      return `held as ${[...version.stages].join('+') || 'old version'}`;
  }
  return 'not in the secret';
}

function describeSecret(secret: Secret, reader: string, label: (id: string) => string): string {
  const current = [...secret.versions.values()].find((version) => version.stages.has('AWSCURRENT'));
  const id = current && (JSON.parse(current.value) as Record<string, unknown>)['AccessKeyId'];
  const readable = secret.policy?.includes(`"${reader}"`) ? 'its user may read it' : 'its user may not read it';
  return `current: ${typeof id === 'string' ? label(id) : 'no key'}, ${readable}${secret.deleted ? ', being deleted' : ''}`;
}
