import { textAt, type ViewData } from '../../../../page/view-data';
import { ActionList } from '../../../../lambda/reporter/page/action-list';
import { KeyTable } from '../../../../lambda/reporter/page/key-table';
import { failureId, type ReportFacts } from '../../../../lambda/reporter/page/report-facts';
import { viewsOf } from '../../../../lambda/reporter/page/views';
import { NO_HISTORY } from '../../../../lambda/runs/history';
import { NOW } from '../../../helpers/facts';
import { failures, summary } from '../factories';
import { inventoryOf, recordedKey, recordedUser } from './factories';

const PAYMENTS = { id: '111111111111', name: 'Payments' };
const NAMELESS = { id: '222222222222', name: '' };
const facts = (more: Partial<ReportFacts> = {}): ReportFacts => ({
  summary: summary({ accounts: [] }),
  keys: new KeyTable(NOW),
  actions: new ActionList(),
  history: NO_HISTORY,
  whole: true,
  keysFile: 's3://results/keys.csv',
  ...more,
});
const view = (id: string, more: Partial<ReportFacts> = {}): ViewData => viewsOf(facts(more)).find((one) => one.id === id)!;
/** A view's rows, each with these columns as text. */
const rows = ({ columns, rows: count }: ViewData, ...ids: string[]): string[][] =>
  Array.from({ length: count }, (_, row) =>
    ids.map((id) =>
      textAt(
        columns.find((one) => one.id === id)!,
        row,
      ),
    ),
  );

it('are six, each sorted by, filtered by and shown below columns that it has', () => {
  const views = viewsOf(facts());
  expect(views.map(({ id }) => id)).toEqual(['keys', 'actions', 'failures', 'blocked', 'exempt', 'accounts']);
  for (const { columns, sort, presets } of views) {
    const ids = columns.map(({ id }) => id);
    const named = [
      sort.replace(/^-/, ''),
      ...presets.flatMap(({ where }) => Object.keys(where)),
      ...columns.flatMap(({ below }) => below ?? []),
    ];
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  }
});

it('have no rows when there is nothing to show', () => {
  expect(viewsOf(facts()).map(({ rows: count }) => count)).toEqual([0, 0, 0, 0, 0, 0]);
});

it('show hostile names as they are, in one line and without what changes the direction of writing', () => {
  const evil = '<img src=x>\n\u202e';
  const keys = new KeyTable(NOW);
  keys.add({ id: '1', name: evil }, inventoryOf(recordedUser(evil, [recordedKey(5)], { owner: evil })));
  const shown = view('keys', { keys });
  expect(rows(shown, 'name', 'user', 'owner')).toEqual([['<img src=x>', '<img src=x>', '<img src=x>']]);
});

describe('keys', () => {
  it('show what is known of each, and say so where nothing is', () => {
    const keys = new KeyTable(NOW);
    const known = recordedUser('alice', [recordedKey(60)], { owner: 'team@example.com', read: NOW.toISOString() });
    keys.add(PAYMENTS, inventoryOf(known));
    keys.add(NAMELESS, inventoryOf(recordedUser('bob', [{ status: 'Inactive' }])));
    const shown = view('keys', { keys });
    expect(rows(shown, 'name', 'account', 'user', 'owner', 'key', 'status', 'age', 'created')).toEqual([
      ['Payments', PAYMENTS.id, 'alice', 'team@example.com', recordedKey(60).keyId, 'Active', '60', '2026-09-22'],
      [NAMELESS.id, NAMELESS.id, 'bob', '', 'not seen yet', 'Inactive', '', ''],
    ]);
    expect(rows(shown, 'policy', 'lastUsed', 'usedFor', 'use', 'on', 'step', 'read')).toEqual([
      ['within policy', '2026-11-20', 's3, eu-west-1', 'used', '2026-12-21', 'rotate', '2026-11-21'],
      ['inactive', '', 'not known', 'not known', '', '', ''],
    ]);
  });

  it('offer the next 30 days from the day of the run', () => {
    expect(view('keys').presets).toContainEqual({ title: 'Next 30 days', where: { on: '..2026-12-21' } });
  });

  it.each([
    [0, 'Owner, use and fetching are as of the day on which a run last read them; the download has that day.'],
    [
      2,
      '2 accounts gave no list of keys. Owner, use and fetching are as of the day on which a run last read them; the download has that day.',
    ],
  ])('say that %d accounts gave none', (without, note) => {
    const keys = new KeyTable(NOW);
    for (let account = 0; account < without; account += 1) keys.add(PAYMENTS, undefined);
    expect(view('keys', { keys }).note).toBe(note);
  });

  it('say how many there are, and where all of them are, when a page has no room for more', () => {
    const keys = new KeyTable(NOW, {}, 2);
    keys.add(PAYMENTS, inventoryOf(...['a', 'b', 'c'].map((name, number) => recordedUser(name, [recordedKey(80 + number)]))));
    const shown = view('keys', { keys });
    expect(rows(shown, 'user')).toEqual([['c'], ['b']]);
    expect(shown.note).toMatch(/^The 2 of 3 keys whose next step comes first; all of them are in s3:\/\/results\/keys\.csv\./);
  });
});

describe('actions', () => {
  const actions = new ActionList();
  actions.add(PAYMENTS, {
    users: [
      {
        user: 'alice',
        actions: [
          { action: 'rotate', keyId: 'A', outcome: 'done', reason: 'old', successorId: 'B', on: '2026-12-01T00:00:00.000Z' },
          { action: 'unclear-exemption', outcome: 'done', reason: 'a tag', on: 'some day' },
        ],
      },
    ],
  });

  it('have a key, a successor and a date where there is one', () => {
    expect(rows(view('actions', { actions }), 'name', 'user', 'key', 'action', 'outcome', 'reason', 'successor', 'on')).toEqual([
      ['Payments', 'alice', 'A', 'Rotate', 'done', 'old', 'B', '2026-12-01'],
      ['Payments', 'alice', '', 'Exemption unclear', 'done', 'a tag', '', ''],
    ]);
  });

  it('say who uses a key where somebody asked, in one line and cut, and what that does not show', () => {
    const evil = '=cmd\n\u202e<img src=x>';
    const caller = { source: evil, agent: evil.repeat(90), calls: 2, first: NOW.toISOString(), last: NOW.toISOString(), names: [] };
    const usage = { regions: ['eu-west-1'], calls: 2, callers: [caller], otherCallers: 0, failed: [] };
    const asked = new ActionList();
    asked.add(PAYMENTS, { users: [{ user: 'alice', actions: [{ action: 'warn', keyId: 'A', outcome: 'done', reason: 'soon', usage }] }] });
    const shown = view('actions', { actions: asked });
    const [[text = ''] = []] = rows(shown, 'usage');
    expect(text).toMatch(/^AWS CloudTrail shows 2 calls with it in eu-west-1, by one caller: =cmd <img src=x>, /);
    expect(text.length).toBeLessThanOrEqual(600);
    expect(text).not.toMatch(/[\n\u202e]/);
    expect(shown.columns.find(({ id }) => id === 'reason')?.below).toBe('usage');
    expect(shown.note).toContain('It does not show: reading and writing of data');
    expect(view('actions', { actions }).columns.map(({ id }) => id)).not.toContain('usage');
  });

  it('say how many more there were', () => {
    expect(view('actions', { actions }).note).toBe('');
    const more = Object.assign(new ActionList(), { more: 1_234 });
    expect(view('actions', { actions: more }).note).toBe("1,234 more are in the accounts' own results.");
  });
});

describe('failures and blocked keys', () => {
  const [known, fresh] = failures(2);
  const ofRun = { account: '', accountName: '', step: 'read manifest', error: 'UnreadableManifest', message: 'm' };
  const history = { ...NO_HISTORY, since: { [failureId(known!)]: '2026-11-18' } };

  it('say since when, and what to do', () => {
    const run = summary({ failures: [known!, { ...fresh!, accountName: '', error: 'AccessDenied' }, ofRun] });
    const shown = view('failures', { summary: run, history });
    expect(rows(shown, 'name', 'account', 'user', 'key', 'error', 'state', 'since')).toEqual([
      ['One', '111111111111', 'user-0', '', 'E', 'known', '2026-11-18'],
      ['111111111111', '111111111111', 'user-1', '', 'AccessDenied', 'new', '2026-11-21'],
      ['Run', '', '', '', 'UnreadableManifest', 'new', '2026-11-21'],
    ]);
    expect(rows(shown, 'remedy').flat()).toEqual([
      expect.stringContaining('runbook'),
      expect.stringContaining('permission'),
      expect.stringContaining('results bucket'),
    ]);
  });

  it('name the key and the reason', () => {
    const blocked = [{ account: '1', accountName: '', user: 'alice', keyId: 'A', reason: 'two keys' }];
    expect(rows(view('blocked', { summary: summary({ blocked }) }), 'name', 'user', 'key', 'reason', 'since')).toEqual([
      ['1', 'alice', 'A', 'two keys', '2026-11-21'],
    ]);
  });
});

it('exemptions say by what, since when and until when', () => {
  const keys = new KeyTable(NOW);
  const since = '2026-01-01T00:00:00.000Z';
  keys.add(
    PAYMENTS,
    inventoryOf(
      recordedUser('a', [recordedKey(5), recordedKey(6)], { exemption: { by: 'group', exempt: true, since, until: '2026-12-01' } }),
      recordedUser('b', [], { exemption: { by: 'tag', exempt: false, since, unclear: 'its value is no date' } }),
      recordedUser('c', [recordedKey(7)]),
    ),
  );
  expect(rows(view('exempt', { keys }), 'name', 'user', 'state', 'by', 'since', 'until', 'keys', 'unclear')).toEqual([
    ['Payments', 'a', 'lapsing soon', 'group', '2026-01-01', '2026-12-01', '2', ''],
    ['Payments', 'b', 'does nothing', 'tag', '2026-01-01', '', '0', 'its value is no date'],
  ]);
});

describe('accounts', () => {
  const line = { ...PAYMENTS, status: 'succeeded' as const, usersSeen: 3, failures: 1, usersFailed: 1, usersLeft: 2 };

  it('say how they answered, and why where they did not', () => {
    const run = summary({
      accounts: [line, { ...line, ...NAMELESS, status: 'silent', usersSeen: 0, failures: 0, usersLeft: 0 }],
      skipped: [{ account: '333333333333', name: 'Closed', code: 'not-active', reason: 'its state is SUSPENDED' }],
    });
    expect(rows(view('accounts', { summary: run }), 'name', 'account', 'status', 'why', 'users', 'failures', 'left')).toEqual([
      ['Payments', PAYMENTS.id, 'succeeded', '', '3', '1', '2'],
      [NAMELESS.id, NAMELESS.id, 'silent', 'it was dispatched and stored no result', '0', '0', '0'],
      ['Closed', '333333333333', 'skipped', 'its state is SUSPENDED', '', '', ''],
    ]);
  });

  it.each([
    ['nothing is known of', undefined, ['', '', '']],
    ['is without keys', [], ['', '0', '0']],
    ['has inactive keys alone', [recordedKey(200, { status: 'Inactive' })], ['', '0', '1']],
    ['is within the policy', [recordedKey(5)], ['100', '0', '1']],
    ['is so in part, rounded down', [recordedKey(5), recordedKey(6), recordedKey(150)], ['66.6', '1', '3']],
    ['has a key of unknown age, which is not within', [recordedKey(5), { status: 'Active' as const }], ['50', '0', '2']],
  ])('have a share within the policy, of one that %s', (_, given, expected) => {
    const keys = new KeyTable(NOW);
    keys.add(PAYMENTS, given && inventoryOf(recordedUser('alice', given)));
    expect(rows(view('accounts', { summary: summary({ accounts: [line] }), keys }), 'share', 'over', 'keys')).toEqual([expected]);
  });
});
