import { requireTagRoom } from '../../../../lambda/core/act/tag-room';
import { OLD, userFacts } from '../../../helpers/facts';
import { thrown } from '../../../sandbox/harness';

/** Ours by name, and others up to a number. */
const tagsOf = (count: number, ...ours: string[]): Record<string, string> =>
  Object.fromEntries([...ours, ...Array.from({ length: count - ours.length }, (_, index) => `tag-${index}`)].map((key) => [key, 'x']));
const check = (tags: Record<string, string>, makeRoom?: string) => () => {
  requireTagRoom({ ...userFacts(), tags: new Map(Object.entries(tags)) }, makeRoom);
};

describe('requireTagRoom', () => {
  it.each([
    ['47 tags leave room for the first key', tagsOf(47), undefined, 'nothing was thrown'],
    ['48 do not', tagsOf(48), undefined, 'TagsFullError'],
    [
      'for a later key 48 do: the tag that says what the secret is called by is there',
      tagsOf(48, 'key-rotation:stored-as'),
      undefined,
      'nothing was thrown',
    ],
    ['49 do not', tagsOf(49, 'key-rotation:stored-as'), undefined, 'TagsFullError'],
    [
      'the tag of a key that makes room goes with it',
      tagsOf(49, 'key-rotation:stored-as', `key-rotation:${OLD}`),
      OLD,
      'nothing was thrown',
    ],
    ['but not that of another', tagsOf(49, 'key-rotation:stored-as', `key-rotation:${OLD}`), undefined, 'TagsFullError'],
  ])('%s', (_, tags, makeRoom, outcome) => {
    expect(thrown(check(tags, makeRoom))).toBe(outcome);
  });

  it('says how many to remove', () => {
    expect(check(tagsOf(49))).toThrow(
      'alice has 49 tags of the 50 that IAM allows, and a new key needs 3 more: remove 2; no key was created',
    );
  });
});
