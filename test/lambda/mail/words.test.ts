import { clip, count, shellWord, showDay, showMoment } from '../../../lambda/mail/words';

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
