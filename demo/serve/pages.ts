import { escape } from 'html-escaper';
import { count } from './count';
import { ControlError } from './control-error';
import type { Controls } from './controls';
import { accountFacts, usersIn } from './facts';
import { card, facts, joined, link, page, table, type Html } from './layout';
import { changesOf, failureLines, minute, sumsOf } from './passage';
import { PREFIX } from './prefix';

/** The organization and how to drive it. */
export function overviewPage(served: Controls): string {
  const { sandbox, mails } = served;
  const rows = accountFacts(sandbox).map(({ id, name, email, state, users, keys, secrets }) => [
    link(name, 'accounts', id),
    id,
    email,
    state,
    users,
    keys,
    secrets,
  ]);
  const url = escape(sandbox.url);
  const about = `<p class="more">${count(mails.length, 'mail was', 'mails were')} sent, ${count(sandbox.calls.length, 'API call')} made.</p>`;
  const commands = `<pre tabindex="0">eval "$(curl -s '${url}${PREFIX}credentials?account=${escape(sandbox.world.managementAccount)}')"
curl -X POST '${url}${PREFIX}run'
curl -X POST '${url}${PREFIX}clock' -d '{"advance":"10d"}'
curl '${url}${PREFIX}keys?user=alice'</pre>`;
  return page(
    'The organization',
    served,
    card('Accounts', `${table(['Account', 'Id', 'E-mail', 'State', 'Users', 'Keys', 'Secrets'], rows)}${about}`) +
      card('The same from a terminal', commands),
  );
}

/** Mails as a table, the newest first, each with its number. */
export function mailTable(served: Controls, numbers: readonly number[], nothing = 'No mail yet. “Run now” starts a run.'): string {
  const rows = numbers.toReversed().flatMap((number) => {
    const mail = served.mails[number - 1];
    if (!mail) return [];
    const { at, to, subject, renderingFailure } = mail;
    const title = link(subject === '' ? '(no subject)' : subject, 'mails', String(number));
    const lost: Html[] = renderingFailure === undefined ? [] : [{ html: '<span class="mark bad">not delivered</span>' }];
    return [[minute(at), to.join(', '), joined([title, ...lost])]];
  });
  return table(['Sent', 'To', 'Subject'], rows, nothing);
}

/** Every mail that SES accepted, the newest first. */
export const inboxPage = (served: Controls): string =>
  page(
    'Mails',
    served,
    card(
      count(served.mails.length, 'mail'),
      mailTable(
        served,
        served.mails.map((_, index) => index + 1),
      ),
    ),
  );

/** One mail by its number, from 1, with what it is about; throws a ControlError when there is none. */
export function mailPage(served: Controls, number: number): string {
  const mail = mailOf(served, number);
  const { at, from, to, replyTo, template, subject, html, text, renderingFailure } = mail;
  const about = usersIn(served.sandbox, mail).map(({ account, user }) => link(user, 'users', account, user));
  return page(
    subject,
    served,
    card(
      'The mail',
      `${facts([
        ['From', from],
        ['To', to.join(', ')],
        ['Reply to', replyTo.join(', ')],
        ['Sent', minute(at)],
        ['About', about.length === 0 ? '' : joined(about)],
        ['Template', template ?? ''],
        ['Not delivered', renderingFailure ?? ''],
      ])}${html === undefined ? '' : `<p class="more"></p><iframe class="letter" sandbox title="The mail" src="${PREFIX}mails/${number}.html"></iframe>`}`,
    ) + (text === undefined ? '' : card('As plain text', `<pre tabindex="0">${escape(text)}</pre>`)),
  );
}

/** What stands in a mail for whoever reads HTML; throws a ControlError when there is none. */
export const mailHtml = (served: Controls, number: number): string => mailOf(served, number).html ?? '';

function mailOf({ mails }: Controls, number: number): Controls['mails'][number] {
  const mail = mails[number - 1];
  if (!mail) throw new ControlError(`there is no mail ${number}; there are ${mails.length}`, 404);
  return mail;
}

/** What the last run or movement of time brought. */
export function passagePage(served: Controls): string {
  const { last } = served;
  if (!last) {
    return page('What happened last', served, card('Nothing yet', '<p>“Run now” starts a run; “Next day” lets a day pass.</p>'));
  }
  const changes = changesOf(last).map(({ account, accountName, user, keyId = '', what, successorId = '' }) => [
    link(accountName, 'accounts', account),
    link(user, 'users', account, user),
    keyId,
    what,
    successorId,
  ]);
  const failed = failureLines(last.results).map((line) => `<li>${escape(line)}</li>`);
  const sent = Array.from({ length: last.mails }, (_, index) => last.mailsBefore + index + 1);
  return page(
    'What happened last',
    served,
    [
      card(
        `From ${minute(last.from)} to ${minute(last.now)}`,
        `<p>${escape(sumsOf(last))}</p>${table(['Account', 'User', 'Access key', 'What', 'Successor'], changes, 'No key was changed.')}`,
      ),
      ...(failed.length > 0 ? [card('What failed', `<ul class="list">${failed.join('')}</ul>`)] : []),
      card('Mails sent meanwhile', mailTable(served, sent, 'None.')),
    ].join('\n'),
  );
}
