import { calendar } from '../../../lambda/shared/calendar';

const event = { at: '2027-01-15T03:30:00.000Z', byTime: false, uid: 'a@b', summary: 'a; b, c\\d\ne', description: 'x' };

it('is what RFC 5545 asks for', () => {
  expect(calendar([event], { stamp: '2027-01-05T02:00:00.000Z', by: 'test' }).split('\r\n')).toEqual([
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//iam-key-rotation//test//EN', 'BEGIN:VEVENT', 'UID:a@b'],
    ...['DTSTAMP:20270105T020000Z', 'DTSTART;VALUE=DATE:20270115', String.raw`SUMMARY:a\; b\, c\\d\ne`, 'DESCRIPTION:x'],
    ...['TRANSP:TRANSPARENT', 'END:VEVENT', 'END:VCALENDAR'],
  ]);
});

it('folds lines at 75 octets and cuts no character in two', () => {
  const lines = calendar([{ ...event, summary: 'ü'.repeat(100) }], { stamp: event.at, by: 'test' }).split('\r\n');
  expect(Math.max(...lines.map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(75);
  expect(lines.join('').replaceAll(' ', '')).toContain('ü'.repeat(100));
});

it('gives a moment its time where one is wanted', () => {
  expect(calendar([{ ...event, byTime: true }], { stamp: event.at, by: 'test' })).toContain('DTSTART:20270115T033000Z');
});
