import { TagUserCommand, UntagUserCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import type { AccessKey } from '../../../lambda/core/plan/user-facts';
import { findUser, readTags } from '../../../lambda/core/read/read-user';
import { errorFacts, RotationError } from '../../../lambda/shared/errors';
import { TAG_PREFIX } from '../../../lambda/shared/names';
import type { Session } from '../session';
import { aboutUser } from './no-such-user';
import { keysOf, shownKey, type ShownKey } from './list-keys';
import type { Status } from './change-status';

/** The tag that says which keys an offboarding deactivated, so that it can be undone. */
const OFFBOARDED = `${TAG_PREFIX}offboarded`;

/** What an offboarding, or undoing one, would change. */
export interface OffboardPlan {
  user: string;
  /** What the keys become. */
  to: Status;
  /** Those that are otherwise now. */
  keys: ShownKey[];
}

/** What came of it. */
export interface Offboarded extends OffboardPlan {
  /** Keys that could not be changed, with AWS's reason. */
  failed: { keyId: string; reason: string }[];
}

const noted = (tags: ReadonlyMap<string, string>): string[] => (tags.get(OFFBOARDED) ?? '').split('+').filter((id) => id !== '');

/** Looks at a leaver's keys, and changes nothing. */
export async function planOffboard(session: Session, userName: string, undo: boolean, now: Date): Promise<OffboardPlan> {
  const { account } = await session.whoAmI();
  const { name } = await aboutUser(session, userName, () => findUser(session.iam, userName, account));
  const keys = await keysOf(session, name);
  const shown = (chosen: readonly AccessKey[]): ShownKey[] => chosen.map((key) => shownKey(name, key, now));
  if (!undo) return { user: name, to: 'Inactive', keys: shown(keys.filter(({ status }) => status === 'Active')) };
  const ids = noted(await readTags(session.iam, name));
  if (ids.length === 0) throw new RotationError(`nothing to undo: no offboarding of ${name} is noted (tag ${OFFBOARDED})`);
  return { user: name, to: 'Active', keys: shown(keys.filter(({ id, status }) => ids.includes(id) && status === 'Inactive')) };
}

/**
 * Deactivates or reactivates the keys of a plan, every one that can be. What is to be undone is noted before the first key changes, and is
 * forgotten only once every key is back.
 */
export async function offboard({ iam }: Pick<Session, 'iam'>, plan: OffboardPlan): Promise<Offboarded> {
  const { user: UserName, to: Status, keys } = plan;
  if (Status === 'Inactive' && keys.length > 0) {
    const before = noted(await readTags(iam, UserName));
    const Value = [...new Set([...before, ...keys.map(({ keyId }) => keyId)])].join('+');
    await iam.send(new TagUserCommand({ UserName, Tags: [{ Key: OFFBOARDED, Value }] }));
  }
  const failed: Offboarded['failed'] = [];
  for (const { keyId: AccessKeyId } of keys) {
    await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status })).catch((error: unknown) => {
      failed.push({ keyId: AccessKeyId, reason: errorFacts(error).message });
    });
  }
  if (Status === 'Active' && failed.length === 0) await iam.send(new UntagUserCommand({ UserName, TagKeys: [OFFBOARDED] }));
  return { ...plan, failed };
}
