import { TagsFullError } from '../../shared/errors';
import { keyTag, STORED_AS } from '../plan/key-state';
import type { UserFacts } from '../plan/user-facts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_TAGS = 50;

/**
 * Whether the tags that issuing a key writes find room beside those that the user has: the intent, whose key it is, and what the secret is
 * called by. Without room a key would be made and removed again each day. Throws a TagsFullError before anything has changed.
 */
export function requireTagRoom({ name, tags }: UserFacts, makeRoom: string | undefined): void {
  const staying = [...tags.keys()].filter((key) => makeRoom === undefined || key !== keyTag(makeRoom));
  const needed = staying.includes(STORED_AS) ? 2 : 3;
  const missing = staying.length + needed - MOST_TAGS;
  if (missing <= 0) return;
  const present = `${name} has ${staying.length} tags of the ${MOST_TAGS} that IAM allows, and a new key needs ${needed} more`;
  throw new TagsFullError(`${present}: remove ${missing}; no key was created`);
}
