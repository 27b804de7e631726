import { calendarOf } from '../../../lambda/mail/dates';
import { userEntries } from '../../../lambda/mail/items';
import type { ActionResult } from '../../../lambda/runs/schemas';
import { action, user } from './factories';

const RUN = { region: 'eu-west-1', dryRun: false, now: new Date('2027-01-05T02:00:00.000Z') };
const on = '2027-01-15T00:00:00.000Z';
const calendar = (...actions: Partial<ActionResult>[]): string | undefined =>
  calendarOf(
    actions.flatMap((one, n) => userEntries(user(`user-${n}`, { actions: [action({ keyId: `AKIA${n}`, ...one })] }), [], RUN)),
    { account: '111122223333', now: RUN.now },
  );
const unfolded = (text = ''): string => text.replaceAll('\r\n ', '');

it('has an event for each date to come, with what to do', () => {
  const text = unfolded(
    calendar({ on, successorId: 'AKIANEW', secretName: 's' }, { action: 'disable', on }, { action: 'warn', step: 'rotate', on }),
  );
  expect(text.match(/^SUMMARY:.*$/gm)).toEqual([
    'SUMMARY:The access key AKIA0 of user-0 is disabled',
    'SUMMARY:The access key AKIA1 of user-1 is deleted',
    'SUMMARY:The access key AKIA2 of user-2 gets a successor',
  ]);
  expect(text.match(/^DTSTART.*$/gm)).toEqual(Array.from({ length: 3 }, () => 'DTSTART;VALUE=DATE:20270115'));
  expect(text).toContain(
    'DESCRIPTION:The new key is AKIANEW. The old one will be disabled on 15 Jan 2027. Fetch the new key with the old one\\,',
  );
  expect(text).toContain('get-secret-value --secret-id s');
});

it('calls the same step by the same name, whichever mail tells of it', () => {
  const uid = (text = ''): string | undefined => /^UID:.*$/m.exec(unfolded(text))?.[0];
  expect(uid(calendar({ on }))).toBe(uid(calendar({ action: 'warn', step: 'disable', on: '2027-01-16T00:00:00.000Z' })));
});

it('shows the time of a step that is not at midnight', () => {
  expect(calendar({ on: '2027-01-05T03:30:00.000Z' })).toContain('DTSTART:20270105T033000Z');
});

it.each<Partial<ActionResult>>([
  { action: 'delete' },
  { on: '2027-01-04T00:00:00.000Z' },
  { action: 'blocked', on },
  { action: 'delete-secret', on },
])('is none where no key has a date to come: %j', (one) => {
  expect(calendar(one)).toBeUndefined();
});
