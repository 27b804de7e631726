import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import { checkTemplate } from '../../../lambda/mail/check-templates';
import { buildDigests } from '../../../lambda/mail/digest';
import { templateData } from '../../../lambda/mail/escape';
import { MAIL_TEMPLATES, type MailTemplateName } from '../../../lambda/mail/model';
import { mailSamples, sampleAuditResult, sampleResult } from '../../../lambda/mail/samples';
import { SECTION_ORDER, wording } from '../../../lambda/mail/sections';
import { accountResult, action, user } from './factories';

const read = (name: MailTemplateName, ending: string): string =>
  readFileSync(join(__dirname, '../../../templates', `${name}.${ending}`), 'utf8');
const source = (name: MailTemplateName) => ({
  name,
  subject: read(name, 'subject.txt').trim(),
  html: read(name, 'html'),
  text: read(name, 'txt'),
});
/** Renders like SES: no escaping; `ignoreStandalone` because other Handlebars engines keep the lines that hold a tag alone. */
const render = (template: string, data: object, ignoreStandalone = false): string =>
  Handlebars.compile(template, { noEscape: true, strict: true, ignoreStandalone })(data);
const renderAll = (name: MailTemplateName, data: object) => {
  const { subject, html, text } = source(name);
  return { subject: render(subject, data), html: render(html, data), text: render(text, data) };
};

describe.each(MAIL_TEMPLATES)('the template %s', (name) => {
  it('uses only what its data holds', () => {
    expect(() => {
      checkTemplate(source(name), mailSamples[name]);
    }).not.toThrow();
  });

  it('renders its sample without holes', () => {
    for (const part of Object.values(renderAll(name, mailSamples[name]))) {
      expect(part).not.toMatch(/\[object|undefined|null|NaN|\{\{|\}\}/);
      expect(part.trim()).not.toBe('');
    }
  });

  it('renders texts that do not depend on how the engine treats tags alone on a line', () => {
    const { subject, text } = source(name);
    for (const part of [subject, text]) {
      expect(render(part, mailSamples[name], true)).toBe(render(part, mailSamples[name], false));
    }
  });

  it('needs nothing from the network and fits SES', () => {
    const { html, text } = source(name);
    expect(html).not.toMatch(/<img|<link|<script|url\(|src=|https?:/i);
    expect(Buffer.byteLength(html + text)).toBeLessThan(500_000);
  });
});

describe('a digest with hostile names', () => {
  const hostile = '<script>alert("x")</script>{{text.runId}}\r\nBcc: all@example.com \u202e👩‍💻';
  const result = accountResult({
    account: { id: '111122223333', name: hostile, email: 'aws@example.com' },
    users: [user(hostile, { actions: [action({ reason: hostile, secretName: hostile })] })],
  });
  const { subject, html, text } = renderAll('digest', templateData(buildDigests(result, 'eu-west-1').digests[0]!.data));

  it('shows markup as text', () => {
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;{{text.runId}}');
  });

  it('keeps the subject in one line and the text readable', () => {
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(text).toContain('<script>alert("x")</script>{{text.runId}} Bcc: all@example.com');
    expect(text).not.toContain('&lt;');
  });
});

describe('the digests in both forms', () => {
  it('show every kind of section', () => {
    for (const [name, dryRun] of [
      ['digest', false],
      ['digest-audit', true],
    ] as const) {
      const { html, text } = renderAll(name, mailSamples[name]);
      for (const kind of SECTION_ORDER) {
        expect(html).toContain(wording(kind, dryRun).title);
        expect(text).toContain(wording(kind, dryRun).title);
      }
    }
  });

  it('say in an audit, and only there, that nothing was changed', () => {
    const audit = renderAll('digest-audit', mailSamples['digest-audit']);
    expect(audit.subject).toMatch(/^\[Dry run\]/);
    expect(audit.html).toContain('nothing was changed');
    expect(audit.text).toContain('NOTHING WAS CHANGED');
    expect(audit.text).not.toMatch(/This key was (disabled|deleted|removed)|A new key was/);
    expect(Object.values(renderAll('digest', mailSamples.digest)).join('')).not.toMatch(/nothing was changed/i);
  });

  it('name account, counts and first date in the subject', () => {
    expect(renderAll('digest', mailSamples.digest).subject).toBe(
      'AWS access keys in Payments (111122223333): 1 new key, 1 to be disabled, 1 announced anew and more; next step 28 Nov 2026',
    );
  });

  it('render an owner with a single item, and the last of several parts', () => {
    const owner = buildDigests(sampleResult, 'eu-west-1').digests.find((d) => d.recipient === 'billing-team@example.com')!;
    const data = templateData({ ...owner.data, part: 'part 2 of 2', more: '7 more items are not listed here' });
    const { subject, html, text } = renderAll('digest', data);
    expect(subject).toMatch(/\(part 2 of 2\)$/);
    expect(html).toContain('7 more items are not listed here.');
    expect(text).toContain('a tag names your address as the owner');
    expect(text).not.toContain('ledger-sync');
  });

  it('hold the sample of a dry run for the same account', () => {
    expect(sampleAuditResult.users.map((one) => one.user)).toEqual(sampleResult.users.map((one) => one.user));
  });
});
