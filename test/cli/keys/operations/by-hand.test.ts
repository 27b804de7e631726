import { IAMClient, TagUserCommand } from '@aws-sdk/client-iam';
import { mockClient } from 'aws-sdk-client-mock';
import { BY_HAND, markByHand, tagsOfRotation, type TaggedUser } from '../../../../cli/keys/operations/by-hand';
import { keyTag, readState, writeIntent, writeKeyState } from '../../../../lambda/core/plan/key-state';

const NOW = new Date('2026-06-01T10:00:00Z');
const minutes = (count: number): Date => new Date(NOW.getTime() + count * 60_000);
const [OLD, FRESH] = ['AKIAOLD0000000000001', 'AKIAFRESH00000000002'];
const INTENT = 'key-rotation:issuing:0123abcd';
const iam = mockClient(IAMClient);
const client = new IAMClient({ region: 'eu-west-1' });

/** A user as IAM shows them, with a key of last year and, where it is said, one of a moment. */
function user(tags: Readonly<Record<string, string>>, fresh?: Date): TaggedUser {
  const keys = [
    { id: OLD, status: 'Active' as const, created: new Date('2025-06-01T00:00:00Z') },
    ...(fresh ? [{ id: FRESH, status: 'Active' as const, created: fresh }] : []),
  ];
  const read = new Map(Object.entries(tags));
  return { name: 'alice', keys, tags: read, state: readState(read, new Map(keys.map(({ id, created }) => [id, created])), minutes(600)) };
}
const issued = (at: Date): string => writeKeyState({ issued: at });
const intent = (at: Date): string => writeIntent({ at, until: new Date(at.getTime() + 300_000), known: [OLD] });

/** The value that marking wrote. */
async function marked(of: TaggedUser, at: Date): Promise<string> {
  iam.reset();
  iam.on(TagUserCommand).resolves({});
  await markByHand(client, of, at);
  return iam.commandCalls(TagUserCommand)[0]?.args[0].input.Tags?.[0]?.Value ?? '';
}

it.each([
  ['no tag at all', {}, undefined, []],
  ['tags of people', { OwnerEmail: 'x', 'key-rotation:exempt-until': '2027-01-01', 'key-rotation:offboarded': OLD }, undefined, []],
  ['a key that was issued', { [keyTag(FRESH)]: issued(NOW) }, NOW, [keyTag(FRESH)]],
  ['a key that was seen inactive', { [keyTag(OLD)]: writeKeyState({ inactive: NOW }) }, undefined, [keyTag(OLD)]],
  ['a key that is being issued', { [INTENT]: intent(NOW) }, undefined, [INTENT]],
])('without a command by hand, a rotation wrote what is said of keys: %s', (_, tags, fresh, expected) => {
  expect(tagsOfRotation(user(tags, fresh))).toEqual(expected);
});

it('knows what followed a command by hand, and nothing of later', async () => {
  const mark = await marked(user({}), NOW);
  expect(mark).toBe(`at=${NOW.toISOString()} keys=${OLD}`);
  const tagsAt = (at: Date) => ({ [BY_HAND]: mark, [keyTag(OLD)]: issued(at), [keyTag(FRESH)]: issued(at), [INTENT]: intent(at) });
  expect(tagsOfRotation(user(tagsAt(minutes(4)), minutes(4)))).toEqual([]);
  expect(tagsOfRotation(user(tagsAt(minutes(60)), minutes(60)))).toEqual([keyTag(FRESH), INTENT]);
});

it('still knows earlier commands that were interrupted, and never claims what a rotation wrote', async () => {
  const first = await marked(user({}), NOW);
  const second = await marked(user({ [BY_HAND]: first, [INTENT]: intent(NOW) }), minutes(60));
  expect(tagsOfRotation(user({ [BY_HAND]: second, [INTENT]: intent(NOW) }))).toEqual([]);
  const theirs = user({ [keyTag(OLD)]: writeKeyState({ inactive: NOW }) });
  expect(await marked(theirs, minutes(90))).toBe(`at=${minutes(90).toISOString()} keys=`);
});

it('fits into a tag, however often it is repeated', async () => {
  let mark = '';
  for (let hour = 0; hour < 9; hour += 1) mark = await marked(user({ [BY_HAND]: mark }, NOW), minutes(hour * 60));
  expect(mark.length).toBeLessThanOrEqual(256);
  expect(mark).toMatch(/^[\p{L}\p{N}\s_.:/=+@-]*$/u);
});
