import { buildDigests } from '../../../lambda/mail/digest';
import { templateData } from '../../../lambda/mail/escape';
import { MAX_ITEMS, MAX_PARTS, MAX_TEMPLATE_DATA_CHARACTERS } from '../../../lambda/mail/pages';
import { accountResult, action, keyFacts, user } from './factories';

const keyOf = (n: number): string => `AKIA${String(n).padStart(16, '0')}`;
const many = (count: number, reason = 'it is 90 days old') =>
  accountResult({
    users: Array.from({ length: count }, (_, n) =>
      user(`user-${String(n).padStart(5, '0')}`, {
        keys: [keyFacts({ keyId: keyOf(n) })],
        actions: [
          action({ keyId: keyOf(n), reason, secretName: `Account_111122223333_User_user-${n}_AccessKey`, on: '2026-12-01T00:00:00.000Z' }),
        ],
      }),
    ),
  });
const size = (data: object): number => JSON.stringify(templateData(data)).length;

it('sends one mail while everything fits', () => {
  const { digests } = buildDigests(many(MAX_ITEMS), 'eu-west-1');
  expect(digests.map((d) => [d.keyIds.length, d.data.part])).toEqual([[MAX_ITEMS, '']]);
});

it('goes on in a second mail when one is full, and loses nobody', () => {
  const { digests } = buildDigests(many(MAX_ITEMS + 1), 'eu-west-1');
  expect(digests.map((d) => d.data.part)).toEqual(['part 1 of 2', 'part 2 of 2']);
  expect(new Set(digests.flatMap((d) => d.keyIds)).size).toBe(MAX_ITEMS + 1);
});

it('keeps every mail of an account with 5,000 due users within the limit of SES and says what is not listed', () => {
  const { digests } = buildDigests(many(5000), 'eu-west-1');
  expect(digests).toHaveLength(MAX_PARTS);
  for (const { data } of digests) expect(size(data)).toBeLessThan(MAX_TEMPLATE_DATA_CHARACTERS);
  const listed = digests.flatMap((d) => d.keyIds);
  expect(listed).toHaveLength(MAX_PARTS * MAX_ITEMS);
  expect(digests.slice(0, -1).every((d) => d.data.more === '')).toBe(true);
  expect(digests.at(-1)!.data.more).toBe('3,500 more items are not listed here; all are in the result file runs/run-1/111122223333.json');
});

it('keeps to the limit when escaping multiplies every character', () => {
  const { digests } = buildDigests(many(500, `"<&'>`.repeat(400)), 'eu-west-1');
  expect(digests.length).toBeGreaterThan(500 / MAX_ITEMS + 1);
  for (const { data } of digests) expect(size(data)).toBeLessThan(MAX_TEMPLATE_DATA_CHARACTERS);
});

it('names exactly the keys that the mail shows', () => {
  for (const { data, keyIds } of buildDigests(many(200), 'eu-west-1').digests) {
    expect(data.sections.flatMap((s) => s.items.map((i) => i.keyId))).toEqual(keyIds);
  }
});
