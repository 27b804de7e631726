import type * as sdk from '@aws-sdk/client-iam';
import { ServiceError } from '../../kernel/service-error';
import type { User } from '../../kernel/world';
import { pageAfter } from '../paging';
import type { Operations, SdkShapes } from '../service';
import { pairsOf, requestTags, tagsOf } from '../tags';
import { requireUser, userChecks } from './lookup';
import { iamPageSize } from './users';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const limits = { tags: 50, key: 128, value: 256 };
const characters = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/**
 * Adds or replaces tags; IAM ignores the letter case of keys when it compares them. Throws when a limit is exceeded, and then changes
 * nothing.
 */
export function tagUser(user: User, tags: readonly [key: string, value: string][]): void {
  for (const [key, value] of tags) {
    refuseInvalid('key', key, 1, limits.key);
    refuseInvalid('value', value, 0, limits.value);
    if (key.toLowerCase().startsWith('aws:')) {
      throw new ServiceError('InvalidInputException', `The tag key ${key} starts with aws:, which is reserved for AWS.`);
    }
  }
  const folded = tags.map(([key]) => key.toLowerCase());
  if (new Set(folded).size < folded.length) {
    throw new ServiceError('InvalidInputException', 'Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  }
  const kept = [...user.tags].filter(([key]) => !folded.includes(key.toLowerCase()));
  if (kept.length + tags.length > limits.tags) {
    throw new ServiceError('LimitExceededException', `The number of tags has reached the maximum limit: ${limits.tags}.`);
  }
  user.tags = new Map([...kept, ...tags]);
}

/** Removes tags, in whatever letter case their keys are given. */
export function untagUser(user: User, keys: readonly string[]): void {
  const folded = keys.map((key) => key.toLowerCase());
  for (const key of [...user.tags.keys()]) if (folded.includes(key.toLowerCase())) user.tags.delete(key);
}

function refuseInvalid(member: 'key' | 'value', text: string, least: number, most: number): void {
  if (text.length >= least && text.length <= most && characters.test(text)) return;
  throw new ServiceError(
    'ValidationError',
    `1 validation error detected: Value '${text}' at 'tags.1.member.${member}' failed to satisfy constraint: Member must have length between ${least} and ${most} and satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*`,
    400,
  );
}

/** Tags of users. */
export const userTagOperations: Operations<SdkShapes<typeof sdk>> = {
  ListUserTags: {
    reads: true,
    checks: ({ UserName }, call) => userChecks('iam:ListUserTags', UserName, call),
    handle({ UserName, MaxItems, Marker }, { account }) {
      const tags = tagsOf(requireUser(account, UserName).tags);
      const { items, next } = pageAfter(tags, (tag) => tag.Key, Marker, iamPageSize(MaxItems));
      return { Tags: items, IsTruncated: next !== undefined, Marker: next };
    },
  },
  TagUser: {
    checks: ({ UserName, Tags }, call) => userChecks('iam:TagUser', UserName, call, requestTags(Tags)),
    handle({ UserName, Tags }, { account }) {
      tagUser(requireUser(account, UserName), pairsOf(Tags));
      return {};
    },
  },
  UntagUser: {
    checks: ({ UserName, TagKeys }, call) => userChecks('iam:UntagUser', UserName, call, { 'aws:TagKeys': TagKeys }),
    handle({ UserName, TagKeys }, { account }) {
      untagUser(requireUser(account, UserName), TagKeys);
      return {};
    },
  },
};
