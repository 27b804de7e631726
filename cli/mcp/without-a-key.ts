import type { AccessKey } from '../../lambda/core/plan/user-facts';
import { DAY_MS } from '../../lambda/shared/period';
import type { FoundKey } from '../keys/operations/find-key';

/** A key that was used so lately counts as needed. */
const IN_USE_DAYS = 90;
/** AWS shows a first use some hours late; until then, "never" says nothing. */
const UNKNOWN_DAYS = 1;

const daysSince = (moment: Date, now: Date): number => (now.getTime() - moment.getTime()) / DAY_MS;

const isUsed = ({ lastUsed }: AccessKey, now: Date): boolean => typeof lastUsed === 'object' && daysSince(lastUsed.at, now) < IN_USE_DAYS;

const mayBeUsed = (key: AccessKey, now: Date): boolean =>
  isUsed(key, now) || key.lastUsed === undefined || (key.lastUsed === 'never' && daysSince(key.created, now) < UNKNOWN_DAYS);

/**
 * Why a key must not be deactivated or deleted now: programs use it, and no other active key of the user was ever seen in use. Undefined when
 * nothing speaks against it.
 */
export function leftWithoutAKey({ user, key, keys }: FoundKey, now: Date): string | undefined {
  if (!mayBeUsed(key, now)) return undefined;
  const others = keys.filter(({ id, status }) => id !== key.id && status === 'Active');
  if (others.some((other) => isUsed(other, now))) return undefined;
  const use =
    typeof key.lastUsed === 'object'
      ? `was last used ${key.lastUsed.at.toISOString().slice(0, 10)} for ${key.lastUsed.service}`
      : 'may be in use: it is too new for AWS to say';
  const [other] = others;
  const first = other
    ? `its successor ${other.id} was not used in the last ${IN_USE_DAYS} days: move the programs to it first`
    : `${user} has no other active key: create one first, and move the programs to it`;
  return `${key.id} ${use}, and ${first}. A key that leaked is deactivated at once by a person: iam-keys deactivate ${key.id}`;
}
