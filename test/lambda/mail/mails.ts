import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { buildDigests } from '../../../lambda/mail/digest';
import { templateData, type TemplateData } from '../../../lambda/mail/escape';
import type { DigestData, MailTemplateName } from '../../../lambda/mail/model';
import { mailSamples, sampleResult } from '../../../lambda/mail/samples';
import type { AccountResult, Failure, UserResult } from '../../../lambda/runs/schemas';
import { mailHtml } from '../../../lib/constructs/mail-html';
import { calmSummary, troubledSummary } from '../reporter/summary-mails';
import { action, keyFacts, user } from './factories';

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
function digestAbout(users: readonly string[], more: Partial<AccountResult> = {}, to?: string): DigestData {
  const real = (one: UserResult): UserResult => ({ ...one, arn: `arn:aws:iam::111122223333:user/${one.user}` });
  const nothing = { failures: [], policies: [] };
  const result = { ...sampleResult, ...nothing, users: sampleResult.users.filter((one) => users.includes(one.user)).map(real), ...more };
  const { digests } = buildDigests(result, 'eu-west-1', { contact: 'cloud-security@example.com', ownerTag: 'OwnerEmail' });
  const digest = to === undefined ? digests[0] : digests.find(({ recipient }) => recipient === to);
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

/** What an owner gets of keys that are fetched when not all went well. */
const failingPolicy = (): DigestData => {
  const failure = { user: 'stream-writer', step: 'rotate', error: 'KeyNotProvenError' };
  const message =
    'STS did not answer to AKIAEXAMPLE0FETCHE01 as arn:aws:iam::111122223333:user/stream-writer within 60 s: InvalidClientTokenId';
  const at = { first: '2026-11-20T13:10:00.000Z', last: '2026-11-20T13:14:00.000Z', times: 5 };
  const policies = (sampleResult.policies ?? []).map((day) => ({
    ...day,
    failures: [{ ...failure, message, ...at }],
    byUser: day.byUser.map((one) => ({ ...one, failed: 5 })),
  }));
  return digestAbout([], { policies }, 'billing-team@example.com');
};

const REPLICA = 'Account_111122223333_User_replica-reader_AccessKey';
/** What could not be done, in every way: blocked, postponed, put off, untold, undelivered, denied, not reached. */
const TROUBLES = {
  users: [
    ...['warehouse', 'former-partner'].flatMap((name) => sampleResult.users.filter((one) => one.user === name)),
    user('two-places', {
      actions: [action({ action: 'note-issued', reason: 'somebody took our tags off the user; this key was issued on 2026-11-10' })],
    }),
    user('replica-reader', {
      actions: [
        action({
          action: 'wait-for-replica',
          secretName: REPLICA,
          reason:
            "it was replaced by AKIANEW, which does not reach the secret's replica in eu-central-1; its grace begins when it follows again",
        }),
      ],
    }),
    user('later', { actions: [action({ outcome: 'deferred', reason: "it is 96 days old; this run's limit for rotate is reached" })] }),
    user('refused', { actions: [action({ outcome: 'failed' })] }),
    user('never-used', {
      keys: [keyFacts({ lastUsed: 'never' })],
      actions: [
        action({
          action: 'notify',
          reason: 'it was never used and gets no successor; it is disabled on 2026-12-01',
          on: '2026-12-01T00:00:00.000Z',
        }),
      ],
    }),
  ],
  failures: (
    [
      [
        'refused',
        'rotate',
        'AccessDenied',
        `User: arn:aws:sts::111122223333:assumed-role/iam-key-rotation-member/${'x'.repeat(80)} is not authorized`,
      ],
      [
        'put-off',
        'put off',
        'StepPutOffError',
        'the next step of AKIAOLD0000000000001 was put off 3 times since 2026-10-12: find out who in CloudTrail (TagUser)',
      ],
      [
        'untold',
        'tell',
        'NobodyToldError',
        'nobody was told that AKIAOLD0000000000001 will be disabled on 2026-11-30, because no mail about it was delivered',
      ],
      [
        'lost',
        'send mail',
        'UndeliverableError',
        'the owner of lost was not told: SES delivers nothing to somebody.with.a.long.name@department.example.com since 2026-11-05 (BOUNCE)',
      ],
      [
        'no-owner',
        'send mail',
        'InvalidAddress',
        'the tag OwnerEmail of user no-owner holds "nobody", which is not an e-mail address; the owner was not told',
      ],
    ] as const
  ).map(([name, step, error, message]): Failure => ({ user: name, step, error, message })),
  left: ['not-reached-1', 'not-reached-2'],
};

/** Mails of every template and every urgency, rendered, by what they are. */
export const MAILS: Readonly<Record<string, () => { subject: string; html: string; text: string }>> = {
  ...Object.fromEntries(
    Object.entries(DIGESTS).map(([name, users]) => [name, () => renderAll('digest', templateData(digestAbout(users)))] as const),
  ),
  'fetched keys': () => renderAll('digest', templateData(digestAbout([], { policies: sampleResult.policies ?? [] }))),
  'fetched keys that fail': () => renderAll('digest', templateData(failingPolicy())),
  troubles: () => renderAll('digest', templateData(digestAbout([], TROUBLES))),
  'everything at once': () => renderAll('digest', mailSamples.digest),
  'dry run': () => renderAll('digest-audit', mailSamples['digest-audit']),
  'run summary': () => renderAll('summary', templateData(troubledSummary())),
  'calm summary': () => renderAll('summary', templateData(calmSummary())),
};
