import { TagUserCommand, type IAMClient } from '@aws-sdk/client-iam';
import { isWithin, keyTag } from '../../../lambda/core/plan/key-state';
import type { UserFacts } from '../../../lambda/core/plan/user-facts';
import { TAG_PREFIX } from '../../../lambda/shared/names';

/** The tag that says which of the rotation's tags on a user commands wrote that a person ran: at which moments, about which keys. */
export const BY_HAND = `${TAG_PREFIX}by-hand`;
/** An IAM tag value has at most 256 characters; more than these have not been interrupted one after the other. */
const MOST_MOMENTS = 3;
const MOST_KEYS = 8;

/** What is known of a user where it is told who wrote their tags. */
export type TaggedUser = Pick<UserFacts, 'name' | 'keys' | 'tags' | 'state'>;

interface ByHand {
  /** When commands began that write tags, the latest first. */
  moments: readonly Date[];
  keyIds: readonly string[];
}

function read(tags: ReadonlyMap<string, string>): ByHand {
  const [, moments = '', keys = ''] = /^at=(\S*) keys=(\S*)$/.exec(tags.get(BY_HAND) ?? '') ?? [];
  const dates = moments.split('+').map((text) => new Date(text));
  return { moments: dates.filter((at) => !Number.isNaN(at.getTime())), keyIds: keys.split('+') };
}

const isByHand = ({ moments }: ByHand, at: Date): boolean => moments.some((moment) => isWithin(at, moment));

/**
 * The user's tags that say something of a key, or of one that is being issued, and that no command by hand wrote: so a rotation did, wherever
 * it is deployed.
 */
export function tagsOfRotation({ keys, tags, state }: TaggedUser): string[] {
  const byHand = read(tags);
  const ofKeys = keys.flatMap(({ id, created }) =>
    tags.has(keyTag(id)) && !byHand.keyIds.includes(id) && !isByHand(byHand, created) ? keyTag(id) : [],
  );
  return [...ofKeys, ...state.intents.flatMap(({ tagKey, at }) => (isByHand(byHand, at) ? [] : tagKey))];
}

/** Notes that what is tagged from now on is by hand; before anything else is changed. */
export async function markByHand(iam: IAMClient, user: TaggedUser, now: Date): Promise<void> {
  const { name, keys, tags } = user;
  const others = tagsOfRotation(user);
  const moments = [now, ...read(tags).moments].slice(0, MOST_MOMENTS).map((at) => at.toISOString());
  const ids = keys.flatMap(({ id }) => (others.includes(keyTag(id)) ? [] : id)).slice(0, MOST_KEYS);
  const Value = `at=${moments.join('+')} keys=${ids.join('+')}`;
  await iam.send(new TagUserCommand({ UserName: name, Tags: [{ Key: BY_HAND, Value }] }));
}
