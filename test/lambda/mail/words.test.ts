import { clip, count, shellWord, showDay, showMoment, withShownDates } from '../../../lambda/mail/words';

test.each([
  ['2026-12-01T00:00:00.000Z', '1 Dec 2026', '1 Dec 2026'],
  ['2026-12-01T23:05:00.000Z', '1 Dec 2026', '1 Dec 2026, 23:05 UTC'],
  ['2026-12-01T00:05:00.000Z', '1 Dec 2026', '1 Dec 2026, 00:05 UTC'],
  ['soon', 'soon', 'soon'],
  [undefined, '', ''],
])('%s is shown as day "%s" and moment "%s"', (iso, day, moment) => {
  expect(showDay(iso)).toBe(day);
  expect(showMoment(iso)).toBe(moment);
});

test.each([
  [1, '1 key'],
  [0, '0 keys'],
  [1204, '1,204 keys'],
])('counts %d as "%s"', (number, text) => {
  expect(count(number, 'key')).toBe(text);
});

test('clip keeps short texts and cuts long ones without splitting a character', () => {
  expect(clip('abcde', 5)).toBe('abcde');
  expect(clip('abcdef', 5)).toBe('abcd…');
  expect(clip('abc👩def', 5)).toBe('abc…');
});

test.each([
  ['Account_111122223333_User_a.b+c=d,e@f-g_AccessKey', 'Account_111122223333_User_a.b+c=d,e@f-g_AccessKey'],
  ['a b', "'a b'"],
  ["a'; rm -rf ~", String.raw`'a'\''; rm -rf ~'`],
])('a shell takes %s as one word', (text, word) => {
  expect(shellWord(text)).toBe(word);
});

test.each([
  ['it was replaced on 2026-11-10', 'it was replaced on 10 Nov 2026'],
  ['it has not run since 2026-11-28T02:00:00.000Z, so', 'it has not run since 28 Nov 2026, 02:00 UTC, so'],
  ['not since 2026-11-28T00:00:00Z', 'not since 28 Nov 2026'],
  ['no date such as 2027-01-31', 'no date such as 2027-01-31'],
  ['the tag holds "2026-01-31T00:00:00Z"', 'the tag holds "2026-01-31T00:00:00Z"'],
  ['the user backup-2026-11-10', 'the user backup-2026-11-10'],
])('a reason shows dates and moments as all mails do: %s', (reason, shown) => {
  expect(withShownDates(reason)).toBe(shown);
});
