import type { ViewData } from '../../../page/view-data';
import { dayText } from '../../../page/view-data';
import { USAGE_NOTE } from '../../mail/usage';
import { count, withShownDates } from '../../mail/words';
import type { RunSummary } from '../../runs/run-summary';
import type { ExemptRow, KeyRow } from './key-rows';
import { remedyFor } from '../../mail/remedies';
import type { ActionRow } from './action-list';
import { DAYS_AHEAD } from './coming-days';
import { dayOf } from './day-of';
import { encodeView, type Column } from './encode';
import { number } from './html';
import { blockedId, dayOfRun, failureId, sinceOf, type ReportFacts } from './report-facts';

/** The tables of a report. */
export function viewsOf(facts: ReportFacts): ViewData[] {
  return [keysView(facts), actionsView(facts), failuresView(facts), blockedView(facts), exemptView(facts), accountsView(facts)];
}

const account = <Row extends { account: { id: string; name: string } }>(): Column<Row>[] => [
  { id: 'name', title: 'Account', kind: 'text', below: 'account', of: ({ account: { name, id } }) => name || id },
  { id: 'account', title: 'Account id', kind: 'text', hidden: true, of: ({ account: { id } }) => id },
];

const KEY_COLUMNS: Column<KeyRow>[] = [
  ...account<KeyRow>(),
  { id: 'user', title: 'User', kind: 'text', below: 'owner', of: ({ user }) => user },
  { id: 'owner', title: 'Owner', kind: 'text', hidden: true, of: ({ owner }) => owner },
  { id: 'key', title: 'Access key', kind: 'text', below: 'status', of: ({ keyId }) => keyId ?? 'not seen yet' },
  { id: 'status', title: 'Status', kind: 'text', hidden: true, facet: true, of: ({ active }) => (active ? 'Active' : 'Inactive') },
  { id: 'age', title: 'Age in days', kind: 'number', below: 'created', of: ({ age }) => age },
  { id: 'created', title: 'Created', kind: 'day', hidden: true, of: ({ created }) => created },
  { id: 'policy', title: 'Policy', kind: 'text', facet: true, of: ({ standing }) => standing },
  { id: 'lastUsed', title: 'Last used', kind: 'day', below: 'usedFor', of: ({ lastUsed }) => lastUsed },
  { id: 'usedFor', title: 'Used for', kind: 'text', hidden: true, of: ({ usedFor, use }) => usedFor ?? (use === 'not known' ? use : null) },
  { id: 'usedAsOf', title: 'Use as of', kind: 'day', hidden: true, of: ({ usedAsOf }) => usedAsOf },
  { id: 'use', title: 'Use', kind: 'text', facet: true, hidden: true, of: ({ use }) => use },
  { id: 'on', title: 'Next step', kind: 'day', below: 'step', of: ({ on }) => on },
  { id: 'step', title: 'Step', kind: 'text', facet: true, hidden: true, of: ({ step }) => step },
  { id: 'successor', title: 'Successor', kind: 'text', below: 'note', of: ({ successor }) => successor },
  { id: 'note', title: 'Note', kind: 'text', facet: true, hidden: true, of: ({ note }) => note },
  { id: 'fetched', title: 'Fetched', kind: 'day', of: ({ fetched }) => fetched },
  { id: 'read', title: 'Owner as of', kind: 'day', hidden: true, of: ({ read }) => read },
];

function keysView({ keys, keysFile, summary }: ReportFacts): ViewData {
  const { rows } = keys;
  const cut = rows.length < keys.count;
  const until = dayText((dayOf(dayOfRun(summary)) ?? 0) + DAYS_AHEAD);
  const notes = [
    ...(cut
      ? [`The ${number(rows.length)} of ${number(keys.count)} keys whose next step comes first; all of them are in ${keysFile}.`]
      : []),
    ...(keys.without > 0 ? [`${count(keys.without, 'account')} gave no list of keys.`] : []),
    'Owner, use and fetching are as of the day on which a run last read them; the download has that day.',
  ];
  const presets = [
    { title: 'Over policy', where: { policy: 'over policy' } },
    { title: `Next ${DAYS_AHEAD} days`, where: { on: `..${until}` } },
    { title: 'Used after the successor came', where: { note: 'used after its successor' } },
    { title: 'New key that nobody fetched', where: { note: 'nobody fetched it' } },
    { title: 'Never used', where: { usedFor: 'never used' } },
    { title: 'Unused for 45 days', where: { use: 'unused for 45 days' } },
    { title: 'Exempt', where: { policy: 'exempt' } },
  ];
  return encodeView({ id: 'keys', title: 'Keys', note: notes.join(' '), presets, sort: 'on' }, KEY_COLUMNS, rows);
}

const USAGE_COLUMN: Column<ActionRow> = { id: 'usage', title: 'Who uses the key', kind: 'text', hidden: true, of: ({ usage }) => usage };

function actionsView({ actions }: ReportFacts): ViewData {
  const asked = actions.rows.some(({ usage }) => usage !== null);
  const columns: Column<ActionRow>[] = [
    { id: 'name', title: 'Account', kind: 'text', below: 'account', of: (row) => row.accountName || row.account },
    { id: 'account', title: 'Account id', kind: 'text', hidden: true, of: (row) => row.account },
    { id: 'user', title: 'User', kind: 'text', of: ({ user }) => user },
    { id: 'key', title: 'Access key', kind: 'text', of: ({ keyId }) => keyId },
    { id: 'action', title: 'Action', kind: 'text', facet: true, of: ({ action }) => action },
    { id: 'outcome', title: 'Outcome', kind: 'text', facet: true, of: ({ outcome }) => outcome },
    { id: 'reason', title: 'Why', kind: 'text', ...(asked && { below: 'usage' }), of: ({ reason }) => withShownDates(reason) },
    ...(asked ? [USAGE_COLUMN] : []),
    { id: 'successor', title: 'Successor', kind: 'text', of: ({ successor }) => successor },
    { id: 'on', title: 'Date given', kind: 'day', of: ({ on }) => dayOf(on) },
  ];
  const note = [
    ...(actions.more > 0 ? [`${number(actions.more)} more are in the accounts' own results.`] : []),
    ...(asked ? [USAGE_NOTE] : []),
  ].join(' ');
  return encodeView({ id: 'actions', title: 'Actions of this run', note, sort: 'name' }, columns, actions.rows);
}

function failuresView(facts: ReportFacts): ViewData {
  const today = dayOfRun(facts.summary);
  const columns: Column<RunSummary['failures'][number]>[] = [
    { id: 'name', title: 'Account', kind: 'text', below: 'account', of: (row) => row.accountName || row.account || 'Run' },
    { id: 'account', title: 'Account id', kind: 'text', hidden: true, of: (row) => row.account },
    { id: 'user', title: 'User', kind: 'text', below: 'key', of: ({ user }) => user ?? null },
    { id: 'key', title: 'Access key', kind: 'text', hidden: true, of: ({ keyId }) => keyId ?? null },
    { id: 'error', title: 'Failure', kind: 'text', below: 'step', facet: true, of: ({ error }) => error },
    { id: 'step', title: 'Step', kind: 'text', hidden: true, of: ({ step }) => step },
    { id: 'message', title: 'What AWS or we say', kind: 'text', of: ({ message }) => message },
    { id: 'remedy', title: 'What to do', kind: 'text', of: ({ error }) => remedyFor(error) },
    {
      id: 'state',
      title: 'State',
      kind: 'text',
      below: 'since',
      facet: true,
      of: (row) => (sinceOf(facts, failureId(row)) === today ? 'new' : 'known'),
    },
    { id: 'since', title: 'Since', kind: 'day', hidden: true, of: (row) => dayOf(sinceOf(facts, failureId(row))) },
  ];
  return encodeView({ id: 'failures', title: 'Failures', sort: '-state' }, columns, facts.summary.failures);
}

function blockedView(facts: ReportFacts): ViewData {
  const columns: Column<RunSummary['blocked'][number]>[] = [
    { id: 'name', title: 'Account', kind: 'text', below: 'account', of: (row) => row.accountName || row.account },
    { id: 'account', title: 'Account id', kind: 'text', hidden: true, of: (row) => row.account },
    { id: 'user', title: 'User', kind: 'text', of: ({ user }) => user },
    { id: 'key', title: 'Access key', kind: 'text', of: ({ keyId }) => keyId },
    { id: 'reason', title: 'Why', kind: 'text', of: ({ reason }) => withShownDates(reason) },
    { id: 'since', title: 'Since', kind: 'day', of: (row) => dayOf(sinceOf(facts, blockedId(row))) },
  ];
  const note = 'A step of these keys is due and cannot be taken.';
  return encodeView({ id: 'blocked', title: 'Blocked keys', note, sort: 'since' }, columns, facts.summary.blocked);
}

function exemptView({ keys }: ReportFacts): ViewData {
  const columns: Column<ExemptRow>[] = [
    ...account<ExemptRow>(),
    { id: 'user', title: 'User', kind: 'text', of: ({ user }) => user },
    { id: 'state', title: 'State', kind: 'text', facet: true, of: ({ standing }) => standing },
    { id: 'by', title: 'By', kind: 'text', facet: true, of: ({ by }) => by },
    { id: 'since', title: 'First seen', kind: 'day', of: ({ since }) => since },
    { id: 'until', title: 'Until', kind: 'day', of: ({ until }) => until },
    { id: 'keys', title: 'Keys', kind: 'number', of: (row) => row.keys },
    { id: 'unclear', title: 'What is wrong', kind: 'text', of: ({ unclear }) => unclear },
  ];
  const note = 'Whoever is left alone, or seems to be. Members of the group are known as of the last run that read it.';
  return encodeView({ id: 'exempt', title: 'Exemptions', note, sort: 'until' }, columns, keys.exempt);
}

function accountsView({ summary, keys }: ReportFacts): ViewData {
  interface Row {
    id: string;
    name: string;
    status: string;
    why: string | null;
    failures: number | null;
    users: number | null;
    left: number | null;
  }
  const known = new Map(keys.accounts.map((one) => [one.id, one]));
  const rows: Row[] = [
    ...summary.accounts.map(({ id, name, status, usersSeen, failures, usersLeft }) => ({
      id,
      name,
      status,
      why: status === 'silent' ? 'it was dispatched and stored no result' : null,
      failures,
      users: usersSeen,
      left: usersLeft,
    })),
    ...summary.skipped.map(({ account: id, name, reason }) => ({
      id,
      name,
      status: 'skipped',
      why: reason,
      failures: null,
      users: null,
      left: null,
    })),
  ];
  const share = (id: string): number | null => {
    const { within = 0, over = 0, unknown = 0 } = known.get(id) ?? {};
    const judged = within + over + unknown;
    return judged === 0 ? null : Math.floor((1_000 * within) / judged) / 10;
  };
  const columns: Column<Row>[] = [
    { id: 'name', title: 'Account', kind: 'text', below: 'account', of: (row) => row.name || row.id },
    { id: 'account', title: 'Account id', kind: 'text', hidden: true, of: ({ id }) => id },
    { id: 'status', title: 'Answer', kind: 'text', below: 'why', facet: true, of: ({ status }) => status },
    { id: 'why', title: 'Why', kind: 'text', hidden: true, of: ({ why }) => why },
    { id: 'share', title: 'Within policy, %', kind: 'number', of: ({ id }) => share(id) },
    { id: 'over', title: 'Over policy', kind: 'number', of: ({ id }) => known.get(id)?.over ?? null },
    { id: 'keys', title: 'Keys', kind: 'number', of: ({ id }) => known.get(id)?.keys ?? null },
    { id: 'users', title: 'Users', kind: 'number', of: ({ users }) => users },
    { id: 'failures', title: 'Failures', kind: 'number', of: ({ failures }) => failures },
    { id: 'left', title: 'Users left', kind: 'number', of: ({ left }) => left },
  ];
  return encodeView({ id: 'accounts', title: 'Accounts', note: '', sort: 'share' }, columns, rows);
}
