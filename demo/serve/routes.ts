import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { checked, fitting, html, json, letter, readBody, seeOther, send, text, type Answer } from './answers';
import { ControlError } from './control-error';
import type { Controls, Passage } from './controls';
import { credentialLines } from './credentials';
import { accountFacts, userFacts } from './facts';
import { accountPage, secretPage, userPage } from './holder-pages';
import { inboxPage, mailHtml, mailPage, overviewPage, passagePage } from './pages';
import { passageText } from './passage';
import { PREFIX } from './prefix';
import { reportHtml, reportsPage } from './reports';
import { tellLine } from './shell';
import { agreedText, keysText, mailsText, overviewText } from './texts';

type Query = Readonly<Record<string, string>>;
type Control = (controls: Controls, request: IncomingMessage, query: Query) => Answer | Promise<Answer>;

const accountId = z.string().regex(/^\d{12}$/, 'must be an account id of 12 digits');
const nobody = z.strictObject({});
const clockBody = z
  .strictObject({ advance: z.string().optional(), to: z.string().optional() })
  .refine(({ advance, to }) => (advance === undefined) !== (to === undefined), 'give {"advance":"10d"} or {"to":"2026-04-05T03:00:00Z"}');
const agreeBody = z.strictObject({ account: accountId });
const credentialsQuery = z.strictObject({ account: accountId, user: z.string().optional(), key: z.string().optional() });
const keysQuery = z.strictObject({ user: z.string({ error: 'is missing: say whose keys' }), account: accountId.optional() });

const controls: Readonly<Record<string, Control>> = {
  'GET ': (served, request) =>
    fitting(
      request,
      overview(served),
      () => overviewText(served),
      () => overviewPage(served),
    ),
  'GET clock': ({ sandbox: { clock } }, request) => fitting(request, { now: clock.now() }, () => clock.now().toISOString()),
  'POST clock': async (served, request) => {
    const { advance, to = '' } = await readBody(request, clockBody);
    const passage = advance === undefined ? await served.goTo(to) : await served.advance(advance);
    return brought(request, passage);
  },
  'POST run': async (served, request) => {
    await readBody(request, nobody);
    return brought(request, await served.run());
  },
  'POST agree': async (served, request) => {
    const agreed = served.agree((await readBody(request, agreeBody)).account);
    return fitting(request, agreed, () => agreedText(agreed));
  },
  'GET mails': (served, request) =>
    fitting(
      request,
      served.mails.map(inList),
      () => mailsText(served),
      () => inboxPage(served),
    ),
  'GET reports': (served) => html(reportsPage(served)),
  'GET passage': (served, request) =>
    fitting(
      request,
      served.last ?? {},
      () => (served.last ? passageText(served.last) : 'Nothing yet.'),
      () => passagePage(served),
    ),
  'GET keys': ({ sandbox }, request, query) => {
    const { user, account } = checked(keysQuery, query);
    const facts = userFacts(sandbox, user, account);
    return fitting(request, facts, () => facts.map(keysText).join('\n'));
  },
  'GET credentials': ({ sandbox }, _, query) => {
    try {
      return text(credentialLines(sandbox, checked(credentialsQuery, query)));
    } catch (error) {
      // The answer is evaluated by a shell, which must say what is wrong and must not run the message.
      if (error instanceof ControlError) return text(`${tellLine(error.message)}false\n`, error.status);
      throw error;
    }
  },
};

/** Pages whose address names what they show. */
const places: readonly (readonly [pattern: RegExp, answer: (served: Controls, ...names: string[]) => Answer])[] = [
  [/^mails\/(\d+)$/, (served, number) => html(mailPage(served, Number(number)))],
  [/^mails\/(\d+)\.html$/, (served, number) => letter(mailHtml(served, Number(number)))],
  [/^accounts\/(\d{12})$/, (served, account = '') => html(accountPage(served, account))],
  [/^users\/(\d{12})\/([^/]+)$/, (served, account = '', user = '') => html(userPage(served, account, user))],
  [/^secrets\/(\d{12})\/([^/]+)$/, (served, account = '', secret = '') => html(secretPage(served, account, secret))],
  [/^reports\/([^/]+)$/, (served, runId = '') => html(reportHtml(served, runId))],
];

/** What a movement of time or a run brought: a browser is led to its page. */
const brought = (request: IncomingMessage, passage: Passage): Answer =>
  (request.headers.accept ?? '').includes('text/html')
    ? seeOther(`${PREFIX}passage`)
    : fitting(request, passage, () => passageText(passage));

/** Answers the controls below PREFIX; a mistake in a request is an answer with its reason. */
export function controlRoute(served: Controls): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    send(response, await answer(served, request).catch(refusal));
  };
}

async function answer(served: Controls, request: IncomingMessage): Promise<Answer> {
  refuseOtherSites(request);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const path = pathname.slice(PREFIX.length);
  const method = request.method ?? 'GET';
  if (method === 'GET') {
    for (const [pattern, answerOf] of places) {
      const [whole, ...names] = pattern.exec(path) ?? [];
      if (whole !== undefined) return answerOf(served, ...names.map(decoded));
    }
  }
  const control = controls[`${method} ${path}`];
  if (control) return control(served, request, Object.fromEntries(searchParams));
  const methods = Object.keys(controls).flatMap((key) => (key.split(' ')[1] === path ? [key.split(' ')[0]] : []));
  if (methods.length > 0) throw new ControlError(`${PREFIX}${path} is for ${methods.join(' and ')}, not ${method}`, 405);
  throw new ControlError(`there is no ${PREFIX}${path}; GET ${PREFIX} shows what there is`, 404);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new ControlError(`${name} is no part of an address`);
  }
}

/** A page of another site that is open in the person's browser is not the person, who may follow a link from there. */
function refuseOtherSites({ method, headers: { host = '', origin, ...headers } }: IncomingMessage): void {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) throw new ControlError(`the controls are at 127.0.0.1, not at ${host}`);
  const site = headers['sec-fetch-site'] ?? 'none';
  const follows = method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (site !== 'same-origin' && site !== 'none' && !follows) throw new ControlError('the controls are not for pages of other sites');
  if (origin !== undefined && origin !== `http://${host}`) throw new ControlError(`the controls are not for pages of ${origin}`);
}

function refusal(error: unknown): Answer {
  if (error instanceof ControlError) return json({ error: error.message }, error.status);
  return json({ error: `the sandbox failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }, 500);
}

function overview({ sandbox, deployment, mails }: Controls): object {
  return {
    now: sandbox.clock.now(),
    url: sandbox.url,
    deployment,
    accounts: accountFacts(sandbox),
    mails: mails.length,
    calls: sandbox.calls.length,
    controls: Object.keys(controls).map((key) => key.replace(' ', ` ${PREFIX}`)),
  };
}

const inList = ({ at, to, subject, template }: Controls['mails'][number], index: number): object => ({
  number: index + 1,
  at,
  to,
  subject,
  template,
  href: `${PREFIX}mails/${index + 1}`,
});
