import { buildDigests } from '../../../lambda/mail/digest';
import { templateData } from '../../../lambda/mail/escape';
import { MAX_HTML_BYTES, MAX_PARTS, MAX_TEMPLATE_DATA_CHARACTERS } from '../../../lambda/mail/pages';
import { sampleResult } from '../../../lambda/mail/samples';
import { accountResult, action, keyFacts, user } from './factories';
import { renderAll } from './mails';

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

/** As SES renders it. */
const rendered = (data: object): number => Buffer.byteLength(renderAll('digest', templateData(data)).html);

it('sends one mail while everything fits', () => {
  const { digests } = buildDigests(many(20), 'eu-west-1');
  expect(digests.map((d) => [d.keyIds.length, d.data.part])).toEqual([[20, '']]);
});

it('goes on in another mail when one is full, and loses nobody', () => {
  const { digests } = buildDigests(many(100), 'eu-west-1');
  expect(digests.length).toBeGreaterThan(1);
  expect(digests.map((d) => d.data.part)).toEqual(digests.map((_, index) => `part ${index + 1} of ${digests.length}`));
  expect(new Set(digests.flatMap((d) => d.keyIds)).size).toBe(100);
});

it('keeps every mail of an account with 5,000 due users whole in Gmail and within the limit of SES, and says what is not listed', () => {
  const { digests } = buildDigests(many(5000), 'eu-west-1');
  expect(digests).toHaveLength(MAX_PARTS);
  for (const { data } of digests) expect(size(data)).toBeLessThan(MAX_TEMPLATE_DATA_CHARACTERS);
  for (const { data } of digests) expect(rendered(data)).toBeLessThan(MAX_HTML_BYTES);
  // Not many small mails either.
  expect(rendered(digests[0]!.data)).toBeGreaterThan(MAX_HTML_BYTES / 2);
  const listed = digests.flatMap((d) => d.keyIds).length;
  expect(listed).toBeGreaterThan(500);
  expect(digests.slice(0, -1).every((d) => d.data.more === '')).toBe(true);
  const left = (5000 - listed).toLocaleString('en-US');
  expect(digests.at(-1)!.data.more).toBe(`${left} more items are not listed here; all are in the result file runs/run-1/111122223333.json`);
});

it('keeps to both limits when escaping multiplies every character', () => {
  const { digests } = buildDigests(many(200, `"<&'>`.repeat(400)), 'eu-west-1');
  for (const { data } of digests) expect(size(data)).toBeLessThan(MAX_TEMPLATE_DATA_CHARACTERS);
  for (const { data } of digests) expect(rendered(data)).toBeLessThan(MAX_HTML_BYTES);
});

it('keeps whole in Gmail what has every part that an item can have', () => {
  const everything = { ...sampleResult, users: Array.from({ length: 40 }, () => sampleResult.users).flat() };
  const { digests } = buildDigests(everything, 'eu-west-1', { contact: 'x'.repeat(200) });
  expect(digests.length).toBeGreaterThan(2);
  for (const { data } of digests) expect(rendered(data)).toBeLessThan(MAX_HTML_BYTES);
});

it('keeps whole in Gmail, and harmless, what programs write of themselves', () => {
  const evil = `<script>alert(1)</script>"'&{{html.headline}}\u202e\n`;
  const caller = {
    source: evil.repeat(2),
    agent: evil.repeat(3),
    calls: 3,
    first: '2026-11-01T00:00:00.000Z',
    last: '2026-11-20T00:00:00.000Z',
    names: Array.from({ length: 5 }, () => ({ name: evil.repeat(2), calls: 1 })),
  };
  const failed = [{ region: 'us-east-1', error: evil, message: evil.repeat(50) }];
  const usage = { regions: ['eu-west-1'], calls: 15, callers: Array.from({ length: 5 }, () => caller), otherCallers: 9, failed };
  const users = many(60).users.map((one) => ({
    ...one,
    actions: one.actions.map((done) => ({ ...done, action: 'hold' as const, usage })),
  }));
  const { digests } = buildDigests({ ...many(0), users }, 'eu-west-1');
  expect(digests.length).toBeGreaterThan(2);
  for (const { data } of digests) {
    const { html, text } = renderAll('digest', templateData(data));
    expect(Buffer.byteLength(html)).toBeLessThan(MAX_HTML_BYTES);
    expect(size(data)).toBeLessThan(MAX_TEMPLATE_DATA_CHARACTERS);
    expect(html).not.toContain('<script');
    expect(html + text).not.toMatch(/\u202e/);
  }
});

it('names exactly the keys that the mail shows', () => {
  for (const { data, keyIds } of buildDigests(many(200), 'eu-west-1').digests) {
    expect(data.sections.flatMap((s) => s.items.map((i) => i.keyId))).toEqual(keyIds);
  }
});
