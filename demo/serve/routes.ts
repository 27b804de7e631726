import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { checked, fitting, html, json, readBody, send, text, type Answer } from './answers';
import { ControlError } from './control-error';
import type { Controls } from './controls';
import { credentialLines } from './credentials';
import { accountFacts, userFacts } from './facts';
import { inboxPage, mailPage, overviewPage } from './pages';
import { passageText } from './passage';
import { tellLine } from './shell';
import { agreedText, keysText, mailsText, overviewText } from './texts';

/** Where the controls are, beside the AWS API. */
export const PREFIX = '/_sandbox/';

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
    return fitting(request, passage, () => passageText(passage));
  },
  'POST run': async (served, request) => {
    await readBody(request, nobody);
    const passage = await served.run();
    return fitting(request, passage, () => passageText(passage));
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
  const [, mail] = /^mails\/(\d+)$/.exec(path) ?? [];
  if (mail !== undefined) return html(mailPage(served, Number(mail)));
  const method = request.method ?? 'GET';
  const control = controls[`${method} ${path}`];
  if (control) return control(served, request, Object.fromEntries(searchParams));
  const methods = Object.keys(controls).flatMap((key) => (key.split(' ')[1] === path ? [key.split(' ')[0]] : []));
  if (methods.length > 0) throw new ControlError(`${PREFIX}${path} is for ${methods.join(' and ')}, not ${method}`, 405);
  throw new ControlError(`there is no ${PREFIX}${path}; GET ${PREFIX} shows what there is`, 404);
}

/** A page of another site that is open in the person's browser is not the person. */
function refuseOtherSites({ headers: { host = '', origin } }: IncomingMessage): void {
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) throw new ControlError(`the controls are at 127.0.0.1, not at ${host}`);
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
