import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calendarOf } from '../../../../cli/rotation/calendar';
import { forecast } from '../../../../cli/rotation/operations/forecast';
import { readReports } from '../../../../cli/rotation/operations/read-reports';
import { environmentWith } from '../../../../cli/rotation/settings';
import { ACCOUNT, daysAgo, NOW } from '../../../helpers/facts';
import { activeKey, reportText, rootRow, userRow, type Row } from '../../../helpers/report';

const OTHER = '444455556666';

/** A folder with these reports. */
function folderOf(reports: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'reports-'));
  for (const [name, text] of Object.entries(reports)) writeFileSync(join(folder, name), text);
  return folder;
}
const used: Row = {
  access_key_1_last_used_date: daysAgo(1).toISOString(),
  access_key_1_last_used_region: 'eu-west-1',
  access_key_1_last_used_service: 's3',
};
const here = reportText([rootRow, userRow('alice', { ...activeKey(daysAgo(95)), ...used }), userRow('no-key')]);
const elsewhere = reportText([userRow('bob', activeKey(daysAgo(84)))]).replaceAll(ACCOUNT, OTHER);
const of = async (path: string, given = {}, days = 25) => {
  const { accounts, notes } = await readReports(path, NOW);
  return forecast(accounts, environmentWith(given), { from: NOW, days }, notes);
};

describe('a forecast by credential reports', () => {
  it('reads a folder with a report for each account, and says for whom it is and what happens when', async () => {
    const found = await of(folderOf({ 'a.csv': here, 'b.CSV': elsewhere, 'readme.txt': 'x' }), { warn: '2d' });
    expect(found).toMatchObject({ accounts: 2, users: 3, exempt: 0, from: NOW.toISOString() });
    expect(
      found.entries.map(({ at, account, user, keyId, action, on }) => [
        at.slice(0, 10),
        account,
        user,
        keyId,
        action,
        on?.slice(0, 10) ?? null,
      ]),
    ).toEqual([
      ['2026-11-22', ACCOUNT, 'alice', 'key-1', 'rotate', '2026-12-02'],
      ['2026-11-25', OTHER, 'bob', 'key-1', 'warn', '2026-11-27'],
      ['2026-11-26', OTHER, 'bob', 'key-1', 'warn', '2026-11-27'],
      ['2026-11-27', OTHER, 'bob', 'key-1', 'rotate', '2026-12-07'],
      ['2026-11-30', ACCOUNT, 'alice', 'key-1', 'warn', '2026-12-02'],
      ['2026-12-01', ACCOUNT, 'alice', 'key-1', 'warn', '2026-12-02'],
      ['2026-12-02', ACCOUNT, 'alice', 'key-1', 'disable', '2026-12-12'],
      ['2026-12-05', OTHER, 'bob', 'key-1', 'warn', '2026-12-07'],
      ['2026-12-06', OTHER, 'bob', 'key-1', 'warn', '2026-12-07'],
      ['2026-12-07', OTHER, 'bob', 'key-1', 'disable', '2026-12-17'],
      ['2026-12-10', ACCOUNT, 'alice', 'key-1', 'warn', '2026-12-12'],
      ['2026-12-11', ACCOUNT, 'alice', 'key-1', 'warn', '2026-12-12'],
      ['2026-12-12', ACCOUNT, 'alice', 'key-1', 'delete', null],
      ['2026-12-15', OTHER, 'bob', 'key-1', 'warn', '2026-12-17'],
      ['2026-12-16', OTHER, 'bob', 'key-1', 'warn', '2026-12-17'],
    ]);
  });

  it('knows from the report whether a key was ever used', async () => {
    const unused = reportText([userRow('alice', activeKey(daysAgo(95)))]);
    const given = { unusedKeys: 'retire' };
    expect((await of(folderOf({ 'a.csv': unused }), given)).entries[0]).toMatchObject({ action: 'notify' });
    expect((await of(folderOf({ 'a.csv': here }), given)).entries[0]).toMatchObject({ action: 'rotate', successor: 'new-key-1' });
  });

  it.each([
    ['a path that is not there', () => '/nowhere/report.csv', 'there is no file or folder /nowhere/report.csv'],
    ['a folder without reports', () => folderOf({ 'a.txt': '' }), 'there is no file *.csv in '],
    [
      'a file that is no report',
      () => join(folderOf({ 'a.csv': 'a,b\n1,2\n' }), 'a.csv'),
      'a.csv: the credential report lacks the column user, arn',
    ],
    [
      'two reports of one account',
      () => folderOf({ 'a.csv': here, 'b.csv': here }),
      `b.csv are both of account ${ACCOUNT}; give the newer one alone`,
    ],
    [
      'one file of two accounts',
      () => folderOf({ 'a.csv': `${here}\n${elsewhere.split('\n').slice(1).join('\n')}` }),
      `holds users of two accounts, ${ACCOUNT} and ${OTHER}`,
    ],
  ])('refuses %s and names it', async (_, path, message) => {
    await expect(of(path())).rejects.toThrow(message);
  });

  it('leaves out a key of unknown age, and says so', async () => {
    const found = await of(folderOf({ 'a.csv': reportText([userRow('alice', { access_key_1_active: 'true' })]) }));
    expect(found.entries).toEqual([]);
    expect(found.notes).toContain(`arn:aws:iam::${ACCOUNT}:user/alice: the report does not say when key-1 was created, so it is left out.`);
  });

  it('says what it rests on: dryRun, keys that are held, a schedule that never fires again', async () => {
    const path = folderOf({ 'a.csv': here });
    expect((await of(path)).notes.join()).not.toMatch(/dryRun|whileInUse|No run/);
    expect((await of(path, { dryRun: true, whileInUse: 'hold' })).notes.join()).toMatch(/whileInUse=hold.*dryRun=true/);
    expect((await of(path, { schedule: 'cron(0 2 1 * ? *)', delete: '180d', disable: '135d' }, 5)).notes.join()).toContain(
      'No run follows within 5 days',
    );
  });
});

describe('the calendar', () => {
  const entry = {
    ...{
      at: '2026-12-02T02:00:00.000Z',
      account: ACCOUNT,
      user: 'a,b',
      owner: 'owner@acme.example',
      keyId: 'key-1',
      action: 'disable' as const,
    },
    ...{ label: 'Disable', step: null, on: null, successor: null, deferred: false, why: 'it was replaced; ünïcode '.repeat(5) },
  };

  it('has an all-day event for each action, with what calendars need escaped and folded', () => {
    const text = calendarOf([entry], NOW.toISOString());
    expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    const unfolded = text.replaceAll('\r\n ', '').split('\r\n');
    expect(unfolded.slice(0, 9)).toEqual([
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//iam-key-rotation//iam-keys//EN',
      'BEGIN:VEVENT',
      `UID:20261202T020000Z-${ACCOUNT}-a\\,b-key-1-disable@iam-keys`,
      'DTSTAMP:20261121T030000Z',
      'DTSTART;VALUE=DATE:20261202',
      'SUMMARY:Disable: key-1 of a\\,b',
      `DESCRIPTION:Account ${ACCOUNT}\\, owner owner@acme.example: ${'it was replaced\\; ünïcode '.repeat(5)}`,
    ]);
    expect(unfolded.slice(9)).toEqual(['TRANSP:TRANSPARENT', 'END:VEVENT', 'END:VCALENDAR']);
  });

  it('gives the time where a day has several runs', () => {
    const text = calendarOf([entry, { ...entry, at: '2026-12-02T08:00:00.000Z' }], NOW.toISOString());
    expect(text.match(/^DTSTART.*$/gm)).toEqual(['DTSTART:20261202T020000Z', 'DTSTART:20261202T080000Z']);
  });
});
