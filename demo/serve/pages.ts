import { escape } from 'html-escaper';
import { ControlError } from './control-error';
import type { Controls } from './controls';
import { accountFacts } from './facts';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem;color:#1f2933}
nav a{margin-right:1rem}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.35rem .8rem .35rem 0;border-bottom:1px solid #e4e7eb}
code,pre{background:#f5f7fa;padding:.1rem .3rem;border-radius:3px}pre{padding:.8rem;white-space:pre-wrap}iframe{width:100%;height:44rem;border:1px solid #cbd2d9;border-radius:4px}
.n{text-align:right}.dim{color:#616e7c}`;

const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function page(title: string, { sandbox, deployment }: Controls, body: string): string {
  const mode = deployment.dryRun ? 'DryRun' : 'enforcing';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title><style>${STYLE}</style></head>
<body><nav><a href="/_sandbox/">Overview</a><a href="/_sandbox/mails">Mails</a><span class="dim">${minute(sandbox.clock.now())}, ${mode}</span></nav>
<h1>${escape(title)}</h1>
${body}
</body></html>
`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], tag: string): string => `<tr>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
  return `<table>${line(head, 'th')}${rows.map((row) => line(row, 'td')).join('\n')}</table>`;
}

/** The organization and how to drive it. */
export function overviewPage(served: Controls): string {
  const { sandbox, mails } = served;
  const rows = accountFacts(sandbox).map(({ id, name, email, state, users, keys, secrets }) =>
    [id, name, email, state, users, keys, secrets].map((cell) => escape(String(cell))),
  );
  const url = escape(sandbox.url);
  return page(
    'The organization',
    served,
    `${table(['account', 'name', 'e-mail', 'state', 'users', 'keys', 'secrets'], rows)}
<p><a href="/_sandbox/mails">${mails.length} mails</a> were sent, ${sandbox.calls.length} API calls made.</p>
<h2>From a terminal</h2>
<pre>eval "$(curl -s '${url}/_sandbox/credentials?account=${escape(sandbox.world.managementAccount)}')"
curl -X POST '${url}/_sandbox/run'
curl -X POST '${url}/_sandbox/clock' -d '{"advance":"10d"}'
curl '${url}/_sandbox/keys?user=alice'</pre>`,
  );
}

/** Every mail that SES accepted, the newest first. */
export function inboxPage(served: Controls): string {
  const rows = served.mails.map(({ at, to, subject, renderingFailure }, index) => {
    const link = `<a href="/_sandbox/mails/${index + 1}">${escape(subject === '' ? '(no subject)' : subject)}</a>`;
    return [minute(at), escape(to.join(', ')), renderingFailure === undefined ? link : `${link} (not delivered)`];
  });
  const nothing = '<p>No mail yet. Start a run: <code>run</code> at the prompt, or <code>POST /_sandbox/run</code>.</p>';
  return page(`${served.mails.length} mails`, served, rows.length === 0 ? nothing : table(['sent', 'to', 'subject'], rows.toReversed()));
}

/** One mail by its number, from 1, as its recipient sees it; throws a ControlError when there is none. */
export function mailPage(served: Controls, number: number): string {
  const mail = served.mails[number - 1];
  if (!mail) throw new ControlError(`there is no mail ${number}; there are ${served.mails.length}`, 404);
  const { at, from, to, replyTo, template, subject, html, text, renderingFailure } = mail;
  const facts = [
    ['From', from],
    ['To', to.join(', ')],
    ['Reply to', replyTo.join(', ')],
    ['Sent', minute(at)],
    ['Template', template ?? ''],
    ['Not delivered', renderingFailure ?? ''],
  ].filter(([, value]) => value !== '');
  return page(
    subject,
    served,
    `<p>${facts.map(([name = '', value = '']) => `<span class="dim">${name}</span> ${escape(value)}`).join('<br>')}</p>
${html === undefined ? '' : `<iframe sandbox title="The mail" srcdoc="${escape(html)}"></iframe>`}
${text === undefined ? '' : `<h2>As plain text</h2><pre>${escape(text)}</pre>`}`,
  );
}
