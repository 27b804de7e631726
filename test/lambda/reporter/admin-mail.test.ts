import { templateData } from '../../../lambda/mail/escape';
import { mailSamples } from '../../../lambda/mail/samples';
import { MAX_HTML_BYTES, MAX_TEMPLATE_DATA_CHARACTERS } from '../../../lambda/mail/pages';
import { adminMail as mailOf } from '../../../lambda/reporter/admin-mail';
import type { RunSummary } from '../../../lambda/runs/run-summary';
import { ACTIONS } from '../../../lambda/shared/actions';
import { failures, reported, summary } from './factories';
import { renderAll } from '../mail/mails';

const where = () => ({ location: 's3://results/report.html', url: 'https://console' });
const adminMail = (summaries: readonly RunSummary[], place: typeof where) =>
  mailOf(
    summaries.map((one) => reported(one)),
    place,
  );

const keysOf = (value: unknown, path = ''): string[] =>
  Array.isArray(value)
    ? value.flatMap((element) => keysOf(element, `${path}[]`))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => [`${path}.${key}`, ...keysOf(inner, `${path}.${key}`)])
      : [];

describe('the administrator mail', () => {
  it('has the shape that the template was checked against', () => {
    const data = adminMail(
      [summary({ failures: failures(2), actions: [{ action: 'rotate', done: 1, planned: 0, failed: 2, deferred: 0 }] })],
      where,
    );
    expect(new Set(keysOf(templateData(data)))).toEqual(new Set(keysOf(mailSamples.summary)));
  });

  it.each<[string, RunSummary[], string, boolean]>([
    ['nothing wrong', [summary()], '1 account, all done', true],
    ['failures of single users', [summary({ failures: failures(1) })], '1 account, with failures, 1 new', false],
    [
      'blocked keys only',
      [
        summary({
          actions: [{ action: 'blocked', done: 1, planned: 0, failed: 0, deferred: 0 }],
          blocked: [{ account: '1', accountName: 'One', user: 'u', keyId: 'k', reason: 'r' }],
        }),
      ],
      '1 account, all done, 1 key blocked, 1 new',
      false,
    ],
    [
      'keys blocked by replicas, enforcing or not',
      [summary({ actions: [{ action: 'wait-for-replica', done: 1, planned: 1, failed: 0, deferred: 0 }] })],
      '1 account, all done, 2 keys blocked, nothing new',
      false,
    ],
    ['several runs', [summary(), summary({ mode: 'dry run' })], '2 runs, 2 accounts, all done', true],
    ['only dry runs', [summary({ mode: 'dry run' })], 'dry run, 1 account, all done', true],
  ])('%s reads so in one line', (_, summaries, headline, clean) => {
    expect(adminMail(summaries, where)).toMatchObject({ headline, clean });
  });

  it('lists 50 failures and says how many more the report holds', () => {
    const [list] = adminMail([summary({ failures: failures(62) })], where).runs[0]!.lists;
    expect(list!.lines).toHaveLength(50);
    expect(list!.more).toBe('and 12 more in the complete report');
  });

  const ACTION = { done: 1_000, planned: 1_000, failed: 1_000, deferred: 1_000 };
  const busy = (message: string): Partial<RunSummary> => ({
    failures: failures(5000, message),
    blocked: Array.from({ length: 500 }, (_, n) => ({
      account: '1',
      accountName: 'One',
      user: `u${n}`,
      keyId: `AKIA${n}`,
      reason: message,
    })),
    left: Array.from({ length: 60 }, (_, n) => ({ account: String(n), accountName: message, users: ['u'.repeat(64)], more: 9 })),
    accounts: ['silent', 'partial', 'failed', 'unreadable', 'not dispatched'].flatMap((status) =>
      Array.from({ length: 60 }, (_, n) => ({
        ...{ id: String(n), name: message.slice(0, 50), status: status as 'silent' },
        ...{ usersSeen: 1, failures: 1, usersFailed: 1, usersLeft: 1 },
      })),
    ),
    actions: Object.keys(ACTIONS).map((action) => ({ action, ...ACTION })),
    mails: { sent: 1_000, failed: 1_000 },
  });

  it.each([
    [1, 'm'],
    [1, 'it could not be done, because '.repeat(30)],
    [1, '"<&>'.repeat(500)],
    [3, 'it could not be done, because '.repeat(30)],
    [20, 'it could not be done, because '.repeat(30)],
    [20, '"<&>'.repeat(500)],
  ])('is whole in Gmail, and taken by SES, with %d runs full of failures', (runs, message) => {
    const data = adminMail(
      Array.from({ length: runs }, () => summary(busy(message))),
      where,
    );
    expect(Buffer.byteLength(renderAll('summary', templateData(data)).html)).toBeLessThan(MAX_HTML_BYTES);
    expect(JSON.stringify(templateData(data)).length).toBeLessThan(MAX_TEMPLATE_DATA_CHARACTERS);
    expect(data.runs).toHaveLength(runs);
    for (const { lists } of data.runs)
      expect(lists.find(({ title }) => title === 'New failures')?.more).toMatch(/^and .* more in the complete report$/);
  });

  it('orders actions as people think of them, and leaves housekeeping out', () => {
    const actions = ['wait', 'wait-for-replica', 'blocked', 'something-new', 'delete', 'forget', 'rotate'].map((action) => ({
      action,
      done: 1,
      planned: 0,
      failed: 0,
      deferred: 0,
    }));
    expect(adminMail([summary({ actions })], where).runs[0]!.actions.map(({ action }) => action)).toEqual([
      'Rotate',
      'Delete',
      'Blocked',
      'Blocked by a replica',
      'something-new',
    ]);
  });

  it('renders when nothing happened at all', () => {
    for (const rendered of Object.values(renderAll('summary', templateData(adminMail([summary()], where))))) {
      expect(rendered).toContain('1 account, all done');
      expect(rendered).not.toMatch(/undefined|\[object/);
    }
  });
});
