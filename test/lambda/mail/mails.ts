import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { buildDigests } from '../../../lambda/mail/digest';
import { templateData, type TemplateData } from '../../../lambda/mail/escape';
import type { DigestData, MailTemplateName } from '../../../lambda/mail/model';
import { mailSamples, sampleResult } from '../../../lambda/mail/samples';
import type { AccountResult, UserResult } from '../../../lambda/runs/schemas';
import { mailHtml } from '../../../lib/constructs/mail-html';

const read = (name: MailTemplateName, ending: string): string =>
  readFileSync(join(__dirname, '../../../templates', `${name}.${ending}`), 'utf8');

/** The parts of a template as they are deployed. */
export const source = (name: MailTemplateName) => ({
  name,
  subject: read(name, 'subject.txt').trim(),
  html: mailHtml(name),
  text: read(name, 'txt'),
});

/** Renders like SES: no escaping; `ignoreStandalone` because other Handlebars engines keep the lines that hold a tag alone. */
export const render = (template: string, data: object, ignoreStandalone = false): string =>
  Handlebars.compile(template, { noEscape: true, strict: true, ignoreStandalone })(data);

/** A mail as its recipient sees it. */
export function renderAll(name: MailTemplateName, data: TemplateData<object>): { subject: string; html: string; text: string } {
  const { subject, html, text } = source(name);
  return { subject: render(subject, data), html: render(html, data), text: render(text, data) };
}

/** The digest of a run in which only these users of the sample were dealt with; partitions and failures are as in real life. */
function digestAbout(users: readonly string[], more: Partial<AccountResult> = {}): DigestData {
  const real = (user: UserResult): UserResult => ({ ...user, arn: `arn:aws:iam::111122223333:user/${user.user}` });
  const result = { ...sampleResult, failures: [], users: sampleResult.users.filter(({ user }) => users.includes(user)).map(real), ...more };
  const [digest] = buildDigests(result, 'eu-west-1', { contact: 'cloud-security@example.com' }).digests;
  if (!digest) throw new Error(`no digest about ${users.join(', ')}`);
  return digest.data;
}

const DIGESTS: Readonly<Record<string, readonly string[]>> = {
  'action needed': ['invoice-export'],
  'last day': ['mail-relay'],
  'possible outage': ['report-mailer'],
  'who still uses it': ['web-deploy', 'mail-relay'],
  information: ['backup-agent', 'test-runner', 'old-contractor'],
};

/** Mails of every template and every urgency, rendered, by what they are. */
export const MAILS: Readonly<Record<string, () => { subject: string; html: string; text: string }>> = {
  ...Object.fromEntries(
    Object.entries(DIGESTS).map(([name, users]) => [name, () => renderAll('digest', templateData(digestAbout(users)))] as const),
  ),
  'everything at once': () => renderAll('digest', mailSamples.digest),
  'dry run': () => renderAll('digest-audit', mailSamples['digest-audit']),
  'run summary': () => renderAll('summary', mailSamples.summary),
};
